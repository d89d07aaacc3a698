"""The tables of tenders: what is planned, asked and changed, and who decides on it."""

from tenders.models.changes import Amendment, Clarification
from tenders.models.people import Approval, OpeningPart, SupplierInvited
from tenders.models.planning import Notice, OutcomeStatement, PlanningSheet, TenderRisk
from tenders.models.tasks import GivenTask
from tenders.models.tenders import ParticipatingAuthority, Procurement, Tender

__all__ = [
    "Amendment",
    "Approval",
    "Clarification",
    "GivenTask",
    "Notice",
    "OpeningPart",
    "OutcomeStatement",
    "ParticipatingAuthority",
    "PlanningSheet",
    "Procurement",
    "SupplierInvited",
    "Tender",
    "TenderRisk",
]
