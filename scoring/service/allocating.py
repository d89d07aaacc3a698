"""Giving questions to evaluators, declining them, taking them away: every step is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from accounts.queries import Viewer
from foundation import clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import AllocationEvent
from scoring.queries.evaluators import (
    allocation_of,
    last_allocation,
    people_named,
    times_allocated,
)
from scoring.rules.allocation import Allocation, AllocationKind, NotAllocated
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.rules.lifecycle import Stage, stage_at
from tenders.service.base import current_tender, record

# From publication, when the questions are settled, until the result is decided.
ALLOCATED_AT = frozenset({Stage.OPEN, Stage.CLOSED, Stage.OPENED, Stage.EVALUATING})

OWN_PAGE = "scoring.my_allocation"

Cell = tuple[str, int]


class CannotAllocate(DomainError):
    """The questions of the tender are not settled yet, or its result is."""


class AllocationOvertaken(DomainError):
    """Somebody changed the allocation while the form was open."""


class WhyTaken(DomainError):
    """A question is taken from somebody, and nothing says why."""


def allocatable(tender: Tender) -> Tender:
    """Return the tender as it is now, kept from changing. Raises CannotAllocate."""
    current = current_tender(tender)
    stage = stage_at(current.stage, current.closes_at, clock.now())
    if stage not in ALLOCATED_AT:
        raise CannotAllocate(
            f"You cannot change who marks what because the tender is at the {stage} stage"
        )
    return current


def allocate(
    tender: Tender,
    question_ids: Iterable[str],
    person_ids: Iterable[int],
    *,
    by: Viewer,
    bid: Bid | None = None,
    reason: str = "",
) -> int:
    """Give each question to each person, in every bid or in ``bid`` alone; return how many were
    new. What somebody has already stays his. Raises CannotAllocate."""
    with transaction():
        current = allocatable(tender)
        stands = allocation_of(current)
        bid_id = None if bid is None else bid.id
        people = list(person_ids)
        wanted = [
            (question_id, person_id)
            for question_id in question_ids
            for person_id in people
            if not _has(stands, question_id, person_id, bid_id)
        ]
        if wanted:
            add_events(current, wanted, bid_id, AllocationKind.GIVEN, reason, by)
            record(
                "marking.allocated",
                current,
                by,
                given=[[question_id, person_id] for question_id, person_id in wanted],
                bid=None if bid is None else bid.token,
            )
            tell(current, wanted, by)
        return len(wanted)


def set_allocation(
    tender: Tender,
    wanted: Collection[Cell],
    shown: Collection[int],
    *,
    based_on: int,
    reason: str,
    by: Viewer,
) -> tuple[int, int]:
    """Let exactly ``wanted`` be given of the people ``shown``, in every bid; return how many were
    given and taken. Marks given already stay in the record.

    ``based_on``: how many events the form knew. Raises CannotAllocate, AllocationOvertaken, and
    WhyTaken where something is taken away without a reason.
    """
    with transaction():
        current = allocatable(tender)
        if times_allocated(current.id) != based_on:
            raise AllocationOvertaken(
                "Somebody changed who marks what while this page was open. Look at it as it is "
                "now, and save again"
            )
        stands = {
            (question_id, person_id)
            for question_id, people in allocation_of(current).everywhere.items()
            for person_id in people
            if person_id in shown
        }
        given, taken = sorted({*wanted} - stands), sorted(stands - {*wanted})
        if taken and not reason.strip():
            raise WhyTaken("Enter why questions are taken away", field="reason")
        add_events(current, given, None, AllocationKind.GIVEN, "", by)
        add_events(current, taken, None, AllocationKind.TAKEN, reason.strip(), by)
        if given or taken:
            record(
                "marking.allocated",
                current,
                by,
                given=[list(cell) for cell in given],
                taken=[list(cell) for cell in taken],
                reason=sha256_hex(reason.strip()),
            )
            tell(current, given, by)
        return len(given), len(taken)


def _has(stands: Allocation, question_id: str, person_id: int, bid_id: int | None) -> bool:
    if bid_id is None:
        return person_id in stands.everywhere.get(question_id, ())
    return stands.marks(person_id, question_id, bid_id)


def change_allocation(
    tender: Tender,
    question_id: str,
    person_id: int,
    kind: AllocationKind,
    *,
    by: Viewer,
    bid: Bid | None = None,
    reason: str,
    ground: str = "",
) -> None:
    """Decline, keep or take one question of one person, with the reason.

    ``ground``: why it is declined, a word of rules.allocation.

    Raises NotAllocated where the person does not mark it, and CannotAllocate.
    """
    with transaction():
        current = allocatable(tender)
        bid_id = None if bid is None else bid.id
        if not _has(allocation_of(current), question_id, person_id, bid_id):
            raise NotAllocated(f"You cannot change this because {question_id} is not allocated")
        add_events(current, [(question_id, person_id)], bid_id, kind, reason, by, ground=ground)
        record(
            f"marking.{kind}",
            current,
            by,
            question=question_id,
            person=person_id,
            bid=None if bid is None else bid.token,
            ground=ground,
            reason=sha256_hex(reason),
        )


def add_events(
    tender: Tender,
    cells: Iterable[Cell],
    bid_id: int | None,
    kind: AllocationKind,
    reason: str,
    by: Viewer,
    *,
    ground: str = "",
) -> None:
    """Add one event for each (question, person), all at once."""
    moment = clock.now()
    db.session.add_all(
        AllocationEvent(
            tender_id=tender.id,
            question_id=question_id,
            person_id=person_id,
            bid_id=bid_id,
            kind=str(kind),
            ground=ground,
            reason=reason,
            by_id=by.person_id,
            at=moment,
        )
        for question_id, person_id in cells
    )
    db.session.flush()


def tell(tender: Tender, cells: Iterable[Cell], by: Viewer) -> None:
    """Write to whoever was given something by somebody else; no bid and no question is named."""
    counted = Counter(person_id for _, person_id in cells)
    people = people_named(set(counted) - {by.person_id})
    about = f"{tender.token}/{last_allocation(tender.id)}"
    for person_id, person in people.items():
        count = counted[person_id]
        mail.post(
            "marking.allocated",
            f"{about}/{person.token}",
            [person.email],
            f"Questions to mark, {tender.reference}",
            f"{by.name} gave you {count} {'question' if count == 1 else 'questions'} to mark in "
            f"“{tender.title}”. You mark alone, once the bids are opened and you have declared "
            "whether you have an interest in any of the bidders.\n\n"
            f"See them, or decline them with a reason: {mail.link(OWN_PAGE, tender=tender.token)}"
            "\n",
        )
