"""Tables of the evaluation: marks, decisions, the risk register, what follows the opening.

Marks and decisions are only ever added: the highest number counts, the earlier ones stay.
"""

from scoring.models.after import BidQuestion, BidResult, ConfidentialityDecision, LateDecision
from scoring.models.exclusions import ExclusionEvent, ExclusionParty
from scoring.models.marks import Mark, RequirementDecision
from scoring.models.risks import OwnRiskDecision, RiskDecision, RiskRow

__all__ = [
    "BidQuestion",
    "BidResult",
    "ConfidentialityDecision",
    "ExclusionEvent",
    "ExclusionParty",
    "LateDecision",
    "Mark",
    "OwnRiskDecision",
    "RequirementDecision",
    "RiskDecision",
    "RiskRow",
]
