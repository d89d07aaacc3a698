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
        ({"ASSURANCE_ADDRESS": "council.example"}, "ASSURANCE_ADDRESS is 'council.example': write"),
        ({"ASSURANCE_ADDRESS": "https://a.example/?q=1"}, "write the address people open in a"),
        ({"ASSURANCE_ADDRESS": "https://a.example:99999"}, "write the address people open in a"),
        ({"ASSURANCE_SCANNER": "clamd"}, "ASSURANCE_SCANNER is 'clamd': write where ClamAV's"),
        ({"ASSURANCE_SCANNER": "127.0.0.1:0"}, "ASSURANCE_SCANNER is '127.0.0.1:0': write where"),
        ({"ASSURANCE_SMTP": "http://u:secret@mail"}, "ASSURANCE_SMTP is not an address of a mail"),
        ({"ASSURANCE_SMTP": "smtp://u:secret@:x"}, "ASSURANCE_SMTP is not an address of a mail"),
        ({"ASSURANCE_SMTP": "smtp://u:secret@mail"}, "SMTP is set and ASSURANCE_MAIL_FROM is not"),
        ({"ASSURANCE_MAIL_FROM": "a@b, c@d"}, "ASSURANCE_MAIL_FROM is 'a@b, c@d': write one"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value[:30],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(tmp_path, environ, sentence):
    with pytest.raises(SettingsError) as stop:
        read_settings({"ASSURANCE_INSTANCE_FOLDER": str(tmp_path), **environ})

    assert sentence in str(stop.value)
    assert "secret@" not in str(stop.value)


def test_without_settings_links_lead_here_and_mail_stays_here(tmp_path):
    settings = read_settings({"ASSURANCE_PORT": "8080"}, instance_folder=tmp_path)

    assert (settings.address, settings.smtp) == ("http://127.0.0.1:8080", None)
    assert settings.outbox_folder == tmp_path / "outbox"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 587, False, "", "")),
        ("smtp://mail.example:25/", ("mail.example", 25, False, "", "")),
        ("smtps://mail.example", ("mail.example", 465, True, "", "")),
        ("smtp://a%40b:p%3Aq%2Fr%40@[::1]:2525", ("::1", 2525, False, "a@b", "p:q/r@")),
    ],
    ids=["plain", "another port", "encrypted", "everything"],
)
def test_a_mail_server_is_read_from_its_address(tmp_path, address, expected):
    settings = read_settings(
        {"ASSURANCE_SMTP": address, "ASSURANCE_MAIL_FROM": "noreply@council.example"},
        instance_folder=tmp_path,
    )

    server = settings.smtp
    found = (server.host, server.port, server.encrypted, server.user, server.password)
    assert found == expected


def test_no_printed_setting_shows_the_password_of_the_mail_server(tmp_path):
    settings = read_settings(
        {"ASSURANCE_SMTP": "smtp://u:hunter2@mail", "ASSURANCE_MAIL_FROM": "a@b.example"},
        instance_folder=tmp_path,
    )

    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize("address", ["https://a.example", "https://a.example/", "http://[::1]:8"])
def test_the_address_has_no_slash_at_its_end(tmp_path, address):
    settings = read_settings({"ASSURANCE_ADDRESS": address}, instance_folder=tmp_path)

    assert settings.address == address.rstrip("/")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", None),
        ("127.0.0.1:3310", ("127.0.0.1", 3310)),
        ("[::1]:3310", ("::1", 3310)),
        ("/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
    ],
)
def test_a_scanner_is_named_by_host_and_port_or_by_its_socket(tmp_path, text, address):
    settings = read_settings({"ASSURANCE_SCANNER": text}, instance_folder=tmp_path)

    assert settings.scanner == address
