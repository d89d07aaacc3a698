"""The keys folder in one file under a passphrase."""

from __future__ import annotations

import json
import stat

import pytest

from foundation import keys_backup
from foundation.keys import KeyRing
from foundation.keys_backup import KeysNotBackedUp
from foundation.settings import read_settings

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Deriving a key from a passphrase is slow on purpose."""
    monkeypatch.setattr(keys_backup, "HOW", {"time": 1, "memory_kib": 64, "lanes": 1})


@pytest.fixture
def folder(tmp_path):
    """The keys of a service in use: two master keys, and the secret."""
    settings = read_settings({}, instance_folder=tmp_path / "instance")
    ring = KeyRing(settings.keys_folder)
    ring.add()
    ring.add()
    return ring.folder


@pytest.fixture
def backup(folder, tmp_path):
    keys_backup.back_up(folder, tmp_path / "keys.json", PASSPHRASE)
    return tmp_path / "keys.json"


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_everything_comes_back_as_it_was(folder, backup, tmp_path):
    put = keys_backup.restore(backup, tmp_path / "other" / "keys", PASSPHRASE)

    restored = tmp_path / "other" / "keys"
    assert held(restored) == held(folder)
    assert sorted(put) == sorted(held(folder))
    assert {stat.S_IMODE(path.stat().st_mode) for path in restored.iterdir()} == {0o600}
    assert stat.S_IMODE(restored.stat().st_mode) == 0o700


def test_the_file_is_for_its_owner_alone_and_says_nothing_of_the_keys(folder, backup):
    text = backup.read_text()

    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [name for name in held(folder) if name in text] == []


def test_two_backups_of_the_same_keys_share_nothing(folder, backup, tmp_path):
    keys_backup.back_up(folder, tmp_path / "again.json", PASSPHRASE)

    one, other = (json.loads(path.read_text()) for path in (backup, tmp_path / "again.json"))
    assert one["head"]["salt"] != other["head"]["salt"]
    assert one["sealed"][:40] != other["sealed"][:40]


def test_another_passphrase_opens_nothing(backup, tmp_path):
    with pytest.raises(KeysNotBackedUp, match="the passphrase is another one"):
        keys_backup.restore(backup, tmp_path / "keys", PASSPHRASE + " ")

    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(("name", "value"), [("time", 2), ("memory_kib", 128), ("lanes", 2)])
def test_how_the_key_is_drawn_cannot_be_changed_unseen(backup, name, value):
    written = json.loads(backup.read_text())
    written["head"][name] = value
    backup.write_text(json.dumps(written))

    with pytest.raises(KeysNotBackedUp, match="does not open"):
        keys_backup.read(backup, PASSPHRASE)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"head": {}, "sealed": ""}',
        '{"head": {"time": 1, "memory_kib": 999999999, "lanes": 1, "salt": ""}, "sealed": ""}',
    ],
)
def test_what_is_no_backup_of_keys_is_said_to_be_none(tmp_path, content):
    (tmp_path / "keys.json").write_text(content)

    with pytest.raises(KeysNotBackedUp, match="is no backup of keys"):
        keys_backup.read(tmp_path / "keys.json", PASSPHRASE)


def test_nothing_is_written_over_and_nothing_beside_the_data(folder, backup, tmp_path):
    for to, says in (
        (backup, "is there already"),
        (folder / "copy.json", "inside the instance folder"),
        (tmp_path / "nowhere" / "keys.json", "There is no folder"),
    ):
        with pytest.raises(KeysNotBackedUp, match=says):
            keys_backup.back_up(folder, to, PASSPHRASE)


def test_a_short_passphrase_is_refused(folder, tmp_path):
    with pytest.raises(KeysNotBackedUp, match="at least 15 characters"):
        keys_backup.back_up(folder, tmp_path / "keys.json", "x" * 14)

    assert not (tmp_path / "keys.json").exists()


def test_another_key_of_the_same_name_stops_it(folder, backup):
    key = next(folder.glob("*.key"))
    key.write_bytes(b"x" * 32)
    (folder / "current").unlink()

    with pytest.raises(KeysNotBackedUp, match="is another key"):
        keys_backup.restore(backup, folder, PASSPHRASE)

    assert not (folder / "current").exists()


def test_keys_made_since_stay_and_the_earlier_secret_still_counts(backup, folder, tmp_path):
    settings = read_settings({}, instance_folder=tmp_path / "new")
    ring = KeyRing(settings.keys_folder)
    current = ring.add()

    keys_backup.restore(backup, ring.folder, PASSPHRASE)

    again = read_settings({}, instance_folder=tmp_path / "new")
    assert (ring.current, len(ring.ids)) == (current, 3)
    assert again.secret_key == settings.secret_key
    assert again.secret_key_fallbacks == ((folder / "secret").read_text(),)
