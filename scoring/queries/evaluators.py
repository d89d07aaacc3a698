"""Who marks what, what each gave and locked: as many statements for all bids as for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from accounts.queries import Viewer
from accounts.queries.team import Member, everybody_in
from accounts.rules.roles import Permission, allows_a_guest
from foundation.database import db
from scoring.models import AllocationEvent, Mark, MarkLock
from scoring.queries.interests import barrier_of
from scoring.queries.remembered import once_a_page
from scoring.rules.allocation import Allocation, AllocationKind, Given, allocation_from
from supplier_portal.models import Bid
from supplier_portal.rules.stages import READABLE
from tenders.joint import guests_of
from tenders.models import Tender

# By (bid, question), then by evaluator: the mark that counts of each.
GivenMarks = Mapping[tuple[int, str], Mapping[int, Mark]]
# What is read of an event of the allocation.
EVENT = (
    AllocationEvent.question_id,
    AllocationEvent.person_id,
    AllocationEvent.bid_id,
    AllocationEvent.kind,
    AllocationEvent.reason,
    AllocationEvent.ground,
)


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Somebody who may be given questions to mark."""

    person_id: int
    token: str
    name: str
    email: str


def who_may_mark(tender: Tender) -> list[Evaluator]:
    """Return everybody who may mark in a tender, by name: of its authority, and guests."""
    return who_may(tender, Permission.MARK_WRITE)


def who_may(tender: Tender, permission: Permission) -> list[Evaluator]:
    """Return everybody whose roles for a tender allow something, by name. Three statements."""
    own = [
        Evaluator(one.person_id, one.token, one.name, one.email)
        for one in everybody_in(tender.authority_id)
        if one.may(permission, tender_id=tender.id)
    ]
    guests = [
        guest.token for guest in guests_of(tender) if allows_a_guest((), guest.roles, permission)
    ]
    found = db.session.scalars(select(Person).where(Person.token.in_(guests))) if guests else ()
    more = [Evaluator(one.id, one.token, one.name, one.email) for one in found]
    return sorted((*own, *more), key=lambda one: (one.name.casefold(), one.person_id))


def people_named(person_ids: Iterable[int]) -> dict[int, Evaluator]:
    """Return people by id, also those who left since."""
    return {
        one.id: Evaluator(one.id, one.token, one.name, one.email)
        for one in db.session.scalars(select(Person).where(Person.id.in_({*person_ids})))
    }


def last_allocation(tender_id: int) -> int:
    """Return the id of the last event of a tender's allocation, 0 for none."""
    return (
        db.session.scalar(
            select(func.max(AllocationEvent.id)).where(AllocationEvent.tender_id == tender_id)
        )
        or 0
    )


def times_allocated(tender_id: int) -> int:
    """Return how many events a tender's allocation in every bid has: what a form is based on.

    What is given in one bid alone does not count, because not everybody may know of that bid.
    """
    of_every_bid = AllocationEvent.tender_id == tender_id, AllocationEvent.bid_id.is_(None)
    return db.session.scalar(select(func.count(AllocationEvent.id)).where(*of_every_bid)) or 0


def allocation_of(tender: Tender) -> Allocation:
    """Return who marks what in a tender."""
    return once_a_page(("allocation", tender.id), lambda: _allocation_of(tender))


def allocation_to(person_id: int, tender: Tender) -> Allocation:
    """Return what was given to one person alone, as far as ``allocation_of`` knows of it."""
    return once_a_page(
        ("allocation", tender.id, person_id),
        lambda: _allocation_of(tender, AllocationEvent.person_id == person_id),
    )


def _allocation_of(tender: Tender, *which: ColumnElement[bool]) -> Allocation:
    return allocated_by(
        db.session.execute(
            select(*EVENT)
            .where(AllocationEvent.tender_id == tender.id, *which)
            .order_by(AllocationEvent.id)
        )
    )


def allocated_by(rows: Iterable[Sequence[Any]]) -> Allocation:
    """Return where events lead that were read as ``EVENT``, the first first."""
    return allocation_from(
        Given(question_id, person_id, bid_id, AllocationKind(kind), reason, ground)
        for question_id, person_id, bid_id, kind, reason, ground in rows
    )


def marks_given(
    bid_ids: Iterable[int], *, by: int | None = None, question_id: str | None = None
) -> GivenMarks:
    """Return the last mark of each evaluator; ``by``: of that person alone. Not for people who
    may not see others' marks yet: their pages ask with ``by``."""
    wanted = (
        select(Mark)
        .options(joinedload(Mark.evaluator, innerjoin=True))
        .where(Mark.bid_id.in_(list(bid_ids)))
        .order_by(Mark.number)
    )
    if by is not None:
        wanted = wanted.where(Mark.evaluator_id == by)
    if question_id is not None:
        wanted = wanted.where(Mark.question_id == question_id)
    found: dict[tuple[int, str], dict[int, Mark]] = {}
    for mark in db.session.scalars(wanted):
        found.setdefault((mark.bid_id, mark.question_id), {})[mark.evaluator_id] = mark
    return found


def locks_of(tender_id: int) -> dict[int, int]:
    """Return by person the last mark (its id) that is locked."""
    rows = db.session.execute(
        select(MarkLock.person_id, func.max(MarkLock.last_mark_id).label("last"))
        .where(MarkLock.tender_id == tender_id)
        .group_by(MarkLock.person_id)
    )
    return {row.person_id: row.last for row in rows}


def marked_by(tender_id: int, bid_ids: Iterable[int]) -> dict[int, int]:
    """Return by person how many answers of these bids somebody marked, locked or not."""
    one_each = (
        select(Mark.evaluator_id, Mark.bid_id, Mark.question_id)
        .join(Bid, Bid.id == Mark.bid_id)
        .where(Bid.tender_id == tender_id, Mark.bid_id.in_([*bid_ids]))
        .distinct()
        .subquery()
    )
    rows = db.session.execute(
        select(one_each.c.evaluator_id, func.count()).group_by(one_each.c.evaluator_id)
    )
    return dict(rows.all())


def readable_bid_ids(tender_id: int) -> list[int]:
    """Return the ids of the bids that were handed in, for who counts and never shows them."""
    return list(
        db.session.scalars(
            select(Bid.id)
            .where(Bid.tender_id == tender_id, Bid.stage.in_(READABLE))
            .order_by(Bid.id)
        )
    )


@dataclass(frozen=True)
class OwnWork:
    """What one evaluator has to mark in a tender, and how far he is."""

    person_id: int
    cells: tuple[tuple[int, str], ...]
    given: Mapping[tuple[int, str], Mark]
    locked_to: int

    @cached_property
    def unmarked(self) -> tuple[tuple[int, str], ...]:
        return tuple(cell for cell in self.cells if cell not in self.given)

    @cached_property
    def unlocked(self) -> tuple[tuple[int, str], ...]:
        """Return what he marks and has not locked, marked or not."""
        return tuple(cell for cell in self.cells if not self.is_locked(*cell))

    def is_locked(self, bid_id: int, question_id: str) -> bool:
        mark = self.given.get((bid_id, question_id))
        return mark is not None and mark.id <= self.locked_to


def own_work(viewer: Viewer, tender: Tender, *, kept_from: Iterable[int] = ()) -> OwnWork:
    """Return what the viewer has to mark, without the bids he is kept away from. 4 statements."""
    away = set(kept_from)
    bid_ids = [bid_id for bid_id in readable_bid_ids(tender.id) if bid_id not in away]
    given = marks_given(bid_ids, by=viewer.person_id)
    return OwnWork(
        viewer.person_id,
        tuple(allocation_of(tender).cells_of(viewer.person_id, bid_ids)),
        {cell: marks[viewer.person_id] for cell, marks in given.items()},
        locks_of(tender.id).get(viewer.person_id, 0),
    )


def given_to(person_id: int) -> frozenset[int]:
    """Return the ids of tenders in which somebody was ever given anything to mark."""
    return frozenset(
        db.session.scalars(
            select(AllocationEvent.tender_id)
            .where(
                AllocationEvent.person_id == person_id,
                AllocationEvent.kind == AllocationKind.GIVEN,
            )
            .distinct()
        )
    )


def may_see_marks(viewer: Viewer | Member, tender: Tender) -> bool:
    """Return whether somebody may see the marks of others, totals and the order of bids.

    Whoever still marks alone may not: not before his own marks are locked. Ids alone are read; the
    bids he is kept away from are not his to mark.
    """
    allocation = allocation_to(viewer.person_id, tender)
    if viewer.person_id not in allocation.people:
        return True
    if _all_are_locked(viewer.person_id, tender.id, allocation):
        return True
    bid_ids, locked = _bids_and_locked_cells(viewer.person_id, tender.id)
    left = set(allocation.cells_of(viewer.person_id, bid_ids)) - locked
    if not left:
        return True
    barrier = barrier_of(viewer, tender)
    return all(barrier.keeps_from(bid_id) for bid_id, _ in left)


def _all_are_locked(person_id: int, tender_id: int, allocation: Allocation) -> bool:
    """Whether somebody who marks the same questions in every bid has marked and locked them all.

    Counted by the database, because there may be hundreds of thousands: each cell has one mark
    with the number 1, and none of his marks comes after the lock.
    """
    if any(person_id in people for people in allocation.here.values()):
        return False
    asked = [one for one, people in allocation.everywhere.items() if person_id in people]
    of_tender = (Bid.tender_id == tender_id, Bid.stage.in_(READABLE))
    locked_to = select(func.max(MarkLock.last_mark_id)).where(
        MarkLock.tender_id == tender_id, MarkLock.person_id == person_id
    )
    is_cell = and_(Mark.number == 1, Mark.question_id.in_(asked))
    marked, last, locked, bids = db.session.execute(
        select(
            func.sum(case((is_cell, 1), else_=0)),
            func.max(Mark.id),
            locked_to.scalar_subquery(),
            select(func.count(Bid.id)).where(*of_tender).scalar_subquery(),
        )
        .select_from(Mark)
        .join(Bid, Bid.id == Mark.bid_id)
        .where(Mark.evaluator_id == person_id, *of_tender)
    ).one()
    if last is None or locked is None or last > locked:
        return False
    return bool(marked == bids * len(asked))


def _bids_and_locked_cells(
    person_id: int, tender_id: int
) -> tuple[list[int], set[tuple[int, str]]]:
    """Return the readable bids, and (bid, question) of everything somebody marked and locked."""
    locked_to = (
        select(func.max(MarkLock.last_mark_id))
        .where(MarkLock.tender_id == tender_id, MarkLock.person_id == person_id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Bid.id, Mark.question_id, func.max(Mark.id) <= locked_to)
        .outerjoin(Mark, and_(Mark.bid_id == Bid.id, Mark.evaluator_id == person_id))
        .where(Bid.tender_id == tender_id, Bid.stage.in_(READABLE))
        .group_by(Bid.id, Mark.question_id)
    ).all()
    bid_ids = list(dict.fromkeys(bid_id for bid_id, _, _ in rows))
    return bid_ids, {(bid_id, question) for bid_id, question, is_locked in rows if is_locked}
