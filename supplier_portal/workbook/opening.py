"""The first sheet: what the workbook is, how to use it, and what the program reads it by."""

from __future__ import annotations

from collections.abc import Iterable

from openpyxl.worksheet.worksheet import Worksheet

from supplier_portal.workbook.layout import FORMAT, READ_ME, SUPPLIER_KEYS, About
from supplier_portal.workbook.sheets import Look, fit_row, set_widths
from tenders.rules.questionnaire import Questionnaire

# How to answer is the same wherever the workbook came from.
ANSWER = (
    "Answer in the yellow cells; everything else is protected, without a password. The sheet of "
    "each section lists its questions; each table has a sheet of its own.",
    "Where a cell has a list, choose from it. Write every other answer as text: a formula is "
    "refused, even where it shows the right answer.",
)
SEND_HERE = (
    "Share the file with colleagues as you like. What stands in the service is not changed by it, "
    "and colleagues can go on answering there meanwhile.",
    "Files cannot travel in a workbook: add evidence on the page of its question in the service.",
    "When you are done, upload the workbook in the service, on the page “Work offline” of this "
    "bid. You see what would change, answer by answer, and choose what to apply. Nothing is saved "
    "before that.",
    "Uploading does not submit the bid. A bid lead or certifier submits it in the service before "
    "the tender closes.",
)
# The service knows no bid of a workbook that was handed out for a tender on another portal.
SEND_ELSEWHERE = (
    "Enter your company above: a bid without a name cannot be told from another.",
    "Share the file with colleagues as you like: it is yours alone, and nobody can look into it.",
    "Files cannot travel in a workbook: send your evidence beside it, and name each file so that "
    "one sees which question it answers.",
    "Send the workbook and your files through the portal on which this tender is published, before "
    "it closes. What cannot be read, such as a formula or a merged cell, counts as not answered.",
)
SUPPLIER_LABELS = {
    "name": "Your company’s legal name",
    "company_number": "Company number",
    "address": "Registered address",
}
LABELS_WIDTH, TEXT_WIDTH = 30.0, 96.0


def write_read_me(sheet: Worksheet, look: Look, about: About, questionnaire: Questionnaire) -> None:
    """Fill the first sheet: for people first, for the program last."""
    look.put(sheet, 1, 1, READ_ME, "text")
    look.put(sheet, 1, 2, about.title, "title")
    row = _labelled(
        sheet,
        look,
        3,
        [
            ("", "Tender", f"{about.reference}, {about.authority}"),
            ("", "Closing time", about.closing),
            ("", "Downloaded", about.made),
        ],
    )
    row = _supplier(sheet, look, about, row)
    row = _steps(sheet, look, row + 1, (*ANSWER, *(SEND_HERE if about.bid else SEND_ELSEWHERE)))
    look.put(sheet, row + 1, 2, "For the program that reads this workbook", "bold")
    _labelled(
        sheet,
        look,
        row + 2,
        [
            ("format", "Format", FORMAT),
            ("fingerprint", "Fingerprint of the questions", about.fingerprint),
            ("pack", "Questions", questionnaire.pack_id),
            ("bank_version", "Version of the question bank", questionnaire.bank.version),
            ("tender", "Tender’s number in the service", about.tender),
            ("bid", "Bid’s number in the service", about.bid),
        ],
    )
    sheet.column_dimensions["A"].hidden = True
    set_widths(sheet, {2: LABELS_WIDTH, 3: TEXT_WIDTH})


def _labelled(sheet: Worksheet, look: Look, row: int, rows: list[tuple[str, str, str]]) -> int:
    """Write (name, label, text) on a row each; return the row after them."""
    for name, label, text in rows:
        look.put(sheet, row, 1, name, "text")
        look.put(sheet, row, 2, label, "text")
        look.put(sheet, row, 3, text, "text")
        row += 1
    return row


def _supplier(sheet: Worksheet, look: Look, about: About, row: int) -> int:
    for name in SUPPLIER_KEYS:
        given = about.supplier.get(name, "")
        look.put(sheet, row, 1, f"supplier.{name}", "text")
        look.put(sheet, row, 2, SUPPLIER_LABELS[name], "text")
        # What the service does not know, the company can write.
        look.put(sheet, row, 3, given, "text" if given else "answer")
        row += 1
    return row


def _steps(sheet: Worksheet, look: Look, row: int, steps: Iterable[str]) -> int:
    look.put(sheet, row, 2, "How to use this workbook", "bold")
    for number, step in enumerate(steps, start=1):
        row += 1
        look.put(sheet, row, 2, f"{number}.", "text")
        look.put(sheet, row, 3, step, "text")
        fit_row(sheet, row, [(step, TEXT_WIDTH)])
    return row + 1
