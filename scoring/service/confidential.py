"""Deciding on what a bid marked confidential. Decisions are only added; the last counts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from scoring.models import ConfidentialityDecision
from scoring.queries.bids import EvaluatedBid
from scoring.queries.confidential import MarkToDecide
from scoring.service.evaluating import note
from scoring.service.marks import DecisionOvertaken, checked_reason
from supplier_portal.models import Bid


@dataclass(frozen=True, kw_only=True)
class GivenConfidentiality:
    """What an officer decides. ``based_on``: the number of the decision he saw, 0 for none."""

    agreed: bool
    reason: str
    based_on: int


def decide_confidentiality(
    bid: EvaluatedBid, entry: MarkToDecide, given: GivenConfidentiality, *, by: Viewer
) -> ConfidentialityDecision:
    """Agree to keep something back, or not. Raises ReasonTooShort and DecisionOvertaken.

    Requests for what a bid says come years after the award, so any stage after the opening will
    do.
    """
    reason = checked_reason(given.reason)
    with transaction():
        current = db.session.scalars(
            select(Bid).where(Bid.id == bid.opened.bid.id).with_for_update(of=Bid)
        ).one()
        last = db.session.scalar(
            select(func.max(ConfidentialityDecision.number)).where(
                ConfidentialityDecision.bid_id == current.id,
                ConfidentialityDecision.mark == entry.mark.token,
            )
        )
        if (last or 0) != given.based_on:
            raise DecisionOvertaken(
                "Somebody decided this while you were writing. Save again to let your decision "
                "count instead",
                field="decision",
            )
        decision = ConfidentialityDecision(
            bid_id=current.id,
            mark=entry.mark.token,
            number=given.based_on + 1,
            agreed=given.agreed,
            reason=reason,
            decided_by_id=by.person_id,
            decided_at=clock.now(),
        )
        db.session.add(decision)
        db.session.flush()
        note(
            "confidentiality.decided",
            current,
            by,
            mark=entry.mark.token,
            number=decision.number,
            agreed=given.agreed,
            text=sha256_hex(reason),
        )
    return decision
