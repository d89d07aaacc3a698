"""The coverage of a questionnaire as .xlsx bytes: every cell text or a number, never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from foundation.clock import show_moment
from foundation.spreadsheets import (
    WRAPPED,
    set_widths,
    write_cover,
    write_headings,
    write_text,
)
from tenders.rules.coverage import QuestionnaireCoverage, SideBySide

WHAT = (
    "Which controls of the security and data frameworks the questions of this tender test, and "
    "which they do not. A question that tests a control does not show that a bidder has it."
)


def coverage_workbook(
    title: str, version: str, made_at: datetime, coverage: QuestionnaireCoverage
) -> bytes:
    """Return coverage.xlsx: summary, every control, versions side by side, checks."""
    book = Workbook()
    book.properties.creator = "Supplier Assurance"
    book.properties.title = title
    book.properties.created = made_at.astimezone(UTC).replace(tzinfo=None)
    facts = [("What this is", WHAT), ("Made", show_moment(made_at)), ("Questions", version)]
    if not coverage.is_frozen:
        facts.append(("Frameworks", NOT_FROZEN))
    write_cover(cast(Worksheet, book.active), title, facts)
    _sheet(
        book, "Summary", ("Framework", "Controls", "Tested", "Not tested", "Listed"),
        (60, 12, 12, 12, 50), _summary(coverage),
    )  # fmt: skip
    _sheet(
        book, "Controls", ("Framework", "Control", "What it is", "Group", "Tested by", "Number"),
        (46, 12, 46, 30, 40, 10), _controls(coverage),
    )  # fmt: skip
    for pair in coverage.pairs:
        _write_pair(book, pair)
    _sheet(
        book, "Checks between answers", ("Check", "What it compares", "On these questions"),
        (28, 60, 70), _checks(coverage),
    )  # fmt: skip
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


NOT_FROZEN = "Those of the question bank today: the edition these questions come from holds none."
Row = Sequence[str | int]


def _summary(coverage: QuestionnaireCoverage) -> Iterable[Row]:
    for entry in coverage.frameworks:
        tested, untested = len(entry.tested), len(entry.untested)
        listed = "every control" if entry.framework.complete else "controls the bank maps to"
        yield entry.framework.title, tested + untested, tested, untested, listed


def _controls(coverage: QuestionnaireCoverage) -> Iterable[Row]:
    for entry in coverage.frameworks:
        testing = {control.id: questions for control, questions in entry.tested}
        for control in entry.framework.controls:
            questions = testing.get(control.id, ())
            yield (
                entry.framework.title,
                control.id,
                control.title,
                control.group,
                ", ".join(questions) or "no question",
                len(questions),
            )


def _write_pair(book: Workbook, pair: SideBySide) -> None:
    headings = (
        f"{pair.older.version}", "What it is", "Tested by",
        f"{pair.newer.version}", "What it is", "Tested by", "What changed",
    )  # fmt: skip
    rows = (
        (
            row.older.id if row.older else "",
            row.older.title if row.older else "",
            ", ".join(row.older_questions),
            row.newer.id if row.newer else "",
            row.newer.title if row.newer else "",
            ", ".join(row.newer_questions),
            row.note,
        )
        for row in pair.rows
    )
    title = f"{pair.older.id} and {pair.newer.id}"[:31]
    _sheet(book, title, headings, (10, 38, 30, 10, 38, 30, 46), rows)


def _checks(coverage: QuestionnaireCoverage) -> Iterable[Row]:
    for reach in coverage.checks:
        yield reach.case.rule, reach.case.title, reach.says or "Applies"


def _sheet(
    book: Workbook,
    title: str,
    headings: Sequence[str],
    widths: Sequence[float],
    rows: Iterable[Row],
) -> None:
    sheet = cast(Worksheet, book.create_sheet(title))
    write_headings(sheet, headings)
    set_widths(sheet, widths)
    for number, values in enumerate(rows, start=2):
        for column, value in enumerate(values, start=1):
            cell = cast(Cell, sheet.cell(number, column))
            cell.alignment = WRAPPED
            if isinstance(value, int):
                cell.value = value
            else:
                write_text(cell, value)
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
