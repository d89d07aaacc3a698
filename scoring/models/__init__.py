"""Tables of the evaluation: interests, marks, decisions, risks, prices, the award and what follows.

Marks and decisions are only ever added: the highest number counts, the earlier ones stay.
"""

from scoring.models.after import BidQuestion, BidResult, ConfidentialityDecision, LateDecision
from scoring.models.award import (
    BidStanding,
    LotsDrawn,
    LowPriceEvent,
    ModelTest,
    OutcomeLetter,
    PriceOpening,
    Recommendation,
    StandstillEvent,
)
from scoring.models.exclusions import ExclusionEvent, ExclusionParty
from scoring.models.interests import InterestDecision, InterestDeclaration, InterestInBid
from scoring.models.learning import QuestionLesson
from scoring.models.marks import (
    AgreedMark,
    AllocationEvent,
    Mark,
    MarkLock,
    QualityAgreed,
    RequirementDecision,
)
from scoring.models.risks import (
    OwnRiskDecision,
    Reopening,
    ReopeningSettled,
    RiskAcceptance,
    RiskAction,
    RiskControl,
    RiskDecision,
    RiskRow,
    RiskScale,
)

__all__ = [
    "AgreedMark",
    "AllocationEvent",
    "BidQuestion",
    "BidResult",
    "BidStanding",
    "ConfidentialityDecision",
    "ExclusionEvent",
    "ExclusionParty",
    "InterestDecision",
    "InterestDeclaration",
    "InterestInBid",
    "LateDecision",
    "LotsDrawn",
    "LowPriceEvent",
    "Mark",
    "MarkLock",
    "ModelTest",
    "OutcomeLetter",
    "OwnRiskDecision",
    "PriceOpening",
    "QualityAgreed",
    "QuestionLesson",
    "Recommendation",
    "Reopening",
    "ReopeningSettled",
    "RequirementDecision",
    "RiskAcceptance",
    "RiskAction",
    "RiskControl",
    "RiskDecision",
    "RiskRow",
    "RiskScale",
    "StandstillEvent",
]
