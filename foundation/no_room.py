"""Telling what passes from a fault of ours: a disk without room, and changes that crossed."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
# What the databases call it: PostgreSQL's disk_full; SQLite's FULL, and IOERR where it cannot put
# something on the disk that was to be there.
SQLSTATE = "53100"
SQLITE = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})
# Two changes that wait for each other, of which PostgreSQL ends one, and one that waited for too
# long: deadlock_detected and lock_not_available. SQLite has one writer, who may be slow.
CROSSED_SQLSTATES = frozenset({"40P01", "55P03"})
CROSSED_SQLITE = frozenset({"SQLITE_BUSY", "SQLITE_BUSY_TIMEOUT"})


def is_no_room(error: BaseException | None) -> bool:
    """Return whether ``error``, or what caused it, is that a disk is full."""
    return any(_is_full(one) for one in _originals(error))


def is_crossed(error: BaseException | None) -> bool:
    """Return whether ``error``, or what caused it, is that others were changing the same."""
    return any(
        getattr(one, "sqlstate", "") in CROSSED_SQLSTATES
        or getattr(one, "sqlite_errorname", "") in CROSSED_SQLITE
        for one in _originals(error)
    )


def _originals(error: BaseException | None) -> Iterator[BaseException | None]:
    """Yield an error and what caused it, each as the driver raised it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error.orig if isinstance(error, DBAPIError) else error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException | None) -> bool:
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    if getattr(error, "sqlite_errorname", "") in SQLITE:
        return True
    # What is shipped beside Python tells the name of the failure; other drivers its words alone.
    return getattr(error, "sqlstate", "") == SQLSTATE or "disk is full" in str(error)
