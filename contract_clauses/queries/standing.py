"""Whether a bid is the one to contract on, and what of its register nobody has decided yet."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from contract_clauses.queries.schedules import ScheduledBid
from foundation.database import db
from scoring.models import BidResult, Recommendation
from scoring.rules.recommending import SUCCESSFUL
from scoring.rules.register import RiskState
from supplier_portal.models import Bid


def is_successful(bid: Bid) -> bool:
    """Return whether a bid was told that it is successful; until then, whether it is recommended.

    The newest recommendation counts, whether or not somebody has agreed to it yet.
    """
    told = db.session.scalar(select(BidResult.successful).where(BidResult.bid_id == bid.id))
    if told is not None:
        return told
    outcomes = db.session.scalar(
        select(Recommendation.outcomes)
        .where(Recommendation.tender_id == bid.tender_id)
        .order_by(Recommendation.number.desc())
        .limit(1)
    )
    return bool(outcomes) and outcomes.get(bid.token) == SUCCESSFUL


def undecided_risks(found: ScheduledBid) -> Mapping[str, str]:
    """Return the titles of proposed risks that nobody has decided on, by id."""
    risks = found.evaluated.questionnaire.bank.risks
    return {
        risk.risk_id: risks[risk.risk_id].title if risk.risk_id in risks else ""
        for risk in found.evaluated.risks
        if risk.state is RiskState.PROPOSED
    }
