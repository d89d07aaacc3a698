"""The crosswalk as .xlsx bytes: which question answers which control of which framework."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from foundation.cells import column_letter
from foundation.clock import show_moment
from foundation.spreadsheets import set_widths, write_cover, write_headings, write_row
from question_bank.rules.crosswalk import FrameworkCoverage, answered_at
from question_bank.rules.frameworks import Binding, Framework
from question_bank.rules.questions import Bank
from question_bank.rules.search import in_order

WHAT = (
    "Which question of the bank answers which control of which framework. A control is named with "
    "the version of its framework: the same id can mean something else in another version."
)
BINDING = {
    Binding.LAW: "Law",
    Binding.PROPOSED: "Proposed law",
    Binding.POLICY: "Policy",
    Binding.VOLUNTARY: "Voluntary",
}


def crosswalk_workbook(
    bank: Bank, coverage: Sequence[FrameworkCoverage], *, made_at: datetime
) -> bytes:
    """Return the workbook: what it is, every control, every framework, what changed between two."""
    book = Workbook()
    book.properties.creator = "Supplier Assurance"
    book.properties.title = "Crosswalk of the question bank"
    book.properties.created = made_at.astimezone(UTC).replace(tzinfo=None)
    about = book.worksheets[0]
    facts = [
        ("What this is", WHAT),
        ("Question bank", f"version {bank.version}"),
        ("Made", show_moment(made_at)),
        ("Sheets", "Controls, Frameworks, Changed ids"),
    ]
    write_cover(about, "Crosswalk of the question bank", facts)
    _listing(book, "Controls", CONTROL_COLUMNS, _control_rows(bank, coverage))
    _listing(book, "Frameworks", FRAMEWORK_COLUMNS, _framework_rows(bank))
    _listing(book, "Changed ids", CHANGE_COLUMNS, _change_rows(bank))
    for sheet in book.worksheets:
        _fit_to_page(sheet)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


Columns = Sequence[tuple[str, float]]
CONTROL_COLUMNS: Columns = (
    ("Framework", 34),
    ("Version", 16),
    ("Group", 28),
    ("Id", 9),
    ("Control", 44),
    ("Tested by", 22),
    ("Questions", 60),
)
FRAMEWORK_COLUMNS: Columns = (
    ("Framework", 40),
    ("Version", 18),
    ("Publisher", 30),
    ("Date", 26),
    ("Binds", 13),
    ("Who it binds", 50),
    ("What it is", 70),
    ("Answered by", 30),
    ("Checked", 16),
    ("Not confirmed", 46),
)
CHANGE_COLUMNS: Columns = (
    ("Framework", 34),
    ("Id", 9),
    ("Control", 36),
    ("Newer version", 16),
    ("Newer id", 10),
    ("Newer control", 44),
    ("Note", 70),
)


def _control_rows(bank: Bank, coverage: Iterable[FrameworkCoverage]) -> Iterable[tuple[str, ...]]:
    for found in coverage:
        testing = {control.id: questions for control, questions in found.tested}
        for control in found.framework.controls:
            questions = testing.get(control.id, ())
            yield (
                found.framework.name,
                found.framework.version,
                control.group,
                control.id,
                control.title,
                ", ".join(questions) or "No question",
                "; ".join(bank.questions[name].title for name in questions),
            )


def _framework_rows(bank: Bank) -> Iterable[tuple[str, ...]]:
    questions = in_order(bank.questions.values())
    for framework in bank.frameworks.values():
        yield (
            framework.name,
            framework.version,
            framework.publisher,
            framework.date,
            BINDING[framework.binding],
            framework.who,
            framework.about,
            ", ".join(answered_at(framework, questions, bank.frameworks)),
            framework.checked,
            framework.unsure,
        )


def _change_rows(bank: Bank) -> Iterable[tuple[str, ...]]:
    for framework in bank.frameworks.values():
        newer = bank.frameworks.get(framework.successor)
        if newer is not None:
            yield from _changes(framework, newer)


def _changes(framework: Framework, newer: Framework) -> Iterable[tuple[str, ...]]:
    for old, new in framework.replaced.items():
        before, after = framework.control(old), newer.control(new)
        yield (
            framework.title,
            old,
            before.title if before else "",
            newer.version,
            new or "None",
            after.title if after else "",
            framework.replaced_notes[old],
        )


def _listing(book: Workbook, title: str, columns: Columns, rows: Iterable[tuple[str, ...]]) -> None:
    sheet = book.create_sheet(title)
    write_headings(sheet, [heading for heading, _ in columns])
    set_widths(sheet, [width for _, width in columns])
    for number, row in enumerate(rows, start=2):
        write_row(sheet, number, (value or None for value in row))
    sheet.auto_filter.ref = f"A1:{column_letter(len(columns))}{max(sheet.max_row, 2)}"


def _fit_to_page(sheet: Worksheet) -> None:
    """Print on landscape pages as wide as the sheet."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
