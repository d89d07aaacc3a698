"""Putting a backup back into an empty place, once everything in it was found whole."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, make_url

from foundation import stores
from foundation.errors import DomainError
from foundation.keys import make_private_folder, sync_folder
from foundation.migrating import code_versions
from foundation.settings import Settings
from foundation.stores import FilesUnreachable
from records.backups import manifest, snapshots
from records.backups.boxes import BackupBroken
from records.backups.checking import database_taken, faults_of, files_put, files_taken
from records.backups.manifest import Manifest

Say = Callable[[str], None]
DRAFT = ".restore-"


class NotRestored(DomainError):
    """Nothing was put back; the message says why."""


@dataclass(frozen=True)
class Place:
    """Where a backup goes: the files, and the database, of this installation."""

    settings: Settings

    @property
    def url(self) -> str:
        return self.settings.database_url

    @property
    def kind(self) -> str:
        return snapshots.kind_of(self.url)

    @property
    def database(self) -> Path:
        """The file of a SQLite database."""
        return Path(str(make_url(self.url).database))


def check(folder: Path, key: bytes | None, settings: Settings, say: Say) -> Manifest:
    """Read all of a backup and change nothing. Raises BackupBroken and NotRestored."""
    about = manifest.load(folder, key)
    say("Every file is compared with its hash")
    files_taken(folder, about, key, None)
    with _draft(settings) as draft:
        say("The database is checked")
        database_taken(folder, about, key, draft / manifest.DATABASE)
        if about.kind == "sqlite":
            _must_hold(snapshots.engine_of_copy(draft / manifest.DATABASE), about)
        else:
            say("What a PostgreSQL database holds is checked when it is restored")
    return about


def restore(folder: Path, key: bytes | None, settings: Settings, say: Say) -> Manifest:
    """Put a backup into the empty instance folder and database.

    Raises BackupBroken, NotRestored and NoSnapshot, and leaves the files and a SQLite database as
    they were, which is: not there.
    """
    try:
        return _restore(folder, key, settings, say)
    except FilesUnreachable as error:
        raise NotRestored(f"The files cannot be put back: {error}") from error


def _restore(folder: Path, key: bytes | None, settings: Settings, say: Say) -> Manifest:
    place = Place(settings)
    about = manifest.load(folder, key)
    _must_be_the_same_kind(place, about)
    _must_be_known(about)
    must_be_empty(place)
    with _draft(settings) as draft:
        say("Every file is compared with its hash")
        # For a folder they are put beside it at once, and then renamed.
        files_taken(folder, about, key, None if settings.files else draft / manifest.FILES)
        say("The database is checked")
        database_taken(folder, about, key, draft / manifest.DATABASE)
        if place.kind == "sqlite":
            _must_hold(snapshots.engine_of_copy(draft / manifest.DATABASE), about)
            _move_files(draft, place, folder, about, key)
            _move_database(draft, place)
        else:
            snapshots.put_back_postgresql(place.url, draft / manifest.DATABASE)
            _must_hold(create_engine(place.url), about)
            _move_files(draft, place, folder, about, key)
    return about


def must_be_empty(place: Place) -> None:
    """Raise NotRestored where something would be written over."""
    if place.kind == "sqlite":
        there = [f for f in _beside(place.database) if f.exists()]
        if there:
            raise NotRestored(
                f"There is a database already: {there[0]}. Nothing is written over. Choose an "
                "empty ASSURANCE_INSTANCE_FOLDER, or move it away if you are sure"
            )
    else:
        engine = create_engine(place.url)
        tables = inspect(engine).get_table_names()
        engine.dispose()
        if tables:
            raise NotRestored(
                "The database at DATABASE_URL holds tables already. Nothing is written over. Make "
                "an empty one"
            )
    _must_hold_no_files(place.settings)


def _must_hold_no_files(settings: Settings) -> None:
    own = () if settings.files is not None else (settings.files_folder,)
    for folder in (*own, settings.outbox_folder):
        if folder.exists() and any(folder.iterdir()):
            raise NotRestored(
                f"{folder} is not empty. Nothing is written over. Choose an empty "
                "ASSURANCE_INSTANCE_FOLDER, or move it away if you are sure"
            )
    if settings.files is not None and next(stores.of(settings).lying(), None) is not None:
        raise NotRestored(
            f"{settings.files} is not empty. Nothing is written over. Choose another bucket or "
            "prefix in ASSURANCE_FILES, or take away what lies there if you are sure"
        )


def _must_be_the_same_kind(place: Place, about: Manifest) -> None:
    if about.kind != place.kind:
        raise NotRestored(
            f"The backup holds a {about.kind} database and DATABASE_URL leads to {place.kind}. A "
            "backup is restored into a database of its own kind"
        )


def _must_be_known(about: Manifest) -> None:
    """A backup made by a newer version cannot be read by this one."""
    if about.migration not in code_versions():
        raise NotRestored(
            f"The backup was made by a newer version (its tables are {about.migration}). Install "
            "that version or a later one"
        )


def _must_hold(engine: Engine, about: Manifest) -> None:
    try:
        with engine.connect() as connection:
            faults = faults_of(connection, about)
    finally:
        engine.dispose()
    if faults:
        raise BackupBroken("\n".join(["The database in the backup does not hold:", *faults]))


def _move_files(
    draft: Path, place: Place, folder: Path, about: Manifest, key: bytes | None
) -> None:
    settings = place.settings
    if settings.files is not None:
        files_put(folder, about, key, stores.of(settings))
        return
    taken = draft / manifest.FILES
    if not taken.exists():
        return
    for folder in [*taken.iterdir(), taken]:
        sync_folder(folder)
    if settings.files_folder.exists():
        settings.files_folder.rmdir()
    taken.rename(settings.files_folder)
    sync_folder(settings.instance_folder)


def _move_database(draft: Path, place: Place) -> None:
    """Put the database in its place, last of all: what it names is there."""
    source = draft / manifest.DATABASE
    if place.database.parent != place.settings.instance_folder:
        # It may lie on another disk, where nothing can be renamed to.
        beside = place.database.with_name(f"{DRAFT}{secrets.token_hex(8)}")
        snapshots.copy_sqlite(source, beside)
        source = beside
    source.rename(place.database)
    sync_folder(place.database.parent)


def _beside(database: Path) -> Iterator[Path]:
    """Yield the files a SQLite database consists of."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        yield database.with_name(database.name + suffix)


@contextmanager
def _draft(settings: Settings) -> Iterator[Path]:
    make_private_folder(settings.instance_folder)
    for left in settings.instance_folder.glob(f"{DRAFT}*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = settings.instance_folder / f"{DRAFT}{secrets.token_hex(8)}"
    draft.mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)
