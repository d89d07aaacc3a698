"""Stored files that no row names: taken away a day after they were stored.

A file is stored before the row that names it. What stops in between, or cannot be removed at once
because the store is away, leaves a file that nobody can open any more: its key was never kept, or
is gone.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import select

from accounts.models import Organisation
from foundation import clock, stores
from foundation.canonical import sha256_hex
from foundation.database import db
from foundation.errors import DomainError
from foundation.settings import Settings
from foundation.stores import FilesUnreachable, Store
from records.backups import contents
from supplier_portal.models import Evidence

# So long a file may wait for the row that names it: no request and no job takes a thousandth of it.
WAIT = timedelta(hours=24)
# More than this, and more than a tenth of all there is, are not left over: then the database is
# another one, or an old copy, and what it does not know is somebody's.
MOST_LEFT_OVER, ONE_IN = 20, 10

logger = logging.getLogger(__name__)


class FilesElsewhere(DomainError):
    """The store is not the one that the database names files of."""


class NotCollected(RuntimeError):
    """Nothing was taken away: what lies there is not what this database would have left over."""


def collect_daily(_first: date, _last: date) -> None:
    """Do the duty "files". Raises NotCollected and FilesUnreachable: it is tried again."""
    collected = collect(_settings())
    if collected:
        logger.info("Files that nothing named were taken away")


def collect(settings: Settings, *, however_many: bool = False) -> int:
    """Take away what no row names and return how much it was. Raises NotCollected."""
    store, before = stores.of(settings), clock.now() - WAIT
    must_be_of_this_database(store)
    there, loose = 0, set()
    for one in store.lying():
        there += 1
        if one.changed_at < before:
            loose.add(one.name)
    # Read after the store: a row may come to name a file while the store is looked through.
    loose -= _named()
    if not however_many and len(loose) > max(MOST_LEFT_OVER, there // ONE_IN):
        raise NotCollected(
            "So many files are named by no row that this looks like the files of another "
            "database: see that DATABASE_URL and ASSURANCE_FILES belong together, then flask "
            "files collect --however-many"
        )
    for name in sorted(loose):
        store.remove(name)
    return len(loose) + store.clear_unfinished(before)


def files_lie_where_the_settings_say() -> None:
    """Raise FilesElsewhere where the store is empty and there should be files in it: whoever
    changed the setting and did not move them would see every file lost."""
    store = stores.of(_settings())
    try:
        must_be_of_this_database(store)
        if _is_any_named() and next(store.lying(), None) is None:
            raise FilesElsewhere(
                "There are no files where the settings say: flask files move, or set "
                "ASSURANCE_FILES to what it was (docs/object-storage.md)"
            )
    except (NotCollected, FilesUnreachable) as error:
        raise FilesElsewhere(str(error)) from error


def _is_any_named() -> bool:
    try:
        return db.session.scalars(select(Evidence.id).limit(1)).first() is not None
    finally:
        db.session.rollback()


def must_be_of_this_database(store: Store) -> None:
    """Raise NotCollected where the store is that of another installation."""
    first = db.session.scalars(
        select(Organisation.token).order_by(Organisation.id).limit(1)
    ).one_or_none()
    if first is None:
        return
    owner = sha256_hex(f"files of {first}")
    if store.belongs_to(owner) != owner:
        raise NotCollected(
            "The files lie in a bucket where another installation keeps its own: choose another "
            "bucket or prefix in ASSURANCE_FILES"
        )


def _named() -> set[str]:
    db.session.rollback()
    try:
        return contents.named_files(db.session.connection())
    finally:
        db.session.rollback()


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
