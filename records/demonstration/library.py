"""The library of one supplier of the demonstration, and something it marks confidential."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from accounts.queries import Viewer
from foundation import clock
from foundation.tokens import new_token
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Kind
from records.demonstration.evidence import evidence_bytes
from supplier_portal import queries
from supplier_portal.models import Bid
from supplier_portal.queries import library
from supplier_portal.queries.confidential import marks_of
from supplier_portal.queries.library import KeptDocument
from supplier_portal.rules.confidential import Ground, Mark
from supplier_portal.rules.library import OF_ONE_BID, DocumentFacts, DocumentKind
from supplier_portal.rules.stages import BidStage
from supplier_portal.service import NewFile
from supplier_portal.service import confidential as marking
from supplier_portal.service import library as keeping
from supplier_portal.service import library_use as using
from tenders.queries import questionnaire_of

CERTIFICATES = {
    "SLP-05.c": "ISO/IEC 27001 certificate of the company",
    "SLP-05.e": "Cyber Essentials Plus certificate",
}
MARKED = "SLP-07.a"
USED_IN = "SLP-01.d"
USED = "Privacy impact assessment of our street sensors"
# Between now and the award of the open tender.
ENDS_AFTER = timedelta(days=45)


def keep_documents(answers: Mapping[str, Any], *, by: Viewer) -> list[KeptDocument]:
    """Keep a company's certificates and a few other documents, unless it keeps any."""
    if not library.library_of(by):
        for part_id, title in CERTIFICATES.items():
            details = {k: v for k, v in answers[part_id].items() if k not in OF_ONE_BID}
            _keep(DocumentFacts.of_certificate(title, details), by)
        today = clock.london(clock.now()).date()
        for facts in _other_documents(today):
            _keep(facts, by)
    return library.library_of(by)


def _other_documents(today: date) -> list[DocumentFacts]:
    begun, ends = today + ENDS_AFTER - timedelta(days=365), today + ENDS_AFTER
    return [
        DocumentFacts(
            "Professional indemnity and cyber insurance",
            DocumentKind.INSURANCE,
            issued=begun.isoformat(),
            valid_from=begun.isoformat(),
            valid_to=ends.isoformat(),
        ),
        DocumentFacts(
            USED,
            DocumentKind.REPORT,
            issued=begun.isoformat(),
            valid_from=begun.isoformat(),
            valid_to=ends.isoformat(),
        ),
        DocumentFacts("Information security policy", DocumentKind.POLICY, issued="2026-05-11"),
    ]


def _keep(facts: DocumentFacts, by: Viewer) -> None:
    document = keeping.add_document(facts, by=by)
    name = f"{facts.title.lower().replace('/', '-').replace(' ', '-')}.pdf"
    file = NewFile(name, evidence_bytes(name, facts.title, by.organisation_name))
    keeping.add_revision(library.document_of(by, document.token), file, by=by)


def use_in(bid: Bid, kept: list[KeptDocument], *, by: Viewer, arrived_at: datetime) -> None:
    """Name a document that runs out before the award in the begun bid."""
    part = questionnaire_of(bid.tender).parts.get(USED_IN)
    named = [document for document in kept if document.facts.title == USED]
    if part is not None and part.kind is Kind.FILE and named:
        using.use_documents(bid, part, named, by=by, arrived_at=arrived_at)


def mark_confidential(bid: Bid, *, by: Viewer, arrived_at: datetime) -> None:
    """Mark the first sentence of an answer confidential, unless anything is marked."""
    answers = queries.answers_of(bid)
    if bid.stage is not BidStage.DRAFT or is_empty(answers.get(MARKED)) or marks_of(bid, answers):
        return
    mark = Mark(
        token=new_token(),
        part_id=MARKED,
        ground=Ground.COMMERCIAL_INTERESTS,
        reason="The order in which the platform is brought back is our own work. A competitor who "
        "knew it could offer the same without having tried it.",
        until=date(arrived_at.year + 3, 3, 31),
        passage=str(answers[MARKED]).partition(". ")[0],
    )
    marking.mark_confidential(bid, mark, by=by, arrived_at=arrived_at)
