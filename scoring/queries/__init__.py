"""Reading the evaluation of opened bids, always scoped to what the viewer may see."""

from scoring.queries.bids import (
    EvaluatedBid,
    bid_in_evaluation,
    bids_in_evaluation,
    opened_tender,
    ranking,
    unmarked_in,
)
from scoring.queries.controls import (
    BidControls,
    ToAsk,
    checks_not_made,
    controls_in,
    controls_in_bids,
    my_controls,
    to_ask,
)
from scoring.queries.register import RiskInRegister, risk_in_register

__all__ = [
    "BidControls",
    "EvaluatedBid",
    "RiskInRegister",
    "ToAsk",
    "bid_in_evaluation",
    "bids_in_evaluation",
    "checks_not_made",
    "controls_in",
    "controls_in_bids",
    "my_controls",
    "opened_tender",
    "ranking",
    "risk_in_register",
    "to_ask",
    "unmarked_in",
]
