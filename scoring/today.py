"""What needs an officer once bids are opened: late bids, checks, marks, results."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.database import db
from scoring.models import ExclusionParty, LateDecision, Mark
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.today import Task

AT_WORK = (Stage.OPENED, Stage.EVALUATING)


def after_opening(viewer: Viewer, tenders: Sequence[Tender], _moment: datetime) -> list[Task]:
    """Return what is to be decided or marked of opened bids, in three statements."""
    opened = {
        tender.id: tender
        for tender in tenders
        if tender.opened_at is not None
        and tender.stage in AT_WORK
        and tender.content_destroyed_at is None
    }
    return [
        *_late(viewer, opened),
        *_unchecked(viewer, opened),
        *_marks(viewer, opened),
    ]


def _late(viewer: Viewer, opened: dict[int, Tender]) -> list[Task]:
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
        .where(Bid.tender_id.in_([*opened]), LateDecision.id.is_(None))
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


def _unchecked(viewer: Viewer, opened: dict[int, Tender]) -> list[Task]:
    """Return how many bids have nobody listed yet whose exclusion has to be looked at."""
    listed = select(ExclusionParty.id).where(ExclusionParty.bid_id == Bid.id).exists()
    rows = db.session.execute(
        select(Bid.tender_id, func.count())
        .where(Bid.tender_id.in_([*opened]), Bid.stage.in_(READABLE), ~listed)
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


def _marks(viewer: Viewer, opened: dict[int, Tender]) -> list[Task]:
    """Return the bids to mark; how many marks are missing, their page knows."""
    given = (
        select(Mark.bid_id, func.count(Mark.question_id.distinct()).label("given"))
        .group_by(Mark.bid_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Bid.tender_id, func.count(), func.coalesce(func.sum(given.c.given), 0))
        .outerjoin(given, given.c.bid_id == Bid.id)
        .where(Bid.tender_id.in_([*opened]), Bid.stage.in_(READABLE))
        .group_by(Bid.tender_id)
    )
    found = []
    for tender_id, bids, marks in rows:
        tender = opened[tender_id]
        if viewer.may(Permission.MARK_WRITE, tender_id=tender_id):
            words = f"Mark {_counted(bids, 'bid')}: {_counted(int(marks), 'mark')} given so far"
            found.append(_task(words, "scoring.bids", tender))
        if marks and viewer.may(Permission.RESULT_RELEASE, tender_id=tender_id):
            found.append(
                _task("Release the results once everything is decided", "scoring.results", tender)
            )
    return found


def _task(words: str, endpoint: str, tender: Tender) -> Task:
    return Task(words, url_for(endpoint, tender=tender.token), tender)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
