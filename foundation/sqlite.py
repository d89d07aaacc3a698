"""SQLite as a server needs it: durable, with foreign keys, and with a fair queue of writers."""

from __future__ import annotations

import importlib
import sqlite3
import threading
from collections import deque
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool

# Execution option of a connection that is about to write.
WRITES = "supplier_assurance_writes"

# Before this version a write-ahead log could be reset wrongly and damage the database.
SAFE_WAL = (3, 51, 3)

# Longest wait for another process (a command beside the server); threads queue in FairLock.
BUSY_MILLISECONDS = 30_000
LONGEST_QUEUE_SECONDS = 60.0

_TICKET = "supplier_assurance_write_lock"


class FairLock:
    """A lock that is handed on in the order people asked for it.

    SQLite lets waiting writers sleep and guess, which made the unlucky ones wait half a second
    and more; a queue costs the same in total and lets nobody starve.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._queue: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> bool:
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._queue.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn in self._queue:
                self._queue.remove(turn)
                return False
        # The turn came between giving up and looking: take it after all.
        return True

    def release(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False


def driver() -> ModuleType:
    """Return the SQLite module to use: the separately shipped newer one where it is installed."""
    try:
        module = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return sqlite3
    return module


def is_safe_with_wal(module: ModuleType) -> bool:
    return tuple(module.sqlite_version_info) >= SAFE_WAL


def engine_options() -> dict[str, Any]:
    """Return engine options: our own BEGIN instead of the driver's, which gives no snapshot."""
    return {
        "module": driver(),
        "poolclass": QueuePool,
        "connect_args": {"isolation_level": None, "check_same_thread": False},
    }


def prepare(engine: Engine) -> None:
    """Set every connection of ``engine`` up, and put its writers in a queue."""
    module = driver()
    lock = FairLock()

    def set_up(connection: Any, _record: Any) -> None:
        for pragma in _pragmas(module):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        # The lock must be taken in this very listener: in another one BEGIN may run first.
        if not connection.get_execution_options().get(WRITES):
            connection.exec_driver_sql("BEGIN")
            return
        if not lock.acquire(LONGEST_QUEUE_SECONDS):
            raise PoolTimeoutError("Other changes kept the database busy for too long")
        connection.info[_TICKET] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def give_back(_connection: Any, record: Any) -> None:
        # On return to the pool the COMMIT or ROLLBACK is done; at the commit event it is not.
        if record.info.pop(_TICKET, False):
            lock.release()

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", begin)
    event.listen(engine, "checkin", give_back)


def empty_the_log(engine: Engine) -> bool:
    """Bring the write-ahead log into the file and cut it off; return whether that could be done.

    Until then what was overwritten stands in it. Somebody who reads for long stops it.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        stopped: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.close()
    finally:
        connection.close()
    return not stopped


def _pragmas(module: ModuleType) -> tuple[str, ...]:
    """Return what makes a commit survive a power cut, with and without a safe write-ahead log.

    Whatever is overwritten or deleted is overwritten with zeros in the file: a key destroyed is
    gone from it.
    """
    journal = (
        ("journal_mode = WAL", "synchronous = FULL")
        if is_safe_with_wal(module)
        else ("journal_mode = DELETE", "synchronous = EXTRA")
    )
    return (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        *journal,
        "foreign_keys = ON",
        "secure_delete = ON",
    )
