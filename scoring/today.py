"""What needs an officer once bids are opened: late bids, checks, marks, results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from flask import url_for
from sqlalchemy import Subquery, case, func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.database import db
from scoring.models import AllocationEvent, ExclusionParty, LateDecision, Mark, MarkLock
from scoring.queries.interests import barrier_in, standings_in
from scoring.rules.allocation import AllocationKind
from scoring.rules.interests import Standing
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.rules.barriers import Barrier
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.today import Task

AT_WORK = (Stage.OPENED, Stage.EVALUATING)
# Whose work cannot begin before they have declared; others are asked when they come.
WORKS_ON_BIDS = (Permission.MARK_WRITE, Permission.MARK_AGREE, Permission.COMPLIANCE_DECIDE)


def after_opening(viewer: Viewer, tenders: Sequence[Tender], _moment: datetime) -> list[Task]:
    """Return what is to be declared, decided or marked of opened bids, in five statements.

    Nothing is counted of a bid the viewer is kept away from, and nothing at all while he has not
    declared.
    """
    at_work = {
        tender.id: tender
        for tender in tenders
        if tender.opened_at is not None
        and tender.stage in AT_WORK
        and tender.content_destroyed_at is None
    }
    stands = standings_in(at_work)
    barriers = {known: barrier_in(stands, viewer, one) for known, one in at_work.items()}
    opened = {
        known: one
        for known, one in at_work.items()
        if not (barriers[known].must_declare or barriers[known].from_all)
    }
    away = frozenset(bid for barrier in barriers.values() for bid in barrier.bids)
    may_release = {known for known in opened if barriers[known].is_open}
    return [
        *_interests(viewer, at_work, stands, barriers),
        *_late(viewer, opened, away),
        *_unchecked(viewer, opened, away),
        *_marks(viewer, opened, away, may_release),
    ]


def _interests(
    viewer: Viewer,
    at_work: dict[int, Tender],
    stands: Mapping[tuple[int, int], Standing],
    barriers: Mapping[int, Barrier],
) -> list[Task]:
    """Return where the viewer has to declare, and where he decides on what others declared."""
    found = []
    for tender_id, tender in at_work.items():
        may = partial(viewer.may, tender_id=tender_id)
        if barriers[tender_id].must_declare and any(map(may, WORKS_ON_BIDS)):
            found.append(_task("Declare whether you have an interest", "scoring.interests", tender))
        waiting = sum(
            one.waits_for_decision
            for (known, person), one in stands.items()
            if known == tender_id and person != viewer.person_id
        )
        if waiting and barriers[tender_id].is_open and may(Permission.INTEREST_DECIDE):
            people = "1 person" if waiting == 1 else f"{waiting} people"
            words = f"Decide on the interests of {people}"
            found.append(_task(words, "scoring.interests_declared", tender))
    return found


def _late(viewer: Viewer, opened: dict[int, Tender], away: frozenset[int]) -> list[Task]:
    """Return late bids nobody decided on; of each company its last."""
    later = (
        select(LateSubmission.bid_id, func.max(LateSubmission.number).label("number"))
        .group_by(LateSubmission.bid_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Bid.tender_id, func.count())
        .join(LateSubmission, LateSubmission.bid_id == Bid.id)
        .join(
            later,
            (later.c.bid_id == LateSubmission.bid_id) & (later.c.number == LateSubmission.number),
        )
        .outerjoin(LateDecision, LateDecision.late_submission_id == LateSubmission.id)
        .where(Bid.tender_id.in_([*opened]), Bid.id.not_in(away), LateDecision.id.is_(None))
        .group_by(Bid.tender_id)
    )
    return [
        _task(
            f"Decide on {_counted(count, 'late bid')} before results are released",
            "scoring.late",
            opened[tender_id],
        )
        for tender_id, count in rows
        if viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=tender_id)
    ]


def _unchecked(viewer: Viewer, opened: dict[int, Tender], away: frozenset[int]) -> list[Task]:
    """Return how many bids have nobody listed yet whose exclusion has to be looked at."""
    listed = select(ExclusionParty.id).where(ExclusionParty.bid_id == Bid.id).exists()
    rows = db.session.execute(
        select(Bid.tender_id, func.count())
        .where(Bid.tender_id.in_([*opened]), Bid.id.not_in(away), Bid.stage.in_(READABLE), ~listed)
        .group_by(Bid.tender_id)
    )
    return [
        _task(
            f"List and check whom exclusion may concern: {_counted(count, 'bid')} without a check",
            "scoring.exclusions_overview",
            opened[tender_id],
        )
        for tender_id, count in rows
        if viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=tender_id)
    ]


def _marks(
    viewer: Viewer, opened: dict[int, Tender], away: frozenset[int], may_release: set[int]
) -> list[Task]:
    """Return where the viewer has marks to give or to lock, and what can be released.

    Of marks his own alone are counted; how many are missing, their page knows.
    """
    given = (
        select(
            Mark.bid_id,
            func.count(Mark.question_id.distinct()).label("given"),
            func.count(
                case((Mark.evaluator_id == viewer.person_id, Mark.question_id)).distinct()
            ).label("own"),
        )
        .group_by(Mark.bid_id)
        .subquery()
    )
    allocated, locked, admitted = _last_allocated(viewer), _last_locked(viewer), _last_admitted()
    rows = db.session.execute(
        select(
            Bid.tender_id,
            func.count(),
            func.coalesce(func.sum(given.c.given), 0),
            func.coalesce(func.sum(given.c.own), 0),
            func.max(allocated.c.at),
            func.max(locked.c.at),
            func.max(admitted.c.at),
        )
        .outerjoin(given, given.c.bid_id == Bid.id)
        .outerjoin(allocated, allocated.c.tender_id == Bid.tender_id)
        .outerjoin(locked, locked.c.tender_id == Bid.tender_id)
        .outerjoin(admitted, admitted.c.tender_id == Bid.tender_id)
        .where(Bid.tender_id.in_([*opened]), Bid.id.not_in(away), Bid.stage.in_(READABLE))
        .group_by(Bid.tender_id)
    )
    found = []
    for tender_id, bids, marks, own, since, until, late in rows:
        tender = opened[tender_id]
        # What was allocated, or admitted, after the last lock is marked and locked again.
        is_open = since is not None and (until is None or until < max(since, late or since))
        if is_open and viewer.may(Permission.MARK_WRITE, tender_id=tender_id):
            words = f"Mark {_counted(bids, 'bid')}: {_counted(int(own), 'mark')} given so far"
            found.append(_task(words, "scoring.my_marks", tender))
        if not marks or tender_id not in may_release:
            continue
        if viewer.may(Permission.RESULT_RELEASE, tender_id=tender_id):
            found.append(
                _task("Release the results once everything is decided", "scoring.results", tender)
            )
    return found


def _last_allocated(viewer: Viewer) -> Subquery:
    """Return by tender when the viewer was last given something to mark."""
    return (
        select(AllocationEvent.tender_id, func.max(AllocationEvent.at).label("at"))
        .where(
            AllocationEvent.person_id == viewer.person_id,
            AllocationEvent.kind == AllocationKind.GIVEN,
        )
        .group_by(AllocationEvent.tender_id)
        .subquery()
    )


def _last_locked(viewer: Viewer) -> Subquery:
    return (
        select(MarkLock.tender_id, func.max(MarkLock.locked_at).label("at"))
        .where(MarkLock.person_id == viewer.person_id)
        .group_by(MarkLock.tender_id)
        .subquery()
    )


def _last_admitted() -> Subquery:
    """Return by tender when a late bid was last admitted."""
    return (
        select(Bid.tender_id, func.max(LateDecision.decided_at).label("at"))
        .join(LateSubmission, LateSubmission.bid_id == Bid.id)
        .join(LateDecision, LateDecision.late_submission_id == LateSubmission.id)
        .where(LateDecision.admitted)
        .group_by(Bid.tender_id)
        .subquery()
    )


def _task(words: str, endpoint: str, tender: Tender) -> Task:
    return Task(words, url_for(endpoint, tender=tender.token), tender)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
