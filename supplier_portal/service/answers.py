"""Saving answers: every version kept, nothing written twice, no colleague's words overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, tuple_, update

from accounts.models import Person
from accounts.queries import Viewer
from foundation.database import db, transaction
from foundation.errors import DomainError
from question_bank.rules.answers import read_draft
from question_bank.rules.kinds import Problem
from supplier_portal import seals
from supplier_portal.models import Answer, AnswerVersion, Bid
from supplier_portal.service.bids import current, note_change
from tenders.queries import questionnaire_of

SAVE = "save answers"

# What a page was based on (the version of the answer it showed, 0 for none), and the value sent.
Change = tuple[int, Any]


class WrongAnswer(DomainError):
    """An answer that is not of its kind. Pages check first and show the problems at the fields."""

    def __init__(self, part_id: str, problems: Iterable[Problem]) -> None:
        self.part_id = part_id
        self.problems = tuple(problems)
        super().__init__(". ".join(wrong.message for wrong in self.problems), field=part_id)


@dataclass(frozen=True)
class Clash:
    """Two people changed one answer: what stands, whose it is, and what was sent."""

    part_id: str
    theirs: Any
    yours: Any
    version: int
    author: str
    saved_at: datetime
    # Of a table's row: its place now, counted from 1; 0 where it is in the table no more.
    row: int = 0


@dataclass(frozen=True)
class Saved:
    """The version each answer sent now has, which were written, and which stand as sent.

    An answer that stands as sent need not have been written: it may have been saved before, by a
    request whose answer got lost.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    written: frozenset[str] = frozenset()
    agreed: frozenset[str] = frozenset()


class Conflict(DomainError):
    """A colleague saved other words first. What clashes is not saved; everything else is."""

    def __init__(self, clashes: Iterable[Clash], saved: Saved) -> None:
        self.clashes = tuple(clashes)
        self.saved = saved
        who = self.clashes[0].author
        super().__init__(
            f"{who} saved another answer while you were writing: compare both and save one",
            field=self.clashes[0].part_id,
        )


@dataclass(frozen=True)
class Stored:
    """An answer's row as it is now; id 0 and version 0 for a part never answered."""

    id: int = 0
    version: int = 0
    value: Any = None
    author: str = ""
    saved_at: datetime | None = None

    @property
    def rows(self) -> list[Any]:
        """Return the rows or files; none where the part was of another kind before an amendment."""
        return self.value if isinstance(self.value, list) else []


def save_answers(
    bid: Bid, changes: Mapping[str, Change], *, by: Viewer, arrived_at: datetime
) -> Saved:
    """Save what differs from what stands. A value of None takes an answer back.

    An answer nobody sent differently from the version its page showed is left alone, whatever a
    colleague made of it since. Raises TooLate, WrongAnswer (saving nothing) and Conflict (saving
    all but what clashes).
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=SAVE)
        wanted = read_all(bid, changes)
        stored = stored_answers(bid, changes)
        shown = _versions_shown(bid, changes, stored)
        writing: dict[str, Any] = {}
        clashes = []
        for part_id, (based_on, _) in changes.items():
            value, stands = wanted[part_id], stored[part_id]
            if value in (stands.value, shown[part_id]):
                continue
            if based_on == stands.version:
                writing[part_id] = value
            else:
                clashes.append(_clash(part_id, stands, value))
        versions = write_answers(bid, writing, stored, by=by, arrived_at=arrived_at)
        saved = Saved(
            {part_id: versions.get(part_id, stored[part_id].version) for part_id in changes},
            frozenset(writing),
            frozenset(writing) | {i for i in changes if wanted[i] == stored[i].value},
        )
    if clashes:
        raise Conflict(clashes, saved)
    return saved


def read_all(bid: Bid, changes: Mapping[str, Change]) -> dict[str, Any]:
    """Return the values as they are stored. Raises WrongAnswer, also for a part not asked."""
    parts = questionnaire_of(bid.tender).parts
    wanted = {}
    for part_id, (_, value) in changes.items():
        if part_id not in parts:
            raise WrongAnswer(part_id, [not_asked(part_id)])
        read = read_draft(parts[part_id], value)
        if read.problems:
            raise WrongAnswer(part_id, read.problems)
        wanted[part_id] = read.value
    return wanted


def not_asked(part_id: str) -> Problem:
    return Problem(f"{part_id[:40]} is not asked in this tender", "unknown_part")


# Asked at every save, so put together once, and by the tables: nothing here becomes a record.
_ANSWER = cast("Table", Answer.__table__)
_VERSION = cast("Table", AnswerVersion.__table__)
_STORED = (
    select(
        _ANSWER.c.id,
        _ANSWER.c.part_id,
        _ANSWER.c.version,
        _ANSWER.c.sealed,
        _ANSWER.c.saved_at,
        Person.name,
    )
    .join(Person, Person.id == _ANSWER.c.author_id)
    .where(
        _ANSWER.c.bid_id == bindparam("bid"),
        _ANSWER.c.part_id.in_(bindparam("parts", expanding=True)),
    )
)
# All that a row is given is set, so it is given no more than what changes: setting the bid and the
# part again would write the index that finds an answer by them.
_RENEWED = ("version", "sealed", "author_id", "saved_at")
_RENEW = (
    update(_ANSWER)
    .where(_ANSWER.c.id == bindparam("row_id"))
    .values({name: bindparam(name) for name in _RENEWED})
)
_KEEP = insert(_VERSION)


def stored_answers(bid: Bid, part_ids: Iterable[str]) -> dict[str, Stored]:
    """Return how each of the parts is answered now."""
    wanted = list(part_ids)
    rows = db.session.execute(_STORED, {"bid": bid.id, "parts": wanted})
    key = seals.supplier_key(bid)
    found = {
        part_id: Stored(
            row_id,
            version,
            seals.open_answer(bid, key, part_id, version, sealed),
            author,
            saved_at,
        )
        for row_id, part_id, version, sealed, saved_at, author in rows
    }
    return {part_id: found.get(part_id, Stored()) for part_id in wanted}


def earlier_values(bid: Bid, wanted: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Return the values that earlier versions of answers had, by part."""
    pairs = list(wanted)
    if not pairs:
        return {}
    rows = db.session.execute(
        select(AnswerVersion.part_id, AnswerVersion.version, AnswerVersion.sealed).where(
            AnswerVersion.bid_id == bid.id,
            tuple_(AnswerVersion.part_id, AnswerVersion.version).in_(pairs),
        )
    )
    key = seals.supplier_key(bid)
    return {
        part_id: seals.open_answer(bid, key, part_id, version, sealed)
        for part_id, version, sealed in rows
    }


def write_answers(
    bid: Bid,
    values: Mapping[str, Any],
    stored: Mapping[str, Stored],
    *,
    by: Viewer,
    arrived_at: datetime,
) -> dict[str, int]:
    """Write new versions of answers in at most three statements; return the versions."""
    if not values:
        return {}
    key = seals.supplier_key(bid)
    rows: list[dict[str, Any]] = []
    for part_id, value in values.items():
        version = stored[part_id].version + 1
        rows.append(
            {
                "bid_id": bid.id,
                "part_id": part_id,
                "version": version,
                "sealed": seals.seal_answer(bid, key, part_id, version, value),
                "author_id": by.person_id,
                "saved_at": arrived_at,
            }
        )
    new = [row for row in rows if not stored[row["part_id"]].id]
    known = [
        {"row_id": stored[row["part_id"]].id, **{name: row[name] for name in _RENEWED}}
        for row in rows
        if stored[row["part_id"]].id
    ]
    if new:
        db.session.execute(insert(Answer), new)
    if known:
        db.session.execute(_RENEW, known)
    db.session.execute(_KEEP, rows)
    note_change(bid, arrived_at=arrived_at)
    return {row["part_id"]: row["version"] for row in rows}


def _versions_shown(
    bid: Bid, changes: Mapping[str, Change], stored: Mapping[str, Stored]
) -> dict[str, Any]:
    """Return the value each answer had in the version its page was based on."""
    overtaken = [
        (part_id, based_on)
        for part_id, (based_on, _) in changes.items()
        if based_on != stored[part_id].version and based_on > 0
    ]
    earlier = earlier_values(bid, overtaken)
    return {
        part_id: stored[part_id].value
        if based_on == stored[part_id].version
        else earlier.get(part_id)
        for part_id, (based_on, _) in changes.items()
    }


def _clash(part_id: str, stands: Stored, value: Any) -> Clash:
    if stands.saved_at is None:
        # The page claims a version this answer never had: it was made by hand.
        raise WrongAnswer(part_id, [Problem("Open the question again before saving", "version")])
    return Clash(part_id, stands.value, value, stands.version, stands.author, stands.saved_at)
