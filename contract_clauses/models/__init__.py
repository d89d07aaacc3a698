"""Tables of schedules and of the contracts they belong to: obligations, measures, assessments.

What officers decide is only ever added: the highest number counts, the earlier ones stay.
"""

from contract_clauses.models.contracts import Contract, ContractEvent, OutcomeReading
from contract_clauses.models.drafts import ClauseEvent, ClauseRedraft, DeviationDecision
from contract_clauses.models.library import (
    OwnClause,
    OwnClauseVersion,
    WordTemplate,
    WordTemplateChoice,
)
from contract_clauses.models.measures import Kpi, KpiRating
from contract_clauses.models.negotiated import NegotiatedDecision, NegotiatedSchedule
from contract_clauses.models.obligations import (
    Obligation,
    ObligationDue,
    ObligationEvent,
    ObligationFile,
)
from contract_clauses.models.reassessing import (
    Reassessment,
    ReassessmentAnswer,
    ReassessmentEvent,
    ReassessmentFile,
)
from contract_clauses.models.schedules import ClauseDecision, IssuedSchedule, VariableValue

__all__ = [
    "ClauseDecision",
    "ClauseEvent",
    "ClauseRedraft",
    "Contract",
    "ContractEvent",
    "DeviationDecision",
    "IssuedSchedule",
    "Kpi",
    "KpiRating",
    "NegotiatedDecision",
    "NegotiatedSchedule",
    "Obligation",
    "ObligationDue",
    "ObligationEvent",
    "ObligationFile",
    "OutcomeReading",
    "OwnClause",
    "OwnClauseVersion",
    "Reassessment",
    "ReassessmentAnswer",
    "ReassessmentEvent",
    "ReassessmentFile",
    "VariableValue",
    "WordTemplate",
    "WordTemplateChoice",
]
