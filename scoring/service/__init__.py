"""Everything that changes an evaluation: each change one transaction and its audit entry."""

from scoring.service.bid_questions import (
    DecidedAlready,
    answer_council,
    ask_bidder,
    decide_answer,
    enter_reply,
)
from scoring.service.evaluating import NotInEvaluation
from scoring.service.marks import (
    DecisionOvertaken,
    GivenDecision,
    GivenMark,
    MarkOvertaken,
    NotMarked,
    ReasonTooShort,
    decide_requirement,
    save_mark,
)
from scoring.service.opening import open_as_second, open_bids, ready_to_open
from scoring.service.results import (
    ChangedSincePreview,
    NotReady,
    ReasonMissing,
    prepare_results,
    release_results,
)
from scoring.service.risks import RiskOvertaken, RiskTaken, RiskTerms, decide_risk, raise_risk

__all__ = [
    "ChangedSincePreview",
    "DecidedAlready",
    "DecisionOvertaken",
    "GivenDecision",
    "GivenMark",
    "MarkOvertaken",
    "NotInEvaluation",
    "NotMarked",
    "NotReady",
    "ReasonMissing",
    "ReasonTooShort",
    "RiskOvertaken",
    "RiskTaken",
    "RiskTerms",
    "answer_council",
    "ask_bidder",
    "decide_answer",
    "decide_requirement",
    "decide_risk",
    "enter_reply",
    "open_as_second",
    "open_bids",
    "prepare_results",
    "raise_risk",
    "ready_to_open",
    "release_results",
    "save_mark",
]
