"""Reading the evaluation of opened bids, always scoped to what the viewer may see."""

from scoring.queries.bid_questions import (
    AskedOfBidder,
    asked_of_bidder,
    asked_of_bidders,
    asked_of_me,
    one_asked_of_bidder,
    one_asked_of_me,
)
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
from scoring.queries.evaluators import (
    allocation_of,
    marks_given,
    may_see_marks,
    own_work,
    readable_bid_ids,
)
from scoring.queries.register import RiskInRegister, risk_in_register
from scoring.queries.reporting import report_of
from scoring.queries.results import (
    InTheWay,
    Released,
    by_bidder,
    in_the_way,
    my_result,
    released_results,
)

__all__ = [
    "AskedOfBidder",
    "BidControls",
    "EvaluatedBid",
    "InTheWay",
    "Released",
    "RiskInRegister",
    "ToAsk",
    "allocation_of",
    "asked_of_bidder",
    "asked_of_bidders",
    "asked_of_me",
    "bid_in_evaluation",
    "bids_in_evaluation",
    "by_bidder",
    "checks_not_made",
    "controls_in",
    "controls_in_bids",
    "in_the_way",
    "marks_given",
    "may_see_marks",
    "my_controls",
    "my_result",
    "one_asked_of_bidder",
    "one_asked_of_me",
    "opened_tender",
    "own_work",
    "ranking",
    "readable_bid_ids",
    "released_results",
    "report_of",
    "risk_in_register",
    "to_ask",
    "unmarked_in",
]
