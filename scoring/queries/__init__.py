"""Reading the evaluation of opened bids, always scoped to what the viewer may see."""

from scoring.queries.bids import (
    EvaluatedBid,
    bid_in_evaluation,
    bids_in_evaluation,
    opened_tender,
    ranking,
    unmarked_in,
)
from scoring.queries.register import RiskInRegister, risk_in_register

__all__ = [
    "EvaluatedBid",
    "RiskInRegister",
    "bid_in_evaluation",
    "bids_in_evaluation",
    "opened_tender",
    "ranking",
    "risk_in_register",
    "unmarked_in",
]
