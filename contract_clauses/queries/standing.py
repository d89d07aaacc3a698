"""Whether a bid is the one to contract on, and what of its register nobody has decided yet."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from contract_clauses.queries.schedules import ScheduledBid
from foundation.database import db
from scoring.models import BidResult, OwnRiskDecision, Recommendation
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
    return outcomes is not None and outcomes.get(bid.token) == SUCCESSFUL


def undecided_risks(found: ScheduledBid) -> Mapping[str, str]:
    """Return the titles of proposed risks that nobody has decided on, by id.

    From the results on the authority that runs the tender decides in the register of its contract.
    """
    proposed = [risk for risk in found.evaluated.risks if risk.state is RiskState.PROPOSED]
    if not proposed:
        return {}
    kept = set(
        db.session.scalars(
            select(OwnRiskDecision.risk_row_id).where(
                OwnRiskDecision.risk_row_id.in_([risk.row.id for risk in proposed]),
                OwnRiskDecision.authority_id == found.tender.authority_id,
            )
        )
    )
    titles = found.evaluated.questionnaire.bank.risks
    return {
        risk.risk_id: titles[risk.risk_id].title if risk.risk_id in titles else ""
        for risk in proposed
        if risk.row.id not in kept
    }
