"""Giving questions to evaluators, declining them, taking them away: every step is kept."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db, transaction
from scoring.models import AllocationEvent
from scoring.queries.evaluators import allocation_of
from scoring.rules.allocation import Allocation, AllocationKind, NotAllocated
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.service.base import current_tender, record


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
    new. What somebody has already stays his."""
    with transaction():
        current = current_tender(tender)
        stands = allocation_of(current)
        bid_id = None if bid is None else bid.id
        people = list(person_ids)
        wanted = [
            (question_id, person_id)
            for question_id in question_ids
            for person_id in people
            if not _has(stands, question_id, person_id, bid_id)
        ]
        for question_id, person_id in wanted:
            _add(current, question_id, person_id, bid_id, AllocationKind.GIVEN, reason, by)
        if wanted:
            record(
                "marking.allocated",
                current,
                by,
                given=[[question_id, person_id] for question_id, person_id in wanted],
                bid=None if bid is None else bid.token,
            )
        return len(wanted)


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
) -> None:
    """Decline, keep or take one question of one person, with the reason.

    Raises NotAllocated where the person does not mark it.
    """
    with transaction():
        current = current_tender(tender)
        bid_id = None if bid is None else bid.id
        if not _has(allocation_of(current), question_id, person_id, bid_id):
            raise NotAllocated(f"You cannot change this because {question_id} is not allocated")
        _add(current, question_id, person_id, bid_id, kind, reason, by)
        record(
            f"marking.{kind}",
            current,
            by,
            question=question_id,
            person=person_id,
            bid=None if bid is None else bid.token,
        )


def _add(
    tender: Tender,
    question_id: str,
    person_id: int,
    bid_id: int | None,
    kind: AllocationKind,
    reason: str,
    by: Viewer,
) -> None:
    db.session.add(
        AllocationEvent(
            tender_id=tender.id,
            question_id=question_id,
            person_id=person_id,
            bid_id=bid_id,
            kind=str(kind),
            reason=reason,
            by_id=by.person_id,
            at=clock.now(),
        )
    )
    db.session.flush()
