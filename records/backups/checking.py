"""Whether a backup, and the database in it, is whole: every hash, chain and receipt."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, text

from foundation.keys import make_private_folder
from foundation.stores import FilesUnreachable, Store
from records.backups import boxes, contents, manifest
from records.backups.boxes import BackupBroken
from records.backups.manifest import DATABASE, Manifest

MOST_SHOWN = 20


def database_taken(folder: Path, about: Manifest, key: bytes | None, to: Path) -> None:
    """Write the database of a backup into the file ``to``. Raises BackupBroken."""
    with to.open("xb") as file:
        os.fchmod(file.fileno(), 0o600)
        found = boxes.take(folder / DATABASE, DATABASE, key, file)
        file.flush()
        os.fsync(file.fileno())
    if found.sha256 != about.database_sha256:
        raise BackupBroken(f"{folder / DATABASE} is not the one its manifest names")


def files_taken(folder: Path, about: Manifest, key: bytes | None, to: Path | None) -> None:
    """Read every stored file of a backup and compare it with its name; write it into the folder
    ``to`` if one is given. Raises BackupBroken."""
    for name in about.files:
        path = manifest.path_of(folder, name)
        if to is None:
            found = boxes.take(path, name, key, None)
        else:
            into = to / name[:2] / name[2:]
            for each in (to, into.parent):
                make_private_folder(each)
            with into.open("xb") as file:
                found = boxes.take(path, name, key, file)
                file.flush()
                os.fsync(file.fileno())
        if found.sha256 != name:
            raise BackupBroken(f"{path} is not the file that was stored under this name")


def files_put(folder: Path, about: Manifest, key: bytes | None, store: Store) -> None:
    """Put every stored file of a backup into a store. Raises BackupBroken and FilesUnreachable, and
    then takes away again what it had put there."""
    done: list[str] = []
    try:
        for name in about.files:
            path = manifest.path_of(folder, name)
            with store.draft() as draft:
                if boxes.take(path, name, key, draft).sha256 != name:
                    raise BackupBroken(f"{path} is not the file that was stored under this name")
                done.append(name)
                draft.keep(name)
    except BaseException:
        for name in done:
            with suppress(FilesUnreachable):
                store.remove(name)
        raise


def faults_of(connection: Connection, about: Manifest) -> list[str]:
    """Return what does not hold in a database that was taken from a backup, at most some of it."""
    faults: list[str] = []
    for fault in _every_fault(connection, about):
        faults.append(fault)
        if len(faults) == MOST_SHOWN:
            break
    return faults


def _every_fault(connection: Connection, about: Manifest) -> Iterator[str]:
    yield from faults_of_sqlite(connection)
    for name in sorted(contents.named_files(connection) - set(about.files) - set(about.amiss)):
        yield f"A row names the file {name}, which the backup does not hold"
    if contents.heads(connection) != about.heads:
        yield "The record of who did what does not end where the manifest says"
    if contents.receipts(connection) != about.receipts:
        yield "The receipts are not those that the manifest names"
    for fault in contents.faults_of_chains(connection):
        yield f"The record does not hold: {fault}"
    for sentence in contents.faults_of_receipts(connection):
        yield f"A receipt does not hold: {sentence}"


def faults_of_sqlite(connection: Connection) -> list[str]:
    """Return what SQLite itself finds damaged; PostgreSQL checks what it loads."""
    if connection.dialect.name != "sqlite":
        return []
    found = list(connection.scalars(text("PRAGMA integrity_check")))
    loose = connection.execute(text("PRAGMA foreign_key_check")).all()
    return [str(line) for line in found if line != "ok"] + [
        f"row {row} of {table} names a row of {other} that is not there"
        for table, row, other, _ in loose
    ]
