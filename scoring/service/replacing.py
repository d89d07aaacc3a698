"""Declining what one was given, deciding on that, and letting somebody carry on for another."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from accounts.models import Person
from accounts.queries import Viewer
from foundation import mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import AllocationEvent
from scoring.queries.evaluators import (
    Evaluator,
    allocation_of,
    last_allocation,
    people_named,
    who_may_mark,
)
from scoring.queries.interests import standing_of
from scoring.queries.moderation import ReadableBid
from scoring.rules.allocation import Allocation, AllocationKind, Ground, NotAllocated
from scoring.service.allocating import OWN_PAGE, Cell, add_events, allocatable, tell
from scoring.service.marks import checked_reason
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.service.base import record

# A bid, or as much as a list has of it.
OneBid = Bid | ReadableBid

CHAIRS_PAGE = "scoring.allocation"
WHY = "that says why"


class CannotReplace(DomainError):
    """The two are the same, one has nothing to hand over, or the other may not take it."""


def decline(
    tender: Tender, question_ids: Collection[str], ground: Ground, reason: str, *, by: Viewer
) -> None:
    """Say that one cannot mark questions one was given in every bid. They stay one's own until the
    chair decides. Raises ReasonTooShort, NotAllocated, CannotAllocate."""
    because = checked_reason(reason, WHY)
    with transaction():
        current = allocatable(tender)
        stands = allocation_of(current)
        wanted = sorted({*question_ids})
        if not wanted:
            raise NotAllocated("Select what you decline", field="questions")
        if any(by.person_id not in stands.everywhere.get(one, ()) for one in wanted):
            raise NotAllocated(
                "You cannot decline this because it is not given to you any more",
                field="questions",
            )
        cells = [(one, by.person_id) for one in wanted]
        add_events(current, cells, None, AllocationKind.DECLINED, because, by, ground=str(ground))
        record(
            "marking.declined",
            current,
            by,
            questions=wanted,
            ground=str(ground),
            reason=sha256_hex(because),
        )
        _tell_givers(current, by, len(wanted))


def decide_declined(
    tender: Tender, question_id: str, person_id: int, *, kept: bool, reason: str, by: Viewer
) -> None:
    """Leave a question that was declined with the person, or take it away.

    Raises ReasonTooShort, NotAllocated where nothing waits for a decision, CannotAllocate.
    """
    because = checked_reason(reason, WHY)
    kind = AllocationKind.KEPT if kept else AllocationKind.TAKEN
    with transaction():
        current = allocatable(tender)
        if (question_id, person_id, None) not in allocation_of(current).declined:
            raise NotAllocated("You cannot decide on this because somebody has decided already")
        add_events(current, [(question_id, person_id)], None, kind, because, by)
        record(
            f"marking.{kind}",
            current,
            by,
            question=question_id,
            person=person_id,
            reason=sha256_hex(because),
        )
        _tell_decision(current, people_named([person_id])[person_id], kept, by)


def replace(
    tender: Tender, leaving: int, coming: int, bid: OneBid | None, *, reason: str, by: Viewer
) -> int:
    """Let ``coming`` mark what ``leaving`` marks, in every bid or in ``bid`` alone; return how many
    questions went over. What was marked stays in the record, and is not agreed on any more.

    Raises ReasonTooShort, CannotReplace, CannotAllocate.
    """
    because = checked_reason(reason, WHY)
    with transaction():
        current = allocatable(tender)
        person = _coming(current, leaving, coming, bid)
        stands = allocation_of(current)
        if bid is None:
            moved = _everywhere(stands, leaving)
            _move(current, moved, (leaving, person.person_id), None, because, by)
            for bid_id, questions in _elsewhere(stands, leaving).items():
                moved += questions
                _move(current, questions, (leaving, person.person_id), bid_id, because, by)
        else:
            moved = [question for _, question in stands.cells_of(leaving, [bid.id])]
            _move(current, moved, (leaving, person.person_id), bid.id, because, by)
        if not moved:
            raise CannotReplace("You cannot do this because there is nothing to hand over")
        record(
            "marking.replaced",
            current,
            by,
            leaving=leaving,
            coming=coming,
            bid=None if bid is None else bid.token,
            questions=sorted({*moved}),
            reason=sha256_hex(because),
        )
        tell(current, [(question, coming) for question in moved], by)
    return len({*moved})


def _coming(tender: Tender, leaving: int, coming: int, bid: OneBid | None) -> Evaluator:
    """Return who carries on. Raises CannotReplace."""
    if leaving == coming:
        raise CannotReplace("Select somebody else to carry on", field="coming")
    able = {one.person_id: one for one in who_may_mark(tender)}
    if coming not in able:
        raise CannotReplace("Select somebody who may mark", field="coming")
    standing = standing_of(tender.id, coming)
    if standing.kept_from_all or (bid is not None and bid.id in standing.kept_from):
        raise CannotReplace(
            f"You cannot let {able[coming].name} carry on because an interest keeps this person "
            "away from it",
            field="coming",
        )
    return able[coming]


def _everywhere(stands: Allocation, person_id: int) -> list[str]:
    return sorted(one for one, people in stands.everywhere.items() if person_id in people)


def _elsewhere(stands: Allocation, person_id: int) -> dict[int, list[str]]:
    """Return by bid what somebody marks in that bid alone."""
    found: dict[int, list[str]] = {}
    for (question_id, bid_id), people in stands.here.items():
        if people.get(person_id):
            found.setdefault(bid_id, []).append(question_id)
    return found


def _move(
    tender: Tender,
    questions: list[str],
    people: tuple[int, int],
    bid_id: int | None,
    reason: str,
    by: Viewer,
) -> None:
    leaving, coming = people
    stands = allocation_of(tender)
    taken: list[Cell] = [(question, leaving) for question in questions]
    given: list[Cell] = [
        (question, coming)
        for question in questions
        if (
            coming not in stands.everywhere.get(question, ())
            if bid_id is None
            else not stands.marks(coming, question, bid_id)
        )
    ]
    add_events(tender, taken, bid_id, AllocationKind.TAKEN, reason, by)
    add_events(tender, given, bid_id, AllocationKind.GIVEN, reason, by)


def _tell_givers(tender: Tender, by: Viewer, count: int) -> None:
    """Write to those who gave him questions and still work here."""
    givers = (
        select(AllocationEvent.by_id)
        .where(
            AllocationEvent.tender_id == tender.id,
            AllocationEvent.person_id == by.person_id,
            AllocationEvent.kind == AllocationKind.GIVEN,
            AllocationEvent.by_id != by.person_id,
        )
        .distinct()
    )
    mail.post(
        "marking.declined",
        f"{tender.token}/{last_allocation(tender.id)}",
        db.session.scalars(select(Person.email).where(Person.id.in_(givers), Person.active)),
        f"Questions declined, {tender.reference}",
        f"{by.name} declined {count} {'question' if count == 1 else 'questions'} of "
        f"“{tender.title}”, with a reason.\n\n"
        f"Read it and decide: {mail.link(CHAIRS_PAGE, tender=tender.token)}\n",
    )


def _tell_decision(tender: Tender, person: Evaluator, kept: bool, by: Viewer) -> None:
    done = "left the question with you" if kept else "took the question off you"
    mail.post(
        "marking.decided",
        f"{tender.token}/{last_allocation(tender.id)}",
        [person.email],
        f"What you declined, {tender.reference}",
        f"{by.name} decided on a question you declined in “{tender.title}”, and {done}.\n\n"
        f"See what you mark: {mail.link(OWN_PAGE, tender=tender.token)}\n",
    )
