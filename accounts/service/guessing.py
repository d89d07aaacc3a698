"""Counting what is tried in vain, so that nobody can try on and on; the database itself counts.

A try is counted before it is looked at, in a change of its own, and taken back if it was right: of
any number of tries at once no more are looked at than may be. Nothing here depends on whether an
account exists, and none is ever locked: accounts/rules/guessing.py says what is counted.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects import postgresql, sqlite

from accounts.models import Guesses
from accounts.rules.guessing import Counter, stretch_of
from foundation import clock
from foundation.database import db, transaction
from foundation.errors import DomainError

# Says whether the closing time of any tender is near; a later station knows (app.py). Whose tender
# and who bids for it must make no difference: otherwise guesses would tell of bids.
CLOSING_SOON = "closing_soon"
ClosingSoon = Callable[[datetime], bool]


class HeldBack(DomainError):
    """Too much was tried in vain; ``until`` says when it may be tried again."""

    def __init__(self, message: str, until: datetime, *, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.until = until


@dataclass(frozen=True)
class Try:
    """A try that may be looked at. ``is_last``: the next one of its kind will have to wait."""

    kind: str
    began_at: datetime
    until: datetime
    abouts: tuple[str, ...] = field(repr=False)
    is_last: bool


def begin(kind: str, wanted: Sequence[Counter], message: str, *, field: str | None = None) -> Try:
    """Count a try and return it. Raises HeldBack with ``message``, {until} filled in, uncounted."""
    began, until = stretch_of(clock.now(), closing_soon=closing_soon())
    abouts = tuple(about_hash(counter.about) for counter in wanted)
    held = HeldBack(message.format(until=clock.show_time(until)), until, field=field)
    known = _counts(kind, abouts, began)
    # A try that must wait is only read: whoever hammers on writes nothing.
    if any(known.get(about, 0) >= one.most for about, one in zip(abouts, wanted, strict=True)):
        raise held
    with transaction():
        counted = [_count(kind, about, began) for about in abouts]
    if any(count > one.most for count, one in zip(counted, wanted, strict=True)):
        raise held
    is_last = any(count == one.most for count, one in zip(counted, wanted, strict=True))
    return Try(kind, began, until, abouts, is_last)


def take_back(tried: Try) -> None:
    """Uncount a try that was right."""
    with transaction():
        for about in tried.abouts:
            db.session.execute(
                update(Guesses)
                .where(*_row(tried.kind, about, tried.began_at), Guesses.count > 0)
                .values(count=Guesses.count - 1)
                .execution_options(synchronize_session=False)
            )


def may_ask(kind: str, wanted: Sequence[Counter]) -> bool:
    """Count something asked for, and return whether it may be done: a link by mail, say."""
    try:
        begin(kind, wanted, "")
    except HeldBack:
        return False
    return True


def closing_soon() -> bool:
    known: ClosingSoon | None = current_app.extensions.get(CLOSING_SOON)
    return known is not None and known(clock.now())


def about_hash(about: Sequence[str]) -> str:
    """Return what stands in the table for whom a guess is about: keyed, so that it names nobody."""
    secret = str(current_app.config["SECRET_KEY"])
    key = hashlib.sha256(f"guesses:{secret}".encode()).digest()
    return hmac.new(key, "\0".join(about).encode(), hashlib.sha256).hexdigest()


def _counts(kind: str, abouts: Sequence[str], began: datetime) -> dict[str, int]:
    rows = db.session.execute(
        select(Guesses.about_hash, Guesses.count).where(
            Guesses.kind == kind, Guesses.about_hash.in_(abouts), Guesses.began_at == began
        )
    )
    return {row.about_hash: row[1] for row in rows}


def _count(kind: str, about: str, began: datetime) -> int:
    """Add one in a single statement and return the count: what two add at once is two."""
    is_sqlite = db.session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(Guesses) if is_sqlite else postgresql.insert(Guesses)
    counted = (
        insert.values(kind=kind, about_hash=about, began_at=began, count=1)
        .on_conflict_do_update(
            index_elements=["kind", "about_hash", "began_at"], set_={"count": Guesses.count + 1}
        )
        .returning(Guesses.count)
    )
    return db.session.execute(counted).scalar_one()


def _row(kind: str, about: str, began: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Guesses.kind == kind, Guesses.about_hash == about, Guesses.began_at == began)
