"""The documents of an assessment: scores, risk register, a schedule for each bid, the trace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from contract_clauses.word import schedule_document
from foundation.canonical import sha256_hex
from records.rules.assessment import Assessment, facts_missing
from records.rules.trace import trace_of
from scoring.rules.knowledge import knowledge_of
from scoring.workbook import WorkbookAbout, register_workbook, row_of, scores_workbook

SCORES, REGISTER, TRACE = "scores.xlsx", "risk-register.xlsx", "trace.json"
NOTE = (
    "Made from answer files. Marks are suggested levels, the highest possible: an evaluator has "
    "marked nothing yet."
)


def documents_of(assessment: Assessment, *, made_at: datetime) -> Mapping[str, bytes]:
    """Return each file's bytes by name. The trace comes last and holds the others' hashes."""
    questionnaire, bids = assessment.questionnaire, assessment.bids
    about = WorkbookAbout(
        title=assessment.tender.title,
        reference=assessment.tender.reference,
        made_at=made_at,
        bank_version=questionnaire.bank.version,
        note=_note(assessment),
    )
    rows = [
        row_of(
            proposed,
            bid=bid.supplier.name,
            bank_version=questionnaire.bank.version,
            raised_on=made_at.date(),
            knowledge=knowledge_of(proposed.causes, bid.evaluation.situation, questionnaire),
        )
        for bid in bids
        for proposed in bid.evaluation.risks
    ]
    files = {
        SCORES: scores_workbook(
            replace(about, title=f"Scores: {about.title}"),
            [bid.for_workbook for bid in bids],
            questionnaire,
        ),
        REGISTER: register_workbook(
            replace(about, title=f"Risk register: {about.title}"),
            rows,
            questionnaire,
            [bid.supplier.name for bid in bids],
        ),
    }
    for bid in bids:
        files[f"{bid.slug}-schedule.docx"] = schedule_document(bid.schedule)
    hashes = {name: sha256_hex(data) for name, data in files.items()}
    trace = trace_of(assessment, made_at=made_at, files=hashes)
    return {**files, TRACE: _json(trace)}


def _note(assessment: Assessment) -> str:
    missing = facts_missing(assessment)
    if not missing:
        return NOTE
    return f"{NOTE} Tender facts not given, so rules that need them are not checked: " + ", ".join(
        missing
    )


def _json(plain: object) -> bytes:
    return (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode()
