"""Whether the service can do its work: asked by the machine that watches over it, not by people.

Every look takes new connections and files of its own, so that it sees what a start would see, and
none takes longer than a few seconds: what hangs is named, and no second look is begun at it.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from foundation import clock, outages, sqlite, stores
from foundation.database import UTCDateTime
from foundation.keys import KEY_BYTES, KeyRing
from foundation.migrating import code_version, code_versions
from foundation.scanning import Scanner
from foundation.settings import Settings
from foundation.steady import STEADY

OK = "ok"
SILENT = "did not answer in time"
LONGEST_LOOK_SECONDS = 3.5
DATABASE_SECONDS = 2
# A writer found at work is no fault, so there is no reason to wait until he has ended: waiting two
# seconds for him left a busy machine too few to look at all else.
SQLITE_WAIT_SECONDS = 0.5
# Whoever asks more often is told the same again: asking costs nobody anything.
FRESH_SECONDS = 1.0
LEAST_FREE = 64 * 1024 * 1024
# The name under which foundation.serve says which threads run beside the web server.
BESIDE = "threads_beside"
READINESS = "readiness"
# What is told and does not decide: a service without its scanner, or beside whose own clock the
# machine's was set to another time, takes bids, and says so.
TOLD = frozenset({"scanner", "clock"})

Check = Callable[[], str]


class NotRight(Exception):
    """What a look found, in words that hold no secret."""


@dataclass(frozen=True)
class Report:
    ready: bool
    checks: Mapping[str, str]


class Readiness:
    """Looks at everything at once, and keeps what it saw for a moment."""

    def __init__(
        self, checks: Mapping[str, Check], *, longest: float = LONGEST_LOOK_SECONDS
    ) -> None:
        self._checks, self._longest = checks, longest
        self._guard = threading.Lock()
        self._looks: dict[str, _Look] = {}
        self._seen: Report | None = None
        self._seen_at = 0.0

    def report(self) -> Report:
        with self._guard:
            if self._seen is None or time.monotonic() - self._seen_at > FRESH_SECONDS:
                self._seen = self._look()
                self._seen_at = time.monotonic()
            return self._seen

    def _look(self) -> Report:
        end = time.monotonic() + self._longest
        for name, check in self._checks.items():
            last = self._looks.get(name)
            if last is None or not last.is_alive():
                self._looks[name] = _Look(check)
                self._looks[name].start()
        found = {}
        for name, look in self._looks.items():
            look.join(max(0.0, end - time.monotonic()))
            found[name] = SILENT if look.is_alive() else look.found
        return Report(all(found[name] == OK for name in found if name not in TOLD), found)


class _Look(threading.Thread):
    def __init__(self, check: Check) -> None:
        super().__init__(name="health", daemon=True)
        self._check = check
        self.found = SILENT

    def run(self) -> None:
        try:
            self.found = self._check()
        except NotRight as wrong:
            self.found = str(wrong)
        except Exception as error:
            # The type alone: the text may name addresses and people.
            self.found = f"failed ({type(error).__name__})"


def readiness(app: Flask) -> Readiness:
    """Return what looks at this installation."""
    settings: Settings = app.extensions["settings"]
    known: tuple[Settings, Readiness] | None = app.extensions.get(READINESS)
    if known is None or known[0] != settings:
        known = (settings, Readiness(_checks(app, settings)))
        app.extensions[READINESS] = known
    return known[1]


def _checks(app: Flask, settings: Settings) -> dict[str, Check]:
    threads = tuple(app.extensions.get(BESIDE, ()))
    return {
        "database": lambda: _database(settings.database_url),
        "files": lambda: _files(settings),
        "keys": lambda: _keys(KeyRing(settings.keys_folder)),
        "workers": lambda: _workers(settings.database_url, threads),
        "scanner": lambda: scanner_state(app.extensions.get("scanner")),
        "clock": clock_state,
    }


def new_engine(url: str) -> Engine:
    """Return an engine whose every connection is new, gives up soon and makes no file."""
    if make_url(url).get_backend_name() == "sqlite":
        path = str(make_url(url).database)

        def connect() -> Any:
            return sqlite.driver().connect(
                f"file:{quote(path)}?mode=rw",
                uri=True,
                timeout=SQLITE_WAIT_SECONDS,
                isolation_level=None,
            )

        return create_engine(url, creator=connect, module=sqlite.driver(), poolclass=NullPool)
    limits = f"-c statement_timeout={DATABASE_SECONDS}s -c lock_timeout={DATABASE_SECONDS}s"
    arguments = {"connect_timeout": DATABASE_SECONDS, "options": limits}
    return create_engine(url, connect_args=arguments, poolclass=NullPool)


def _database(url: str) -> str:
    """Read and write. Nothing is changed: what is written is nothing, and it is taken back."""
    try:
        with new_engine(url).connect() as connection:
            stored = connection.scalar(text("SELECT version_num FROM alembic_version"))
            if stored in code_versions() and stored != code_version():
                raise NotRight("its tables are of another version: run flask db upgrade")
            _write_nothing(connection)
    except OperationalError as error:
        raise NotRight("cannot be reached, read or written") from error
    return OK


def _write_nothing(connection: Any) -> None:
    try:
        if connection.dialect.name == "sqlite":
            # The driver begins nothing by itself: what was read is over.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(text("DELETE FROM service_run WHERE 1 = 0"))
    except OperationalError as error:
        # Somebody else is writing at this moment, so it can be written. A writer who never ends
        # stops the beats, which are looked at as well.
        if "locked" not in str(error.orig):
            raise
    finally:
        connection.rollback()


def _files(settings: Settings) -> str:
    """Write into the folders that files lie in, each a file without a name; ask the bucket."""
    folders = [settings.spool_folder]
    store = stores.of(settings)
    if isinstance(store, stores.BucketStore):
        try:
            store.watch()
        except (stores.FilesUnreachable, stores.FileMissing) as error:
            raise NotRight(str(error)) from error
    else:
        folders.insert(0, settings.files_folder)
    for folder in folders:
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(b"ready")
                file.flush()
        except OSError as error:
            raise NotRight(f"nothing can be written into {folder.name}/") from error
    if free_bytes(settings) < LEAST_FREE:
        raise NotRight("the disk is full")
    return OK


def free_bytes(settings: Settings) -> int:
    return shutil.disk_usage(settings.instance_folder).free


def _keys(ring: KeyRing) -> str:
    try:
        names = {path.name for path in ring.folder.iterdir()}
        current = ring.current
        if current is not None:
            key = (ring.folder / f"{current}.key").read_bytes()
            if len(key) != KEY_BYTES:
                raise NotRight("the current key is damaged")
    except OSError as error:
        raise NotRight("the folder cannot be read") from error
    # Before the first bid there is no key; once there were some, one is the current one.
    if current is None and any(name.endswith(".key") for name in names):
        raise NotRight("no key is named as the current one")
    return OK


def _workers(url: str, threads: tuple[str, ...]) -> str:
    """The threads beside the web server run, and a beat was left a moment ago."""
    running = {thread.name for thread in threading.enumerate()}
    stopped = [name for name in threads if name not in running]
    if stopped:
        raise NotRight(f"stopped: {', '.join(stopped)}")
    statement = text("SELECT max(last_seen_at) AS seen FROM service_run").columns(seen=UTCDateTime)
    try:
        with new_engine(url).connect() as connection:
            seen: datetime | None = connection.scalar(statement)
    except OperationalError as error:
        raise NotRight("the database that knows of them cannot be reached") from error
    if seen is None or clock.now() - seen >= outages.SHORTEST:
        raise NotRight("no beat for a minute")
    return OK


def clock_state() -> str:
    """Return "ok", or how far the machine's clock is from the service's own."""
    apart = round(STEADY.apart().total_seconds())
    if not apart:
        return OK
    return f"the machine's is {abs(apart)} seconds {'ahead of' if apart > 0 else 'behind'} ours"


def scanner_state(scanner: Scanner | None) -> str:
    """Return "absent", "ok" or "does not answer"."""
    if scanner is None:
        return "absent"
    return OK if scanner.answers() else "does not answer"
