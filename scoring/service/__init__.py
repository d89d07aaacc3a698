"""Everything that changes an evaluation: each change one transaction and its audit entry."""

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
from scoring.service.opening import open_bids
from scoring.service.risks import RiskOvertaken, RiskTaken, RiskTerms, decide_risk, raise_risk

__all__ = [
    "DecisionOvertaken",
    "GivenDecision",
    "GivenMark",
    "MarkOvertaken",
    "NotInEvaluation",
    "NotMarked",
    "ReasonTooShort",
    "RiskOvertaken",
    "RiskTaken",
    "RiskTerms",
    "decide_requirement",
    "decide_risk",
    "open_bids",
    "raise_risk",
    "save_mark",
]
