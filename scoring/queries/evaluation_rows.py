"""The marks of all bids for a file of them, a few bids at a time: memory does not grow with them.

Marks are only ever added, so a file shows one moment, whatever is saved while it is made: nothing
after the last mark there was when it was begun (``Until``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, String, Text, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute

from accounts.models import Person
from foundation.database import db
from scoring.models import AgreedMark, BidStanding, Mark
from scoring.queries.evaluators import locks_of
from supplier_portal.models import Bid
from tenders.models import Tender

AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Until:
    """The last marks there were when a file was begun, by id."""

    mark: int
    agreed: int
    locked: Mapping[int, int]


def until_now(tender: Tender) -> Until:
    """Return where a file of a tender begun now ends."""
    last = db.session.execute(
        select(
            select(func.max(Mark.id)).scalar_subquery(),
            select(func.max(AgreedMark.id)).scalar_subquery(),
        )
    ).one()
    return Until(last[0] or 0, last[1] or 0, locks_of(tender.id))


def ids_of_bids(tender: Tender) -> dict[str, int]:
    """Return the bids that have a standing, their ids by token."""
    rows = db.session.execute(
        select(Bid.token, Bid.id)
        .join(BidStanding, BidStanding.bid_id == Bid.id)
        .where(BidStanding.tender_id == tender.id)
    )
    return dict(rows.all())


def marks_to_write(tender: Tender) -> int:
    """Return how many marks there are, agreed or not: how long a file of them takes to make."""
    given = select(func.count(Mark.id)).join(Bid, Bid.id == Mark.bid_id)
    agreed = select(func.count(AgreedMark.id)).join(Bid, Bid.id == AgreedMark.bid_id)
    return sum(
        db.session.scalar(one.where(Bid.tender_id == tender.id)) or 0 for one in (given, agreed)
    )


def numbers_in_order(bid_ids: Sequence[int]) -> Iterator[tuple[int, Mapping[str, int]]]:
    """Return the agreed marks of bids by question, bid by bid in the order given."""
    for some in _some(bid_ids):
        rows = db.session.execute(
            select(BidStanding.bid_id, BidStanding.marks).where(BidStanding.bid_id.in_(some))
        )
        found: dict[int, Mapping[str, int]] = dict(rows.all())
        yield from ((bid_id, found.get(bid_id, {})) for bid_id in some)


def given_in_order(
    bid_ids: Sequence[int], questions: Sequence[str], until: Until
) -> Iterator[tuple[Any, ...]]:
    """Return the marks of evaluators that count, bid by bid and question by question in the order
    given: the columns of ``_given``, then whether it is locked.

    Without a lock there is neither mark nor words in it.
    """
    locked = until.locked
    for some in _some(bid_ids):
        found = {(row[1], row[2], row[3]): row for row in _rows(_given(some, until.mark))}
        people = sorted({person for _, _, person in found})
        in_order = map(found.get, product(some, questions, people))
        for row in filter(None, in_order):
            if row[0] <= locked.get(row[3], 0):
                yield (*row, True)
            else:
                yield (*row[:5], None, None, "", "{}", "[]", row[10], False)


def _given(bid_ids: Sequence[int], last: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Mark.id,
            Mark.bid_id,
            Mark.question_id,
            Mark.evaluator_id,
            Mark.number,
            Mark.mark,
            Mark.suggested,
            Mark.reason,
            cast(Mark.points, Text),
            cast(Mark.warned, Text),
            _minute(Mark.saved_at),
        )
        .where(Mark.bid_id.in_(bid_ids), Mark.id <= last)
        .order_by(Mark.number)
    )


def agreed_in_order(
    bid_ids: Sequence[int], questions: Sequence[str], until: Until
) -> Iterator[tuple[tuple[Any, ...], Sequence[tuple[int, int]]]]:
    """Return each agreed mark that counts, as the columns of ``_agreed``, with what the evaluators
    gave and locked: (person, mark)."""
    for some in _some(bid_ids):
        found = {(row[0], row[1]): row for row in _rows(_agreed(some, until.agreed))}
        given: dict[tuple[int, str], dict[int, int]] = {}
        for mark_id, bid_id, question_id, person, mark in _rows(_numbers(some, until.mark)):
            if mark_id <= until.locked.get(person, 0):
                given.setdefault((bid_id, question_id), {})[person] = mark
        for cell in product(some, questions):
            if agreed := found.get(cell):
                yield agreed, sorted(given.get(cell, {}).items())


def _agreed(bid_ids: Sequence[int], last: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AgreedMark.bid_id,
            AgreedMark.question_id,
            AgreedMark.number,
            AgreedMark.mark,
            AgreedMark.suggested,
            AgreedMark.reason,
            AgreedMark.why_moved,
            AgreedMark.why_not_higher,
            AgreedMark.feedback,
            cast(AgreedMark.points, Text),
            cast(AgreedMark.warned, Text),
            cast(AgreedMark.present, Text),
            AgreedMark.reopened_because,
            AgreedMark.signed_by_id,
            _minute(AgreedMark.signed_at),
        )
        .where(AgreedMark.bid_id.in_(bid_ids), AgreedMark.id <= last)
        .order_by(AgreedMark.number)
    )


def _numbers(bid_ids: Sequence[int], last: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Mark.id, Mark.bid_id, Mark.question_id, Mark.evaluator_id, Mark.mark)
        .where(Mark.bid_id.in_(bid_ids), Mark.id <= last)
        .order_by(Mark.number)
    )


def people_in(tender: Tender, until: Until) -> tuple[dict[int, str], dict[str, str]]:
    """Return the names of everybody who marked, by id; and of everybody, by token, asked for
    only once somebody was present."""
    marked = select(Mark.evaluator_id).join(Bid, Bid.id == Mark.bid_id)
    signed = select(AgreedMark.signed_by_id).join(Bid, Bid.id == AgreedMark.bid_id)
    of_it = Bid.tender_id == tender.id
    rows = db.session.execute(
        select(Person.id, Person.token, Person.name).where(
            Person.id.in_(marked.where(of_it).distinct())
            | Person.id.in_(signed.where(of_it).distinct())
            | Person.id.in_(list(until.locked))
        )
    ).all()
    return {row.id: row.name for row in rows}, {row.token: row.name for row in rows}


def name_of(token: str) -> str:
    """Return the name of somebody who was there and gave no mark himself."""
    found = db.session.scalar(select(Person.name).where(Person.token == token))
    return found or "somebody who is no longer known"


def _minute(column: InstrumentedAttribute[object] | ColumnElement[object]) -> ColumnElement[str]:
    """Return a moment as the database writes it, up to the minute: a million are read so."""
    return func.substr(cast(column, String), 1, 16)


def _rows(wanted: Select[*tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a few bids at once, as the driver gives them: no columns here need
    SQLAlchemy to convert them, and millions of its own rows cost as much as all the reading."""
    result = db.session.connection().execute(wanted)
    cursor = result.cursor
    rows: Sequence[tuple[Any, ...]] = cursor.fetchall() if cursor else ()
    result.close()
    return rows


def _some(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


@lru_cache(maxsize=4096)
def points_in(text: str) -> tuple[str, str]:
    """Return the points met and not met, as a row has them, those of the highest mark first."""
    said = json.loads(text) or {}
    met = ", ".join(sorted((key for key, is_met in said.items() if is_met), reverse=True))
    return met, ", ".join(sorted((key for key, is_met in said.items() if not is_met), reverse=True))


@lru_cache(maxsize=4096)
def list_in(text: str) -> tuple[str, ...]:
    """Return a list as a row has it."""
    return tuple(json.loads(text) or ())
