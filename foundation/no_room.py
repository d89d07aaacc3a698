"""Telling a disk without room from a fault of ours: nothing is broken, and it passes."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
# What the databases call it: PostgreSQL's disk_full; SQLite's FULL, and IOERR where it cannot put
# something on the disk that was to be there.
SQLSTATE = "53100"
SQLITE = frozenset({"SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE"})


def is_no_room(error: BaseException | None) -> bool:
    """Return whether ``error``, or what caused it, is that a disk is full."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if _says_so(error.orig if isinstance(error, DBAPIError) else error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _says_so(error: BaseException | None) -> bool:
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    if getattr(error, "sqlite_errorname", "") in SQLITE:
        return True
    # What is shipped beside Python tells the name of the failure; other drivers its words alone.
    return getattr(error, "sqlstate", "") == SQLSTATE or "disk is full" in str(error)
