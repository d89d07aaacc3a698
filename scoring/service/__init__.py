"""Everything that changes an evaluation: each change one transaction and its audit entry."""

from scoring.service.agreeing import (
    AgreementOvertaken,
    GivenAgreed,
    NotAllAgreed,
    NotReadyToAgree,
    WhyMoved,
    agree_mark,
    agree_quality,
)
from scoring.service.allocating import allocate, change_allocation
from scoring.service.bid_questions import (
    DecidedAlready,
    answer_council,
    ask_bidder,
    decide_answer,
    enter_reply,
)
from scoring.service.evaluating import NotInEvaluation
from scoring.service.interests import Connection, Declared, decide_interest, declare
from scoring.service.marks import (
    DecisionOvertaken,
    GivenDecision,
    GivenMark,
    MarkOvertaken,
    MarksLocked,
    NotAllMarked,
    NotMarked,
    ReasonTooShort,
    decide_requirement,
    lock_marks,
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
    "AgreementOvertaken",
    "ChangedSincePreview",
    "Connection",
    "DecidedAlready",
    "DecisionOvertaken",
    "Declared",
    "GivenAgreed",
    "GivenDecision",
    "GivenMark",
    "MarkOvertaken",
    "MarksLocked",
    "NotAllAgreed",
    "NotAllMarked",
    "NotInEvaluation",
    "NotMarked",
    "NotReady",
    "NotReadyToAgree",
    "ReasonMissing",
    "ReasonTooShort",
    "RiskOvertaken",
    "RiskTaken",
    "RiskTerms",
    "WhyMoved",
    "agree_mark",
    "agree_quality",
    "allocate",
    "answer_council",
    "ask_bidder",
    "change_allocation",
    "decide_answer",
    "decide_interest",
    "decide_requirement",
    "decide_risk",
    "declare",
    "enter_reply",
    "lock_marks",
    "open_as_second",
    "open_bids",
    "prepare_results",
    "raise_risk",
    "ready_to_open",
    "release_results",
    "save_mark",
]
