"""What the council put to companies and released to them, for a company's list of its bids."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from foundation.database import db
from scoring.models import BidQuestion, BidResult, LateDecision
from supplier_portal.models import LateSubmission


def questions_waiting(bid_ids: Iterable[int], moment: datetime) -> list[tuple[int, str, datetime]]:
    """Return (id of bid, token, first moment too late) of questions that can still be answered,
    the most urgent first."""
    rows = db.session.execute(
        select(BidQuestion.bid_id, BidQuestion.token, BidQuestion.answer_until)
        .where(
            BidQuestion.bid_id.in_([*bid_ids]),
            BidQuestion.answered_at.is_(None),
            BidQuestion.answer_until > moment,
        )
        .order_by(BidQuestion.answer_until, BidQuestion.id)
    )
    return [(bid_id, token, until) for bid_id, token, until in rows]


def late_without_decision(bid_ids: Iterable[int]) -> dict[int, int]:
    """Return the number of the last late version of each bid that has one nobody decided on."""
    rows = db.session.execute(
        select(LateSubmission.bid_id, func.max(LateSubmission.number))
        .outerjoin(LateDecision, LateDecision.late_submission_id == LateSubmission.id)
        .where(LateSubmission.bid_id.in_([*bid_ids]))
        .group_by(LateSubmission.bid_id)
        .having(func.count(LateDecision.id) == 0)
    )
    return {row[0]: row[1] for row in rows}


def bids_with_results(bid_ids: Iterable[int]) -> list[int]:
    """Return those of the bids whose result is released."""
    return list(
        db.session.scalars(select(BidResult.bid_id).where(BidResult.bid_id.in_([*bid_ids])))
    )
