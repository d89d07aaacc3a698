"""Which risks of a bid could take another one in, once somebody has accepted them."""

from __future__ import annotations

from scoring.queries import EvaluatedBid
from scoring.queries.register import RiskInRegister
from scoring.rules.register import RiskState


def to_accept_first(bid: EvaluatedBid, risk: RiskInRegister) -> list[RiskInRegister]:
    """Return the risks of the same bid that could take this one in once they are accepted: of those
    that rest on the same answers if there are any."""
    waiting = [
        other
        for other in bid.risks
        if other.risk_id != risk.risk_id and other.state is RiskState.PROPOSED
    ]
    mine = _sources_of(risk)
    return [other for other in waiting if mine & _sources_of(other)] or waiting


def _sources_of(risk: RiskInRegister) -> set[str]:
    return {source for cause in risk.row.causes for source in cause.get("sources", ())}
