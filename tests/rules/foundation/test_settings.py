import stat

import pytest

from foundation.settings import SettingsError, read_settings


def test_without_any_setting_everything_is_under_the_instance_folder(tmp_path):
    settings = read_settings({"ASSURANCE_INSTANCE_FOLDER": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/supplier_assurance.db"
    assert settings.files_folder == tmp_path / "files"
    assert (settings.host, settings.port, settings.threads) == ("127.0.0.1", 8000, 64)
    assert settings.demonstration is False
    assert settings.cookie_secure is True


def test_a_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path):
    environ = {"ASSURANCE_INSTANCE_FOLDER": str(tmp_path)}

    first, second = read_settings(environ), read_settings(environ)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "keys" / "secret").stat().st_mode) == 0o600


def test_the_demonstration_works_without_https(tmp_path):
    settings = read_settings({"ASSURANCE_DEMONSTRATION": "yes"}, instance_folder=tmp_path)

    assert settings.cookie_secure is False


@pytest.mark.parametrize("short", ["postgres", "postgresql"])
def test_postgresql_is_reached_by_the_one_driver(tmp_path, short):
    settings = read_settings({"DATABASE_URL": f"{short}://db/assurance"}, instance_folder=tmp_path)

    assert settings.database_url == "postgresql+psycopg://db/assurance"


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        ({"ASSURANCE_PORT": "http"}, "ASSURANCE_PORT is 'http': write a whole number from 1 to"),
        ({"ASSURANCE_PORT": "99999"}, "ASSURANCE_PORT is '99999': write a whole number from 1 to"),
        ({"ASSURANCE_DEMONSTRATION": "maybe"}, "ASSURANCE_DEMONSTRATION is 'maybe': write yes or"),
        ({"ASSURANCE_LOG_LEVEL": "loud"}, "ASSURANCE_LOG_LEVEL is 'loud': write one of DEBUG"),
        ({"ASSURANCE_SECRET_KEY": "dev"}, "ASSURANCE_SECRET_KEY has 3 characters: use at least 32"),
        ({"ASSURANCE_INSTANCE_FOLDER": "data"}, "write a path that begins with /"),
        ({"ASSURANCE_POTR": "80"}, "ASSURANCE_POTR is not a setting: did you mean ASSURANCE_PORT?"),
        ({"DATABASE_URL": "mysql://u:secret@db/a"}, "DATABASE_URL begins with 'mysql': write"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value[:30],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path, environ, sentence):
    with pytest.raises(SettingsError) as stop:
        read_settings({"ASSURANCE_INSTANCE_FOLDER": str(tmp_path), **environ})

    assert sentence in str(stop.value)
    assert "secret@" not in str(stop.value)
