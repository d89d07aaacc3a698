"""The marking workbook of one evaluator: what he has to mark, to be filled in without a network.

Only his own: no bid he is kept away from, and nobody else's marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from scoring.rules.descriptors import points_of
from scoring.rules.mark_import import Saved, points_text
from scoring.rules.results import TOP_OF_SCALE
from scoring.workbook.marks_layout import (
    BID,
    COMMENT,
    ENTRIES,
    ENTRY,
    FEEDBACK,
    FORMAT,
    LABEL,
    LABELS,
    MARK,
    MET,
    NAME,
    NUMBER,
    READ_ME,
    REASON,
    TEXT,
    UNMET,
    AboutMarks,
    BidToMark,
    ToMark,
)
from supplier_portal.workbook.entered import LONGEST_CELL
from supplier_portal.workbook.sheets import (
    Look,
    fit_row,
    protect,
    set_widths,
    sheet_title,
)

WIDTHS = {NAME: 3.0, LABEL: 26.0, TEXT: 62.0, ENTRY: 92.0, NUMBER: 3.0}
STEPS = (
    "Mark in the yellow cells; everything else is protected, without a password. Each bid has a "
    "sheet. The answers and what limits the suggested level stand above each mark.",
    "Give a mark from 0 to 5 with a reason of at least 20 characters that names the answer it "
    "rests on, such as SLP-07.f. The bidder may read the feedback, and never the internal comment.",
    "Under “Points met” and “Points not met” name published points as they are numbered beside "
    "each descriptor: 4.1, 4.2.",
    "Write text, not formulas. What you leave empty changes nothing, and a mark is never taken "
    "back. What you locked is grey and stays as it is.",
    "These are bids of others: keep the file as you would keep the bids, show it to nobody, and "
    "delete it when you have uploaded it. Mark alone.",
    "When you are done, upload it on the page “Mark offline” of this tender. You see what would "
    "change before anything is saved. Only you can upload it, and only to this tender.",
)
CUT = " … (longer than a cell holds: read the rest in the service)"
HINTS = {
    MARK: "0, 1, 2, 3, 4 or 5",
    REASON: "At least 20 characters. Name the answer it rests on.",
    FEEDBACK: "The bidder may read this.",
    COMMENT: "For colleagues only. Never sent to the bidder.",
    MET: "Such as 4.1, 4.2",
    UNMET: "Such as 5.1",
}


def marking_workbook(about: AboutMarks, bids: Sequence[BidToMark]) -> bytes:
    """Return the workbook as the bytes of an .xlsx file."""
    book = Workbook()
    look = Look(book)
    first = cast(Worksheet, book.active)
    first.title = "Read me"
    _write_read_me(first, look, about)
    for bid in bids:
        title = sheet_title(bid.name, book.sheetnames)
        _BidSheet(cast(Worksheet, book.create_sheet(title)), look).write(bid)
    for sheet in book.worksheets:
        protect(sheet)
        last = sheet.max_row
        sheet.print_area = f"B1:D{last}"
    book.security = WorkbookProtection(lockStructure=True)
    book.properties.creator = "Supplier Assurance"
    book.properties.title = f"Marks: {about.title}"[:200]
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write_read_me(sheet: Worksheet, look: Look, about: AboutMarks) -> None:
    look.put(sheet, 1, NAME, READ_ME, "text")
    look.put(sheet, 1, LABEL, f"Marks: {about.title}", "title")
    rows = [
        ("", "Tender", f"{about.reference}, {about.authority}"),
        ("", "Evaluator", about.evaluator),
        ("", "Downloaded", about.made),
        ("", "In this workbook", about.part),
    ]
    row = _labelled(sheet, look, 3, rows)
    look.put(sheet, row + 1, LABEL, "How to use this workbook", "bold")
    row += 1
    for number, step in enumerate(STEPS, start=1):
        row += 1
        look.put(sheet, row, LABEL, f"{number}.", "text")
        look.put(sheet, row, TEXT, step, "text")
        fit_row(sheet, row, [(step, 96.0)])
    look.put(sheet, row + 2, LABEL, "For the program that reads this workbook", "bold")
    facts = [
        ("format", "Format", FORMAT),
        ("fingerprint", "Fingerprint of tender, evaluator and questions", about.fingerprint),
        ("questionnaire", "Fingerprint of the questions", about.questionnaire),
        ("tender", "Tender’s number in the service", about.tender),
        ("person", "Evaluator’s number in the service", about.person),
    ]
    _labelled(sheet, look, row + 3, facts)
    sheet.column_dimensions["A"].hidden = True
    set_widths(sheet, {LABEL: 30.0, TEXT: 96.0})


def _labelled(sheet: Worksheet, look: Look, row: int, rows: list[tuple[str, str, str]]) -> int:
    for name, label, text in rows:
        look.put(sheet, row, NAME, name, "text")
        look.put(sheet, row, LABEL, label, "text")
        look.put(sheet, row, TEXT, text, "text")
        row += 1
    return row


class _BidSheet:
    """Writes the sheet of one bid, block by block."""

    def __init__(self, sheet: Worksheet, look: Look) -> None:
        self.sheet, self.look, self.row = sheet, look, 2
        self.marks = DataValidation(
            type="list",
            formula1=f'"{",".join(str(mark) for mark in range(TOP_OF_SCALE + 1))}"',
            allow_blank=True,
            # Without this a spreadsheet shows the list and enforces nothing.
            showErrorMessage=True,
            errorTitle="A mark from 0 to 5",
            error="Choose a mark from 0 to 5, or leave the cell empty.",
        )

    def write(self, bid: BidToMark) -> None:
        self.look.put(self.sheet, 1, NAME, BID, "text")
        self.look.put(self.sheet, 1, NUMBER, bid.token, "text")
        self.look.put(self.sheet, 1, LABEL, bid.name, "title")
        for answer in bid.answers:
            self._block(answer)
        self.sheet.add_data_validation(self.marks)
        set_widths(self.sheet, WIDTHS)
        for letter in "AE":
            self.sheet.column_dimensions[letter].hidden = True
        self.sheet.freeze_panes = "C2"

    def _block(self, answer: ToMark) -> None:
        self.row += 1
        for column in (LABEL, TEXT, ENTRY):
            title = f"{answer.question_id} {answer.title}" if column == LABEL else ""
            self.look.put(self.sheet, self.row, column, title, "question")
        # The title runs over the cells beside it.
        self.sheet.merge_cells(
            start_row=self.row, start_column=LABEL, end_row=self.row, end_column=ENTRY
        )
        self.sheet.row_dimensions[self.row].height = 22
        self._line("What was asked", "", "The answer", "head")
        for part in answer.parts:
            self._line(part.id, part.ask, part.answer or "Not answered")
        self._line("Suggested level", "", answer.suggested)
        points = points_of(answer.descriptors)
        for mark, words in sorted(answer.descriptors.items(), reverse=True):
            listed = "\n".join(f"{point.key} {point.words}" for point in points.get(mark, ()))
            self._line(f"Descriptor of {mark}", "", listed or words)
        self._entries(answer)
        self.row += 1

    def _line(self, label: str, text: str, entry: str, style: str = "asked") -> None:
        self.row += 1
        shown = entry if len(entry) <= LONGEST_CELL - 200 else entry[: LONGEST_CELL - 200] + CUT
        for column, words in ((LABEL, label), (TEXT, text), (ENTRY, shown)):
            self.look.put(self.sheet, self.row, column, words, style)
        fit_row(self.sheet, self.row, [(text, WIDTHS[TEXT]), (shown, WIDTHS[ENTRY])])

    def _entries(self, answer: ToMark) -> None:
        saved = _texts(answer.saved)
        for name in ENTRIES:
            self.row += 1
            row, label = self.row, LABELS[name]
            hint = "You locked this mark: it stays as it is." if answer.is_locked else HINTS[name]
            self.look.put(self.sheet, row, NAME, f"{answer.question_id}|{name}", "text")
            self.look.put(self.sheet, row, LABEL, label, "bold")
            self.look.put(self.sheet, row, TEXT, hint, "text")
            style = "kept" if answer.is_locked else "answer"
            self.look.put(self.sheet, row, ENTRY, saved[name], style)
            if name == MARK:
                self._mark_cell(row, answer)
            fit_row(self.sheet, row, [(saved[name], WIDTHS[ENTRY])])

    def _mark_cell(self, row: int, answer: ToMark) -> None:
        """Let the mark be a number, chosen from the scale; and say what it is based on."""
        cell: Any = self.sheet.cell(row, ENTRY)
        cell.number_format = "0"
        cell.alignment = Alignment(horizontal="left", vertical="top")
        if answer.saved is not None:
            cell.value = answer.saved.mark
        number = str(answer.saved.number) if answer.saved else "0"
        self.look.put(self.sheet, row, NUMBER, number, "text")
        if not answer.is_locked:
            self.marks.add(cell)


def _texts(saved: Saved | None) -> dict[str, str]:
    if saved is None:
        return dict.fromkeys(ENTRIES, "")
    return {
        MARK: str(saved.mark),
        REASON: saved.reason,
        FEEDBACK: saved.feedback,
        COMMENT: saved.internal_comment,
        MET: points_text(saved.points, met=True),
        UNMET: points_text(saved.points, met=False),
    }
