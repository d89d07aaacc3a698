"""The tables of the supplier's side."""

from supplier_portal.models.bids import Answer, AnswerVersion, Bid, BroughtBid, Submission
from supplier_portal.models.evidence import (
    CompanyKey,
    ConfidentialMark,
    Document,
    DocumentRevision,
    Evidence,
    FileScan,
)
from supplier_portal.models.lateness import LateSubmission, OutageMet
from supplier_portal.models.prices import PriceOffer
from supplier_portal.models.reuse import (
    BidTerms,
    CarriedAnswer,
    PlatformRecord,
    Reconfirmation,
    StandingAnswer,
)
from supplier_portal.models.teamwork import (
    BidComment,
    Presence,
    QuestionWork,
    SignOff,
    TypedDraft,
)

__all__ = [
    "Answer",
    "AnswerVersion",
    "Bid",
    "BidComment",
    "BidTerms",
    "BroughtBid",
    "CarriedAnswer",
    "CompanyKey",
    "ConfidentialMark",
    "Document",
    "DocumentRevision",
    "Evidence",
    "FileScan",
    "LateSubmission",
    "OutageMet",
    "PlatformRecord",
    "Presence",
    "PriceOffer",
    "QuestionWork",
    "Reconfirmation",
    "SignOff",
    "StandingAnswer",
    "Submission",
    "TypedDraft",
]
