"""The service does not start on what would lose or give away a bid, and says why in a sentence."""

from __future__ import annotations

import os
import re
import secrets
import socket
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import QueuePool

from foundation import safety, sqlite
from foundation.database import db, transaction
from foundation.keys import key_ring
from foundation.safety import MUST_HOLD, file_system_of, is_networked
from foundation.serve import check, make_folders
from foundation.settings_read import MailServer
from tests import postgresql

ROOT = Path(__file__).parents[3]
SMTP = MailServer(host="mail.example", port=587, encrypted=False, user="u", password="hunter2")
RANDOM = "k3Jq0vWm8ZrT5xYb2NdFhGsLpQcVtXaE"


@pytest.fixture
def installed(app):
    make_folders(app.extensions["settings"])
    return app


@pytest.fixture
def chosen(installed):
    """Let settings be others."""

    def choose(**settings):
        installed.extensions["settings"] = replace(installed.extensions["settings"], **settings)

    return choose


def refused(app) -> str:
    with pytest.raises(SystemExit) as stop:
        check(app)
    words = str(stop.value).removeprefix("The service did not start. ")
    assert words != str(stop.value)
    return words


def test_a_sound_installation_starts(installed):
    key_ring().wrap(b"0" * 32, purpose="a test")

    check(installed)


def test_a_database_without_tables_is_told_apart_from_one_that_does_not_answer(installed):
    with transaction():
        db.session.execute(text("DROP TABLE alembic_version"))

    assert refused(installed) == "The database has no tables yet: run flask db upgrade"


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        ("short", "The secret has 5 characters: use at least 32 random ones"),
        ("please-change-me-please-change-me", "looks like one from an example"),
        ("YOUR_SECRET_KEY_GOES_HERE_1234567", "looks like one from an example"),
        ("django-insecure-k3Jq0vWm8ZrT5xYb2", "looks like one from an example"),
        ("0123456789abcdef0123456789abcdef", "looks like one from an example"),
        ("a" * 64, "looks like one from an example"),
        ("abab" * 16, "looks like one from an example"),
    ],
)
@pytest.mark.parametrize("earlier", [False, True], ids=["the one in use", "an earlier one"])
def test_a_secret_that_can_be_guessed(installed, chosen, secret, words, earlier):
    chosen(**({"secret_key_fallbacks": (secret,)} if earlier else {"secret_key": secret}))

    told = refused(installed)

    assert words in told
    assert secret not in told


def test_secrets_made_at_random_are_never_taken_for_examples(installed, chosen):
    for _ in range(2000):
        chosen(secret_key=secrets.token_urlsafe(48))
        safety.the_secret_is_random()
        chosen(secret_key=secrets.token_hex(32))
        safety.the_secret_is_random()


def test_debugging(own_app, installed):
    installed.debug = True

    assert "Debugging is on" in refused(installed)


def test_a_demonstration_that_would_write_to_people(installed, chosen):
    chosen(demonstration=True, smtp=SMTP)

    told = refused(installed)

    assert "The demonstration has a mail server" in told
    assert "hunter2" not in told


@pytest.mark.parametrize(
    ("address", "cookie_secure", "words"),
    [
        ("http://assurance.example", True, "which is not encrypted"),
        ("http://assurance.example", False, "which is not encrypted"),
        ("https://assurance.example", False, "ASSURANCE_COOKIE_SECURE is no"),
    ],
)
def test_passwords_in_clear(installed, chosen, address, cookie_secure, words):
    chosen(address=address, cookie_secure=cookie_secure)

    assert words in refused(installed)


@pytest.mark.parametrize(
    ("address", "cookie_secure"),
    [
        ("https://assurance.example", True),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
    ],
)
def test_encrypted_or_on_this_machine_is_fine(installed, chosen, address, cookie_secure):
    chosen(address=address, cookie_secure=cookie_secure)

    check(installed)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711])
def test_a_folder_of_keys_that_others_may_open(installed, tmp_path, mode):
    (tmp_path / "keys").chmod(mode)

    assert refused(installed).startswith(f"Others may read {tmp_path / 'keys'} (mode {mode:04o})")


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_key_that_others_may_read(installed, tmp_path, mode):
    key_ring().wrap(b"0" * 32, purpose="a test")
    key = next((tmp_path / "keys").glob("*.key"))
    key.chmod(mode)

    assert refused(installed).startswith(f"Others may read {key} (mode {mode:04o})")


def test_starting_does_not_quietly_put_right_who_could_read_the_keys(installed, tmp_path):
    (tmp_path / "keys").chmod(0o755)

    make_folders(installed.extensions["settings"])

    assert "Others may read" in refused(installed)


MOUNTS = r"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
30 27 0:40 / /srv rw,relatime shared:9 master:2 - nfs4 nas.example:/export rw,vers=4.2
31 30 254:1 / /srv/disk rw - xfs /dev/vdb rw
32 27 0:41 / /mnt/with\040space rw - cifs //nas.example/share rw
33 27 0:42 / /home/me/remote rw - fuse.sshfs me@host: rw
34 27 0:43 / /over rw - ext4 /dev/vdc rw
35 27 0:44 / /over rw - ceph 10.0.0.1:/ rw
36 27 0:45 / /root rw - fuse.fuse-overlayfs fuse-overlayfs rw
37 27 0:46 / /windows rw - 9p drvfs rw
38 27 0:47 / /stick rw - fuseblk /dev/sdb1 rw
"""


@pytest.mark.parametrize(
    ("path", "kind", "networked"),
    [
        ("/var/lib/data.db", "ext4", False),
        ("/srv/data.db", "nfs4", True),
        ("/srv/disk/data.db", "xfs", False),
        ("/srv-2/data.db", "ext4", False),
        ("/mnt/with space/data.db", "cifs", True),
        ("/home/me/remote/a/data.db", "fuse.sshfs", True),
        ("/over/data.db", "ceph", True),
        ("/root/data.db", "fuse.fuse-overlayfs", False),
        ("/windows/data.db", "9p", True),
        ("/stick/data.db", "fuseblk", False),
    ],
)
def test_the_file_system_a_path_lies_on(path, kind, networked):
    assert file_system_of(Path(path), MOUNTS) == kind
    assert is_networked(kind) is networked


def test_sqlite_on_a_network_drive(installed, tmp_path, monkeypatch):
    """What the machine says of its mounts is another text; everything else is as it is."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        f"27 1 254:0 / / rw - ext4 /dev/vda rw\n30 27 0:4 / {tmp_path} rw - nfs4 n rw\n"
    )
    monkeypatch.setattr(safety, "MOUNTS", mounts)

    told = refused(installed)

    assert f"{tmp_path / 'supplier_assurance.db'} lies on a network drive (nfs4)" in told


@pytest.fixture
def sets():
    """Let every new connection set something after the service has set it up."""
    engine, listening = db.engine, []

    def listen(statement):
        def change(connection, _record):
            connection.execute(statement)

        event.listen(engine, "connect", change)
        listening.append(change)
        engine.dispose()

    yield listen
    for change in listening:
        event.remove(engine, "connect", change)
    engine.dispose()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("pragma", "words"),
    [
        ("synchronous = OFF", "synchronous=0"),
        ("synchronous = NORMAL", "synchronous=1"),
        ("foreign_keys = OFF", "foreign_keys=0"),
    ],
)
def test_sqlite_that_a_power_cut_would_damage(installed, sets, pragma, words):
    sets(f"PRAGMA {pragma}")

    assert words in refused(installed)


@pytest.mark.sqlite
@pytest.mark.parametrize("journal", ["MEMORY", "OFF"])
def test_sqlite_without_a_journal_on_the_disk(own_app, installed, tmp_path, journal):
    db.engines[None] = create_engine(
        f"sqlite:///{tmp_path / 'other.db'}", module=sqlite.driver(), poolclass=QueuePool
    )

    @event.listens_for(db.engine, "connect")
    def change(connection, _record):
        connection.execute(f"PRAGMA journal_mode = {journal}")

    assert f"journal_mode={journal.lower()}" in refused(installed)
    db.engine.dispose()


@pytest.mark.sqlite
@pytest.mark.skipif(sqlite3.sqlite_version_info >= (3, 51, 3), reason="Python's SQLite is safe")
def test_a_write_ahead_log_under_a_version_that_can_damage_it(own_app, installed, tmp_path):
    db.engines[None] = create_engine(
        f"sqlite:///{tmp_path / 'other.db'}", module=sqlite3, poolclass=QueuePool
    )
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")

    assert f"SQLite {sqlite3.sqlite_version} can damage" in refused(installed)
    db.engine.dispose()


@pytest.fixture(scope="module")
def durable():
    if postgresql.programs() is None:
        pytest.skip("PostgreSQL is not installed (debian-packages.txt)")
    with postgresql.server(durable=True) as address:
        yield address.format(name="postgres")


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_postgresql_that_a_power_cut_would_damage(durable, own_app, installed, name):
    db.engines[None] = engine = create_engine(durable, isolation_level="AUTOCOMMIT")

    def choose(value):
        with engine.connect() as connection:
            connection.execute(text(f"ALTER SYSTEM SET {name} = {value}"))
            connection.execute(text("SELECT pg_reload_conf()"))
        engine.dispose()

    safety.postgresql_survives_a_power_cut()
    choose("off")
    try:
        for _ in range(100):
            with engine.connect() as connection:
                if connection.execute(text(f"SHOW {name}")).scalar() == "off":
                    break
        assert f"PostgreSQL runs with {name}=off" in refused(installed)
    finally:
        choose("on")
        engine.dispose()


def test_a_database_that_is_away(own_app, installed, tmp_path):
    db.engines[None] = create_engine(f"postgresql+psycopg://nobody@/nothing?host={tmp_path}")

    assert "The database cannot be reached" in refused(installed)


def test_the_doctor_says_a_line_for_everything_that_must_hold(installed):
    key_ring().wrap(b"0" * 32, purpose="a test")

    result = installed.test_cli_runner().invoke(args=["doctor"])

    lines = result.output.splitlines()
    assert result.exit_code == 0, result.output
    assert len(lines) == len(installed.extensions["start_checks"]) + 6
    assert {line[:4] for line in lines} == {"ok  "}
    for must_hold in MUST_HOLD:
        assert f"ok  {must_hold.__name__.replace('_', ' ')}" in lines


def test_the_doctor_names_everything_that_is_wrong(installed, chosen, tmp_path):
    chosen(address="http://assurance.example", secret_key="changeme" * 8)
    (tmp_path / "keys").chmod(0o755)
    (tmp_path / "files").rmdir()

    result = installed.test_cli_runner().invoke(args=["doctor"])

    wrong = [line for line in result.output.splitlines() if line.startswith("NO ")]
    assert result.exit_code == 1
    assert [re.split(r"[.:]", line)[0] for line in wrong] == [
        "NO  the secret is random",
        "NO  passwords travel encrypted",
        "NO  keys are for their owner alone",
        "NO  files",
    ]
    assert "changeme" not in result.output


def test_a_served_installation_stops_before_it_answers(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environ = os.environ | {
        "ASSURANCE_INSTANCE_FOLDER": str(tmp_path),
        "ASSURANCE_PORT": str(port),
        "ASSURANCE_ADDRESS": "http://assurance.example",
        "ASSURANCE_SECRET_KEY": RANDOM,
    }

    stopped = subprocess.run(
        [sys.executable, "-m", "foundation.serve"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert stopped.returncode == 1
    assert "ASSURANCE_ADDRESS is http://assurance.example, which is not encrypted" in stopped.stderr
    assert RANDOM not in stopped.stderr
    assert "Traceback" not in stopped.stderr
