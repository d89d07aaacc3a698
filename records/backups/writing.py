"""Writing a backup while the service runs: the database of one moment and every file it names.

A file may be removed between the moment of the database and its copying. So most are copied before
that moment; what is named at it and not copied yet follows; and if one of those is gone by then,
the moment is chosen anew. What is no longer named is taken out again: a later backup holds nothing
that was destroyed before it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine

from foundation import clock, sqlite, stores
from foundation.errors import DomainError
from foundation.keys import make_private_folder, sync_folder
from foundation.settings import Settings
from records.backups import boxes, contents, manifest, snapshots
from records.backups.checking import faults_of_sqlite
from records.backups.manifest import DATABASE, FILES, Manifest

DRAFT = ".draft-"
PREFIX = "backup-"
# How often the moment is chosen anew before a file that is gone is taken for lost.
MOMENTS = 4

Say = Callable[[str], None]


class NotBackedUp(DomainError):
    """No backup was made; the message says why."""


@dataclass
class Made:
    """A backup that was made: where, under which hash, and what was amiss with the store."""

    folder: Path
    sha256: str
    amiss: list[str]


@dataclass
class Work:
    """A backup being made."""

    settings: Settings
    draft: Path
    key: bytes | None
    # A backup made before with the same key: what it holds already is linked, not copied.
    before: Path | None
    say: Say
    copied: dict[str, int] = field(default_factory=dict)
    amiss: dict[str, str] = field(default_factory=dict)


def back_up(settings: Settings, to: Path, key: bytes | None, say: Say) -> Made:
    """Write a backup into a new folder in ``to``. Raises NotBackedUp, BackupBroken, NoSnapshot."""
    try:
        return _back_up(settings, to, key, say)
    except stores.FilesUnreachable as error:
        raise NotBackedUp(f"The files cannot be read: {error}") from error


def _back_up(settings: Settings, to: Path, key: bytes | None, say: Say) -> Made:
    _must_be_apart(settings, to)
    make_private_folder(to)
    with _alone_in(settings.instance_folder), _alone_in(to):
        for left in to.glob(f"{DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        draft = to / f"{DRAFT}{secrets.token_hex(8)}"
        draft.mkdir(mode=0o700)
        try:
            work = Work(settings, draft, key, _last_backup(to, key), say)
            made_at = clock.now()
            sha256 = _write(work)
            folder = to / f"{PREFIX}{made_at:%Y-%m-%dT%H%M%S}Z"
            _sync_all(draft)
            draft.rename(folder)
            sync_folder(to)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return Made(folder, sha256, sorted(f"{name}: {why}" for name, why in work.amiss.items()))


def _write(work: Work) -> str:
    _copy_files(work, _named_now(work.settings), first=True)
    for moment in range(1, MOMENTS + 1):
        work.amiss.clear()
        with _place_for_the_database(work) as place:
            made_at = clock.now()
            with snapshots.taken(
                work.settings.database_url, place, _told(work.say, "Database")
            ) as snapshot:
                _must_be_sound(snapshot)
                named = contents.named_files(snapshot.connection)
                _copy_files(work, named - set(work.copied))
                if work.amiss and moment < MOMENTS:
                    continue
                return _finish(work, snapshot, named, f"{made_at:%Y-%m-%dT%H:%M:%S.%fZ}")
    raise NotBackedUp("The files changed too often. Try again")


def _finish(work: Work, snapshot: snapshots.Snapshot, named: set[str], made_at: str) -> str:
    """Put the database into the backup, take out what it does not name, write the manifest."""
    for name in set(work.copied) - named:
        manifest.path_of(work.draft, name).unlink()
        del work.copied[name]
    with snapshot.file.open("rb") as file:
        database = boxes.put(file, work.draft / DATABASE, DATABASE, work.key)
    about = Manifest(
        made_at=made_at,
        kind=snapshots.kind_of(work.settings.database_url),
        migration=contents.migration(snapshot.connection),
        database_size=database.size,
        database_sha256=database.sha256,
        files=work.copied,
        amiss=work.amiss,
        heads=contents.heads(snapshot.connection),
        receipts=frozenset(contents.receipts(snapshot.connection)),
    )
    return manifest.save(work.draft, about, work.key)


def _copy_files(work: Work, names: set[str], *, first: bool = False) -> None:
    """Copy stored files; what cannot be is noted as amiss. Progress tells no numbers."""
    tell = _told(work.say, "Files") if first else _told(lambda _line: None, "")
    for number, name in enumerate(sorted(names), start=1):
        try:
            work.copied[name] = _copy(work, name)
        except stores.FileMissing:
            work.amiss[name] = "it is not in the store"
        except ValueError as error:
            work.amiss[name] = str(error)
        tell(100 * number // len(names))
    tell(100)


def _copy(work: Work, name: str) -> int:
    store, to = stores.of(work.settings), manifest.path_of(work.draft, name)
    size = store.size(name)
    for folder in (work.draft / FILES, to.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    if work.before is not None and _linked(manifest.path_of(work.before, name), to):
        return size
    try:
        with store.open(name) as file:
            written = boxes.put(file, to, name, work.key)
    except stores.FileMissing:
        to.unlink(missing_ok=True)
        raise
    if written.sha256 != name:
        to.unlink()
        raise ValueError("it was changed where it is stored")
    return written.size


def _linked(earlier: Path, to: Path) -> bool:
    """Let an earlier backup and this one share a file, which never changes under its name."""
    try:
        os.link(earlier, to)
    except OSError:
        return False
    return True


def _last_backup(to: Path, key: bytes | None) -> Path | None:
    """Return the newest backup that opens with the same key."""
    for folder in sorted(to.glob(f"{PREFIX}*"), reverse=True):
        try:
            manifest.load(folder, key)
        except DomainError:
            continue
        return folder
    return None


def _named_now(settings: Settings) -> set[str]:
    """Return which files the database names just now."""
    options = {"module": sqlite.driver()} if settings.database_url.startswith("sqlite") else {}
    engine = create_engine(settings.database_url, **options)
    try:
        with engine.connect() as connection:
            return contents.named_files(connection)
    finally:
        engine.dispose()


def _must_be_sound(snapshot: snapshots.Snapshot) -> None:
    """A copy that is damaged must not look like a backup."""
    faults = faults_of_sqlite(snapshot.connection)
    if faults:
        raise NotBackedUp(f"The database is damaged: {faults[0]}. Keep the backups you have")


@contextmanager
def _place_for_the_database(work: Work) -> Iterator[Path]:
    """Name a file for the copy of the database, beside the one in use: never in clear elsewhere."""
    folder = work.settings.instance_folder / ".backup"
    shutil.rmtree(folder, ignore_errors=True)
    make_private_folder(folder)
    try:
        yield folder / DATABASE
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one backup at a time be made of an instance, and be written into a folder."""
    lock = os.open(folder / ".backup-lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise NotBackedUp(f"Another backup is at work in {folder}") from None
    finally:
        os.close(lock)


def _must_be_apart(settings: Settings, to: Path) -> None:
    inside = settings.instance_folder.resolve()
    if to.resolve() == inside or to.resolve().is_relative_to(inside):
        raise NotBackedUp(
            f"{to} is inside the instance folder, which is what is backed up. Choose another disk"
        )


def _sync_all(folder: Path) -> None:
    for each, _folders, _files in os.walk(folder):
        sync_folder(Path(each))


def _told(say: Say, what: str) -> Callable[[int], None]:
    """Return what says each tenth that is done: the same lines however many there are, none too."""
    waiting = list(range(0, 101, 10))

    def tell(percent: int) -> None:
        while waiting and waiting[0] <= percent:
            say(f"{what}: {waiting.pop(0)} %")

    return tell
