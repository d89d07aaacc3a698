"""The database as it is at one moment, while others write: a copy of it, and a way to read it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text

from foundation import sqlite
from foundation.errors import DomainError

PAGES_AT_ONCE = 5000
Told = Callable[[int], None]


class NoSnapshot(DomainError):
    """The database cannot be copied or put back; the message says why."""


@dataclass(frozen=True)
class Snapshot:
    """``file`` holds the database; ``connection`` reads just what the file holds."""

    file: Path
    connection: Connection


def kind_of(url: str) -> str:
    return make_url(url).get_backend_name()


@contextmanager
def taken(url: str, to: Path, told: Told = lambda _percent: None) -> Iterator[Snapshot]:
    """Copy the database at ``url`` into the file ``to``. Raises NoSnapshot."""
    take = _of_sqlite if kind_of(url) == "sqlite" else _of_postgresql
    with take(url, to, told) as snapshot:
        yield snapshot


@contextmanager
def _of_sqlite(url: str, to: Path, told: Told) -> Iterator[Snapshot]:
    path = Path(str(make_url(url).database))
    if not path.exists():
        raise NoSnapshot(f"There is no database {path}")
    copy_sqlite(path, to, told)
    engine = engine_of_copy(to)
    try:
        with engine.connect() as connection:
            yield Snapshot(to, connection)
    finally:
        engine.dispose()


def copy_sqlite(path: Path, to: Path, told: Told = lambda _percent: None) -> None:
    """Copy a database in use page by page, all of one moment.

    The transaction that reads is begun first and held: with a write-ahead log writers go on
    meanwhile and the copy does not begin again, however often they do.
    """
    module = sqlite.driver()

    def tell(_status: int, left: int, total: int) -> None:
        told(100 * (total - left) // max(total, 1))

    with closing(module.connect(path, isolation_level=None)) as source:
        source.execute(f"PRAGMA busy_timeout = {sqlite.BUSY_MILLISECONDS}")
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        with closing(module.connect(to, isolation_level=None)) as target:
            source.backup(target, pages=PAGES_AT_ONCE, progress=tell)
            # One file, which opens without any other beside it.
            target.execute("PRAGMA journal_mode = DELETE").fetchone()
    to.chmod(0o600)
    _sync(to)


def engine_of_copy(path: Path) -> Engine:
    """Return an engine for a copy that nobody else has open and nothing may change."""
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    module = sqlite.driver()
    return create_engine(
        "sqlite://", module=module, creator=lambda: module.connect(address, uri=True)
    )


@contextmanager
def _of_postgresql(url: str, to: Path, _told: Told) -> Iterator[Snapshot]:
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    try:
        with engine.connect() as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            name = connection.scalar(text("SELECT pg_export_snapshot()"))
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={name}"]
            _run("pg_dump", url, *options, f"--file={to}")
            to.chmod(0o600)
            _sync(to)
            yield Snapshot(to, connection)
    finally:
        engine.dispose()


def put_back_postgresql(url: str, dump: Path) -> None:
    """Load a dump into the empty database at ``url``: all of it or nothing. Raises NoSnapshot."""
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", url, *options, str(dump))


def _run(program: str, url: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on the database; no password stands on its command line."""
    found = shutil.which(program)
    if found is None:
        raise NoSnapshot(
            f"{program} is not installed: install PostgreSQL's client programs, of the version of "
            "the server or a newer one"
        )
    address = make_url(url)
    done = subprocess.run(  # noqa: S603 (a program of PostgreSQL, and settings of ours)
        [found, "--no-password", f"--dbname={_conninfo(address)}", *arguments],
        env=os.environ | _password(address),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        raise NoSnapshot(f"{program} failed: {lines[0]}")


def _conninfo(address: URL) -> str:
    said: dict[str, Any] = {
        "host": address.host,
        "port": address.port,
        "user": address.username,
        "dbname": address.database,
        **address.query,
    }
    from psycopg.conninfo import make_conninfo  # where the database is PostgreSQL

    return make_conninfo("", **{name: value for name, value in said.items() if value is not None})


def _password(address: URL) -> Mapping[str, str]:
    return {} if address.password is None else {"PGPASSWORD": str(address.password)}


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
