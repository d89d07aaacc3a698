"""Whether the service is ready is told truly, soon, and of nobody: by really taking things away."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from accounts.rules.roles import Role
from foundation import health, outages, sqlite, stores
from foundation.database import db
from foundation.health import (
    LONGEST_LOOK_SECONDS,
    OK,
    READINESS,
    SILENT,
    Readiness,
)
from foundation.keys import key_ring
from foundation.migrating import code_version
from foundation.outages import beat
from foundation.scanning import Scanner
from foundation.serve import make_folders
from foundation.stores import client as client_module
from foundation.turns import Turns
from tests import clamd, postgresql
from tests.s3_server import NAME

# After the beat of the fixture, which is left at the true time.
NOON = datetime(2040, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def running(app):
    """The service as it runs: its folders made, a beat left a moment ago."""
    make_folders(app.extensions["settings"])
    beat()
    return app


@pytest.fixture
def asked(running, client):
    """Ask anew, as after the moment for which an answer is kept; return status and checks."""

    def ask():
        running.extensions.pop(READINESS, None)
        answer = client.get("/health/ready")
        assert answer.json["ready"] is (answer.status_code == 200)
        return answer.status_code, answer.json["checks"]

    return ask


ALL_WELL = {
    "database": OK, "files": OK, "keys": OK, "workers": OK, "scanner": "absent", "clock": OK
}  # fmt: skip


@pytest.mark.both_databases
def test_a_service_that_works_says_so(asked):
    key_ring().wrap(b"0" * 32, purpose="a test")

    assert asked() == (200, ALL_WELL)


def test_a_database_that_is_moved_away_is_missed(asked, tmp_path):
    assert asked()[0] == 200

    (tmp_path / "supplier_assurance.db").rename(tmp_path / "elsewhere.db")

    assert asked() == (
        503,
        ALL_WELL
        | {
            "database": "cannot be reached, read or written",
            "workers": "the database that knows of them cannot be reached",
        },
    )
    assert not (tmp_path / "supplier_assurance.db").exists()


def test_a_file_that_is_no_database_is_not_taken_for_one(asked, tmp_path):
    assert asked()[0] == 200
    for path in tmp_path.glob("supplier_assurance.db*"):
        path.unlink()

    (tmp_path / "supplier_assurance.db").write_bytes(b"x" * 8192)

    status, checks = asked()
    assert (status, checks["database"]) == (503, "failed (DatabaseError)")


def test_tables_of_another_version_are_not_worked_with(asked):
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))

    status, checks = asked()

    assert status == 503
    assert checks["database"] == "its tables are of another version: run flask db upgrade"


def test_somebody_writing_at_this_moment_is_no_fault(asked, tmp_path):
    other = sqlite.driver().connect(str(tmp_path / "supplier_assurance.db"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert asked() == (200, ALL_WELL)
    finally:
        other.close()


@pytest.mark.parametrize("folder", ["files", "spool"])
@pytest.mark.parametrize("instead", ["nothing", "a file"])
def test_a_folder_that_cannot_be_written_into_is_named(asked, tmp_path, folder, instead):
    assert asked()[0] == 200

    (tmp_path / folder).rename(tmp_path / "unmounted")
    if instead == "a file":
        (tmp_path / folder).write_text("in its place")

    assert asked() == (503, ALL_WELL | {"files": f"nothing can be written into {folder}/"})


@pytest.mark.parametrize("how", ["cut before", "slow", "403", "other bytes out"])
def test_a_bucket_that_is_lost_is_missed_within_five_seconds(asked, s3, how):
    # A busy machine may need more than one look to see that all is well.
    assert (200, ALL_WELL) in (asked() for _ in range(20))
    with s3.faulty(how):
        status, checks = asked()

    assert (status, checks["files"] == OK) == (503, False)
    assert NAME not in checks["files"]
    assert LONGEST_LOOK_SECONDS < 5
    assert (200, ALL_WELL) in (asked() for _ in range(20))


def test_looking_again_and_again_leaves_one_small_object_in_the_bucket(app, s3, monkeypatch):
    # However busy the machine is.
    monkeypatch.setattr(client_module, "WATCHING_SECONDS", 60)
    store = stores.of(app.extensions["settings"])
    with s3.counted() as calls:
        for _ in range(3):
            store.watch()
        # Only the first writes: the others are told that it is there.
        assert [call.split()[0] for call in calls] == ["PUT", "GET"] * 3
    assert list(store.lying()) == []


def test_looking_leaves_nothing_in_the_store(asked, tmp_path):
    asked()

    assert [*(tmp_path / "files").iterdir(), *(tmp_path / "spool").iterdir()] == []


def take_folder(folder: Path) -> None:
    folder.rename(folder.with_name("away"))


def take_current(folder: Path) -> None:
    (folder / "current").unlink()


def cut_key(folder: Path) -> None:
    (folder / f"{key_ring().current}.key").write_bytes(b"short")


def take_key(folder: Path) -> None:
    (folder / f"{key_ring().current}.key").unlink()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (take_folder, "the folder cannot be read"),
        (take_current, "no key is named as the current one"),
        (cut_key, "the current key is damaged"),
        (take_key, "the folder cannot be read"),
    ],
)
def test_keys_that_are_gone_are_missed(asked, tmp_path, harm, words):
    key_ring().wrap(b"0" * 32, purpose="a test")
    assert asked()[0] == 200

    harm(tmp_path / "keys")

    assert asked() == (503, ALL_WELL | {"keys": words})


def test_a_worker_that_left_no_beat_for_a_minute_is_missed(app, asked, at):
    at(NOON)
    beat()
    at(NOON + outages.SHORTEST - timedelta(seconds=1))
    assert asked() == (200, ALL_WELL)

    at(NOON + outages.SHORTEST)

    assert asked() == (503, ALL_WELL | {"workers": "no beat for a minute"})


def test_a_thread_beside_the_server_that_stopped_is_named(running, asked):
    running.extensions[health.BESIDE] = ("pulse of the test", "jobs")
    over = threading.Event()
    thread = threading.Thread(target=over.wait, name="pulse of the test", daemon=True)
    thread.start()
    try:
        assert asked() == (503, ALL_WELL | {"workers": "stopped: jobs"})
    finally:
        over.set()
        thread.join()


def test_a_scanner_that_is_away_is_told_and_decides_nothing(running, asked, tmp_path):
    running.extensions["scanner"] = Scanner(str(tmp_path / "nobody-listens"))

    assert asked() == (200, ALL_WELL | {"scanner": "does not answer"})


@pytest.mark.skipif(clamd.program() is None, reason="ClamAV is not installed")
def test_a_scanner_that_is_there_is_told(running, asked):
    with clamd.daemon(largest="1M") as daemon:
        running.extensions["scanner"] = Scanner(daemon.address)

        assert asked() == (200, ALL_WELL | {"scanner": OK})


def test_what_is_lost_is_told_within_five_seconds_however_long_it_hangs():
    assert health.FRESH_SECONDS + health.LONGEST_LOOK_SECONDS < 5


def test_what_hangs_is_named_and_not_begun_again():
    begun, over = [], threading.Event()

    def hangs() -> str:
        begun.append(1)
        over.wait(30)
        return OK

    looking = Readiness({"hangs": hangs, "works": lambda: OK}, longest=0.2)
    try:
        for _ in range(3):
            report = looking.report()
            assert (report.ready, report.checks) == (False, {"hangs": SILENT, "works": OK})
            looking._seen = None
        assert len(begun) == 1
    finally:
        over.set()


def test_whoever_asks_often_makes_no_work():
    looked = []
    looking = Readiness({"counts": lambda: looked.append(1) or OK})

    for _ in range(50):
        looking.report()

    assert len(looked) == 1


@pytest.mark.parametrize("page", ["/health/live", "/health/ready"])
def test_asking_is_nobody_being_there(running, client_for, statements_counted, page):
    client = client_for(Role.OFFICER)

    with statements_counted() as statements:
        answer = client.get(page)

    assert answer.status_code == 200
    assert statements == []
    assert (answer.headers["Cache-Control"], answer.headers.getlist("Set-Cookie")) == (
        "no-store",
        [],
    )


def test_the_process_says_it_answers_without_a_database(running, client, tmp_path):
    (tmp_path / "supplier_assurance.db").rename(tmp_path / "elsewhere.db")

    assert client.get("/health/live").json == {"live": True}


def test_who_watches_waits_behind_no_other_request():
    first_is_in, over, first_left = threading.Event(), threading.Event(), threading.Event()

    def application(environ, _start):
        if environ["PATH_INFO"] == "/slow":
            first_is_in.set()
            over.wait(30)
            first_left.set()
        return [b""]

    turns = Turns(application, patience=30)
    threading.Thread(target=turns, args=({"PATH_INFO": "/slow"}, None), daemon=True).start()
    first_is_in.wait(5)
    try:
        assert turns({"PATH_INFO": "/health/ready"}, None) == [b""]
        assert not first_left.is_set()
    finally:
        over.set()


@pytest.fixture
def server(running):
    """A PostgreSQL server of this test alone, with the tables that are looked at; stops on call."""
    if postgresql.programs() is None:
        pytest.skip("PostgreSQL is not installed (debian-packages.txt)")
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.server()).format(name="postgres")
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num varchar(32))"))
            connection.execute(text("CREATE TABLE service_run (last_seen_at timestamp)"))
            connection.execute(
                text("INSERT INTO alembic_version VALUES (:v)"), {"v": code_version()}
            )
            connection.execute(text("INSERT INTO service_run VALUES (now() AT TIME ZONE 'UTC')"))
        engine.dispose()
        settings = running.extensions["settings"]
        running.extensions["settings"] = replace(settings, database_url=url)
        yield url, stack.close
        running.extensions["settings"] = settings


GONE = {
    "database": "cannot be reached, read or written",
    "workers": "the database that knows of them cannot be reached",
}


def test_a_postgresql_that_is_stopped_is_missed(server, asked):
    _url, stop = server
    assert asked() == (200, ALL_WELL)

    stop()

    assert asked() == (503, ALL_WELL | GONE)


def test_a_postgresql_that_stops_answering_is_missed(server, asked):
    url, _stop = server
    assert asked() == (200, ALL_WELL)
    folder = Path(make_url(url).query["host"])
    process = int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    os.kill(process, signal.SIGSTOP)
    try:
        status, checks = asked()
    finally:
        os.kill(process, signal.SIGCONT)

    assert status == 503
    assert checks["database"] in (GONE["database"], SILENT)


def test_a_postgresql_that_can_only_be_read_is_not_ready(server, asked):
    url, _stop = server
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER DATABASE postgres SET default_transaction_read_only = on"))
    engine.dispose()

    status, checks = asked()

    assert (status, checks["database"]) == (503, "failed (InternalError)")
