"""What the panel takes up first: every question of every bid, the widest disagreement first.

As many statements for five thousand bids as for three; of a tender that large one question is
read at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, cast

from sqlalchemy import Table, Text, func, select
from sqlalchemy import cast as as_type

from accounts.queries import Viewer
from foundation.database import db
from scoring.models import AgreedMark, Mark
from scoring.queries.bid_questions import open_in
from scoring.queries.evaluators import Evaluator, allocation_of, locks_of, people_named
from scoring.queries.excluded import disregarded
from scoring.queries.moderation import ReadableBid, readable_bids
from scoring.rules.allocation import Allocation
from scoring.rules.disagreement import CellState, Disagreement, disagreement, state_of
from supplier_portal.models import Bid
from tenders.evaluation import evaluation_of
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.questionnaire import AskedQuestion

# More answers than this are read a question at a time.
MOST_AT_ONCE = 4_000
NOTHING = Decimal(0)

# By the tables: of thousands of marks none becomes a record.
_BID = cast("Table", Bid.__table__)
_MARK = cast("Table", Mark.__table__)
_AGREED = cast("Table", AgreedMark.__table__)


@dataclass(frozen=True)
class Waiting:
    """One question of one bid on its way to an agreed mark."""

    bid: ReadableBid
    bidder: str
    question_id: str
    place: int
    state: CellState
    apart: Disagreement
    # What each gave, once all have locked.
    marks: tuple[tuple[Evaluator, int], ...]
    # Who has not locked; and how many evaluators it needs, as published.
    unlocked: tuple[Evaluator, ...]
    people: int
    needed: int
    agreed: int | None
    # What the bidder was asked and is not settled, in words; "" where nothing is open.
    asked: str = ""

    @property
    def lacks(self) -> int:
        return max(0, self.needed - self.people)

    @property
    def is_of_one(self) -> bool:
        """Return whether a single evaluator marks it, as is enough: the chair may adopt it."""
        return self.state is CellState.READY and self.people == 1

    @property
    def is_equal(self) -> bool:
        """Return whether several evaluators gave it one mark, and nothing seemed odd to any."""
        same = self.apart.spread == 0 and self.apart.warnings == 0
        return self.state is CellState.READY and len(self.marks) > 1 and same

    @property
    def key(self) -> str:
        """Return what names it in a form."""
        return f"{self.bid.token}.{self.question_id}"

    @property
    def order(self) -> tuple[Any, ...]:
        return *self.apart.order, self.place, self.bidder.casefold(), self.bid.id


@dataclass(frozen=True)
class Queue:
    """``question_id``: the one that is shown, "" for all; ``left``: by question, how many bids
    have no agreed mark for it."""

    cells: list[Waiting]
    asked: list[AskedQuestion]
    question_id: str
    left: Mapping[str, int]
    bids: int

    @cached_property
    def by_state(self) -> dict[CellState, list[Waiting]]:
        """Return what stands where, in the order of bidders; in_order has the widest first."""
        found: dict[CellState, list[Waiting]] = {state: [] for state in CellState}
        for cell in self.cells:
            found[cell.state].append(cell)
        return found

    def in_order(self, state: CellState) -> list[Waiting]:
        """Return what stands there, the widest disagreement first."""
        return sorted(self.by_state[state], key=lambda cell: cell.order)

    @property
    def still(self) -> int:
        return sum(self.left.values())

    @property
    def of_one(self) -> dict[str, tuple[str, int]]:
        """Return by token of bid the bidder and how many marks of one evaluator are ready."""
        found: dict[str, tuple[str, int]] = {}
        for cell in self.in_order(CellState.READY):
            if cell.is_of_one:
                name, count = found.get(cell.bid.token, (cell.bidder, 0))
                found[cell.bid.token] = name, count + 1
        return found

    @property
    def equal(self) -> list[Waiting]:
        """Return what several evaluators gave one mark, bidder by bidder."""
        found = [cell for cell in self.by_state[CellState.READY] if cell.is_equal]
        return sorted(found, key=lambda cell: (cell.bidder.casefold(), cell.bid.id, cell.place))


def queue_of(viewer: Viewer, tender: Tender, question_id: str = "") -> Queue:
    """Return what the panel has before it. Raises MustDeclareFirst."""
    out = disregarded(tender)
    bids = {b: name for b, name in readable_bids(viewer, tender).items() if b.id not in out}
    asked = [one for one in questionnaire_of(tender).questions if one.is_marked]
    left = _left(tender.id, bids, asked)
    chosen = [one for one in asked if one.id == question_id] or asked
    if len(bids) * len(chosen) > MOST_AT_ONCE:
        chosen = [next((one for one in asked if left[one.id]), asked[0])]
    only = chosen[0].id if len(chosen) == 1 else ""
    cells = _cells(tender, bids, chosen, only)
    return Queue(cells, asked, only, left, len(bids))


def _left(
    tender_id: int, bids: Iterable[ReadableBid], asked: Iterable[AskedQuestion]
) -> dict[str, int]:
    known = [bid.id for bid in bids]
    rows = db.session.execute(
        select(AgreedMark.question_id, func.count(AgreedMark.bid_id.distinct()))
        .join(Bid, Bid.id == AgreedMark.bid_id)
        .where(Bid.tender_id == tender_id, AgreedMark.bid_id.in_(known))
        .group_by(AgreedMark.question_id)
    )
    agreed = dict(rows.all())
    return {one.id: len(known) - agreed.get(one.id, 0) for one in asked}


def _cells(
    tender: Tender, bids: Mapping[ReadableBid, str], asked: list[AskedQuestion], only: str
) -> list[Waiting]:
    stands, locks, rules = allocation_of(tender), locks_of(tender.id), evaluation_of(tender)
    given, agreed = _given(tender.id, only), _agreed(tender.id, only)
    people, asked_of_bidder = people_named(stands.people), open_in(tender.id)
    needed = {
        one.id: rules.needed_for(one.share_of_quality if one.is_scored else NOTHING)
        for one in asked
    }
    return [
        _cell(
            bid,
            name,
            one.id,
            place,
            _those(stands, people, one.id, bid.id),
            {
                person: mark
                for person, mark in given.get((bid.id, one.id), {}).items()
                if mark.id <= locks.get(person, 0)
            },
            needed[one.id],
            agreed.get((bid.id, one.id)),
            asked_of_bidder(bid.id, one.id),
        )
        for bid, name in bids.items()
        for place, one in enumerate(asked)
    ]


@dataclass(frozen=True, slots=True)
class _Light:
    """A mark without its words."""

    id: int
    mark: int
    # As stored: thousands of marks have the same few points, which are read once.
    points: str
    warned: int


def _those(
    stands: Allocation, people: Mapping[int, Evaluator], question_id: str, bid_id: int
) -> list[Evaluator]:
    return [people[one] for one in stands.people_for(question_id, bid_id)]


def _cell(
    bid: ReadableBid,
    name: str,
    question_id: str,
    place: int,
    people: list[Evaluator],
    locked: Mapping[int, _Light],
    needed: int,
    agreed: int | None,
    asked: str,
) -> Waiting:
    marks = [(one, locked[one.person_id]) for one in people if one.person_id in locked]
    state = state_of(agreed is not None, max(len(people), needed), len(marks))
    if asked and state is CellState.READY:
        state = CellState.WAITING
    shown = marks if state is not CellState.WAITING else []
    return Waiting(
        bid=bid,
        bidder=name,
        question_id=question_id,
        place=place,
        state=state,
        apart=_apart(
            tuple(mark.mark for _, mark in shown),
            tuple(mark.points for _, mark in shown),
            sum(mark.warned for _, mark in shown),
        ),
        marks=tuple((one, mark.mark) for one, mark in shown),
        unlocked=tuple(one for one in people if one.person_id not in locked),
        people=len(people),
        needed=needed,
        agreed=agreed,
        asked=asked,
    )


def _given(tender_id: int, question_id: str) -> dict[tuple[int, str], dict[int, _Light]]:
    """Return the marks that count of every evaluator, without their words, in one statement."""
    last = (
        select(func.max(_MARK.c.id).label("last"))
        .join(_BID, _BID.c.id == _MARK.c.bid_id)
        .where(_BID.c.tender_id == tender_id)
        .group_by(_MARK.c.bid_id, _MARK.c.question_id, _MARK.c.evaluator_id)
    )
    if question_id:
        last = last.where(_MARK.c.question_id == question_id)
    newest = last.subquery()
    rows = db.session.execute(
        select(
            _MARK.c.bid_id,
            _MARK.c.question_id,
            _MARK.c.evaluator_id,
            _MARK.c.id,
            _MARK.c.mark,
            as_type(_MARK.c.points, Text),
            as_type(_MARK.c.warned, Text),
        ).join(newest, newest.c.last == _MARK.c.id)
    )
    found: dict[tuple[int, str], dict[int, _Light]] = {}
    for bid_id, question, person_id, mark_id, mark, points, warned in rows:
        light = _Light(mark_id, mark, points, len(_read(warned)))
        found.setdefault((bid_id, question), {})[person_id] = light
    return found


@lru_cache(maxsize=1024)
def _read(text: str) -> Any:
    return json.loads(text)


@lru_cache(maxsize=1024)
def _apart(marks: tuple[int, ...], points: tuple[str, ...], warned: int) -> Disagreement:
    return disagreement(marks, [_read(said) for said in points], warned)


def _agreed(tender_id: int, question_id: str) -> dict[tuple[int, str], int]:
    wanted = (
        select(_AGREED.c.bid_id, _AGREED.c.question_id, _AGREED.c.mark)
        .join(_BID, _BID.c.id == _AGREED.c.bid_id)
        .where(_BID.c.tender_id == tender_id)
        .order_by(_AGREED.c.number)
    )
    if question_id:
        wanted = wanted.where(_AGREED.c.question_id == question_id)
    return {(bid_id, question): mark for bid_id, question, mark in db.session.execute(wanted)}
