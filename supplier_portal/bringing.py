"""Workbooks that came from another portal, read; and what is left to do with each bid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO

from werkzeug.datastructures import FileStorage

from foundation.cells import column_letter
from foundation.uploads import shown_name
from supplier_portal.queries import last_submissions
from supplier_portal.queries.bringing import BroughtIn
from supplier_portal.rules.bringing import Brought, NotRead
from supplier_portal.rules.stages import BidStage
from supplier_portal.service import NewFile
from supplier_portal.service.bringing import FromElsewhere
from supplier_portal.workbook import NotAWorkbook, Reading, read
from supplier_portal.workbook.package import sheets_in
from tenders.models import Tender
from tenders.queries import questionnaire_of

# Of what was typed into a cell that could not be read, so much is shown.
LONGEST_TYPED = 500


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
            not_read=tuple(not_read(reading, typed_in(file.stream) if reading.problems else {})),
        ),
        file=NewFile(name, file.stream, title="Workbook as it came"),
    )


def not_read(reading: Reading, typed: Mapping[tuple[str, str], str]) -> Iterable[NotRead]:
    for problem in reading.problems:
        said = typed.get((problem.sheet, problem.cell), "")
        yield NotRead(problem.sheet, problem.cell, problem.part_id, problem.sentence, said)


def typed_in(stream: IO[bytes]) -> Mapping[tuple[str, str], str]:
    """Return the text of every cell by sheet and name of the cell, shortened."""
    stream.seek(0)
    found = {
        (sheet.title, f"{column_letter(column)}{row}"): entered.text[:LONGEST_TYPED]
        for sheet in sheets_in(stream)
        for (row, column), entered in sheet.cells.items()
    }
    stream.seek(0)
    return found


def states_of(bids: list[BroughtIn], *, opened: bool = False) -> dict[str, str]:
    """Return, by token, what is left to do with each bid."""
    if opened:
        return {
            entry.bid.token: "Opened" if entry.bid.stage is BidStage.OPENED else "Left behind"
            for entry in bids
        }
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
