"""A bid's response as it was handed in, put into the values its Word document is written of."""

from __future__ import annotations

from collections.abc import Iterator

from contract_clauses.word.opening import fingerprint_in_groups
from contract_clauses.word.reports import Report
from contract_clauses.word.responses import (
    AnsweredPart,
    AnsweredQuestion,
    NamedFile,
    response_document,
)
from foundation import clock
from question_bank.rules.answers import NOT_ANSWERED
from question_bank.rules.questions import Kind
from scoring.queries import EvaluatedBid
from scoring.shown import ShownPart, shown_parts
from supplier_portal.queries import EvidenceFile

NOTHING_LISTED = "Nothing to list"
TITLE = "Tender response"


def response_of(bid: EvaluatedBid) -> bytes:
    """Return what the supplier handed in as .docx: nothing of what people made of it."""
    tender, supplier = bid.tender, bid.opened.supplier
    report = Report(
        TITLE,
        tender.title,
        (
            ("Supplier", supplier.legal_name or supplier.name),
            ("Company number", supplier.company_number or ""),
            ("Tender", tender.reference),
            ("Authority", tender.authority.legal_name or tender.authority.name),
            ("Handed in", _handed_in(bid)),
            ("Fingerprint", fingerprint_in_groups(bid.opened.content_hash)),
        ),
        running_head=bid.name,
        mark=tender.reference,
        made_on=clock.london(bid.opened.arrived_at).date(),
        made_from=f"response:{bid.token}:{bid.opened.content_hash}",
    )
    questions = {
        asked.id: AnsweredQuestion(
            asked.id,
            asked.question.title,
            tuple(
                _part(bid, shown) for shown in shown_parts(bid, asked.question) if _is_said(shown)
            ),
        )
        for asked in bid.questionnaire.questions
    }
    sections = [
        (section.title, [questions[asked.id] for asked in section.questions])
        for section in bid.questionnaire.sections
    ]
    return response_document(report, sections, list(_files(bid)))


def _handed_in(bid: EvaluatedBid) -> str:
    return f"{clock.show_moment(bid.opened.arrived_at)}, version {bid.opened.number}"


def _is_said(shown: ShownPart) -> bool:
    return shown.is_asked or shown.is_answered or shown.earlier is not None


def _part(bid: EvaluatedBid, shown: ShownPart) -> AnsweredPart:
    part, earlier = shown.part, shown.earlier
    return AnsweredPart(
        part.id,
        part.label,
        part.ask,
        earlier.text if earlier else _text(bid, shown),
        shown.headings,
        shown.rows,
        part.schema.row_name.capitalize() if part.schema and part.schema.row_name else "Row",
        shown.is_asked,
        earlier.part.ask if earlier else "",
    )


def _text(bid: EvaluatedBid, shown: ShownPart) -> str:
    part = shown.part
    if part.kind is Kind.FILE and shown.is_answered:
        return "\n".join(file.title or file.name for file in shown.files)
    if part.kind is Kind.TABLE and bid.opened.answers.get(part.id) == [] and not part.fixed_rows:
        return NOTHING_LISTED
    return shown.text or NOT_ANSWERED


def _files(bid: EvaluatedBid) -> Iterator[NamedFile]:
    for file in bid.opened.evidence:
        yield NamedFile(
            file.title,
            file.name,
            file.issued,
            f"{max(1, round(file.size / 1000)):,} kB",
            ", ".join(_supports(bid, file)) or "No answer names it",
            file.sha256,
        )


def _supports(bid: EvaluatedBid, file: EvidenceFile) -> Iterator[str]:
    for part_id, value in bid.opened.answers.items():
        if isinstance(value, list) and any(
            isinstance(entry, dict) and entry.get("evidence") == file.token for entry in value
        ):
            yield part_id
