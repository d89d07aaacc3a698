"""Workbooks that came from another portal, read; and what is left to do with each bid."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from foundation.uploads import shown_name
from supplier_portal.queries import last_submissions
from supplier_portal.queries.bringing import BroughtIn
from supplier_portal.rules.bringing import Brought, NotRead
from supplier_portal.service import NewFile
from supplier_portal.service.bringing import FromElsewhere
from supplier_portal.workbook import NotAWorkbook, Reading, read
from tenders.models import Tender
from tenders.queries import questionnaire_of


def read_from(tender: Tender, file: FileStorage) -> FromElsewhere:
    """Return what a workbook says. Raises NotAWorkbook, also for another tender's."""
    questionnaire = questionnaire_of(tender)
    reading = read(file.stream, questionnaire)
    if reading.tender != tender.token:
        raise NotAWorkbook("this workbook is for another tender")
    if reading.fingerprint != tender.questionnaire_sha256:
        raise NotAWorkbook("this workbook holds other questions than this tender asks")
    name = shown_name(file.filename or "")
    return FromElsewhere(
        legal_name=reading.supplier["name"],
        company_number=reading.supplier["company_number"],
        answers=reading.changes,
        how=Brought(
            workbook=name,
            not_read=tuple(not_read(reading)),
        ),
        file=NewFile(name, file.stream, title="Workbook as it came"),
    )


def not_read(reading: Reading) -> Iterable[NotRead]:
    for problem in reading.problems:
        yield NotRead(problem.sheet, problem.cell, problem.part_id, problem.sentence)


def states_of(bids: list[BroughtIn]) -> dict[str, str]:
    """Return, by token, what is left to do with each bid."""
    submissions = last_submissions(entry.bid for entry in bids)
    states = {}
    for entry in bids:
        last = submissions.get(entry.bid.id)
        if last is not None and last.revision == entry.bid.revision:
            states[entry.bid.token] = "Waits for the opening"
        elif last is not None:
            states[entry.bid.token] = "Changed since it was handed in: hand it in again"
        elif entry.how.received_at is None:
            states[entry.bid.token] = "To be completed"
        else:
            states[entry.bid.token] = "Ready to hand in"
    return states
