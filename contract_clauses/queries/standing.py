"""Whether a bid is the one to contract on, and what of its register nobody has decided yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, select

from contract_clauses.queries.schedules import ScheduledBid
from foundation.database import db
from scoring.models import BidResult, OwnRiskDecision, Recommendation
from scoring.rules.recommending import SUCCESSFUL
from scoring.rules.register import RiskState
from supplier_portal.models import Bid


@dataclass(frozen=True)
class Standing:
    """Where a bid stands before its contract.

    ``is_successful``: it was told so or, until then, is recommended; the newest recommendation
    counts, whether or not somebody has agreed to it yet. ``undecided_risks``: the titles of
    proposed risks that nobody has decided on, by id; from the results on the authority that runs
    the tender decides in the register of its contract.
    """

    is_successful: bool
    undecided_risks: Mapping[str, str]


def standing_of(found: ScheduledBid) -> Standing:
    """Return where a bid stands. One statement."""
    bid = found.evaluated.opened.bid
    proposed = [risk for risk in found.evaluated.risks if risk.state is RiskState.PROPOSED]
    newest = (
        select(Recommendation.outcomes)
        .where(Recommendation.tender_id == bid.tender_id)
        .order_by(Recommendation.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    decided = and_(
        OwnRiskDecision.risk_row_id.in_([risk.row.id for risk in proposed]),
        OwnRiskDecision.authority_id == found.tender.authority_id,
    )
    rows = db.session.execute(
        select(BidResult.successful, newest, OwnRiskDecision.risk_row_id)
        .select_from(Bid)
        .outerjoin(BidResult, BidResult.bid_id == Bid.id)
        .outerjoin(OwnRiskDecision, decided)
        .where(Bid.id == bid.id)
    ).all()
    told, outcomes, _row = rows[0]
    is_recommended = outcomes is not None and outcomes.get(bid.token) == SUCCESSFUL
    kept = {row_id for _told, _outcomes, row_id in rows}
    titles = found.evaluated.questionnaire.bank.risks
    undecided = {
        risk.risk_id: titles[risk.risk_id].title if risk.risk_id in titles else ""
        for risk in proposed
        if risk.row.id not in kept
    }
    return Standing(is_recommended if told is None else told, undecided)
