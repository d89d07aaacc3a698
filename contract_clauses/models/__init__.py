"""Tables of schedules and of the contracts they belong to: obligations, measures, assessments.

What officers decide is only ever added: the highest number counts, the earlier ones stay.
"""

from contract_clauses.models.contracts import Contract, ContractEvent, OutcomeReading
from contract_clauses.models.measures import Kpi, KpiRating
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
)
from contract_clauses.models.schedules import ClauseDecision, IssuedSchedule, VariableValue

__all__ = [
    "ClauseDecision",
    "Contract",
    "ContractEvent",
    "IssuedSchedule",
    "Kpi",
    "KpiRating",
    "Obligation",
    "ObligationDue",
    "ObligationEvent",
    "ObligationFile",
    "OutcomeReading",
    "Reassessment",
    "ReassessmentAnswer",
    "ReassessmentEvent",
    "VariableValue",
]
