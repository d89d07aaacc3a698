"""The controls of the frameworks in each bid: evidenced, promised or missing, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from openpyxl import Workbook
from openpyxl.styles import PatternFill

from foundation.spreadsheets import set_widths
from scoring.rules.controls import (
    ControlStanding,
    FrameworkStanding,
    QuestionStanding,
    Standing,
)
from scoring.rules.report import WorkbookAbout
from scoring.workbook.listed import Column
from scoring.workbook.sheets import (
    finish,
    heading,
    listing,
    new_workbook,
    small_table,
    write_summary,
)

WHAT = (
    "How each control of the frameworks that the questions test stands in each bid: evidenced, "
    "promised or missing, by rules over the answers, the evidence with them and the marks given. "
    "It decides nothing: marks and risks do."
)
FILLS: Mapping[str, PatternFill] = {
    Standing.EVIDENCED: PatternFill("solid", fgColor="CFE4D6"),
    Standing.PROMISED: PatternFill("solid", fgColor="FFF2B3"),
    Standing.MISSING: PatternFill("solid", fgColor="F3C6C6"),
}
WORDS = (
    (
        "Evidenced",
        "At least one question that tests the control is answered at level 3 or more, with a file, "
        "a certificate in date or a recorded test and without a red flag, and none is missing.",
    ),
    ("Promised", "Answered, without evidence or only in part; see the reasons."),
    (
        "Missing",
        "Each question that tests the control is unanswered, proposed to fail, or at level 0 or 1.",
    ),
    ("Not asked of this bid", "The bidder's other answers hide every part of the questions."),
    ("Level", "The mark once there is one; until then the level the structured answers suggest."),
)


@dataclass(frozen=True, slots=True)
class BidInWorkbook:
    name: str
    frameworks: tuple[FrameworkStanding, ...]


Line = tuple[str, FrameworkStanding, ControlStanding, QuestionStanding]


def controls_workbook(about: WorkbookAbout, bids: Sequence[BidInWorkbook]) -> bytes:
    """Return controls.xlsx for the bids in the order given."""
    book = new_workbook(about)
    _write_summary(book, about, bids)
    _write_compared(book, bids)
    _write_reasons(book, bids)
    return finish(book, about)


def _write_summary(book: Workbook, about: WorkbookAbout, bids: Sequence[BidInWorkbook]) -> None:
    sheet = book.worksheets[0]
    row = write_summary(sheet, about, WHAT)
    heading(sheet, row, "Controls tested, by bid and framework")
    shown = (Standing.EVIDENCED, Standing.PROMISED, Standing.MISSING)
    headings = ("Supplier", "Framework", "Tested", *(str(s).capitalize() for s in shown))
    lines = [
        (bid.name, f.framework.title, len(f.controls), *(f.count(standing) for standing in shown))
        for bid in bids
        for f in bid.frameworks
    ]
    row = small_table(sheet, row + 1, headings, lines)
    heading(sheet, row, "Words")
    small_table(sheet, row + 1, ("Word", "Meaning"), WORDS)
    set_widths(sheet, (30, 60, 12, 12, 12, 12))


def _write_compared(book: Workbook, bids: Sequence[BidInWorkbook]) -> None:
    """Controls down, bids across."""
    entries = (
        [(f, number) for f in bids[0].frameworks for number in range(len(f.controls))]
        if bids
        else []
    )

    columns = (
        Column("Framework", 40, lambda e: e[0].framework.title),
        Column("Control", 11, lambda e: e[0].controls[e[1]].control.id),
        Column("What it is", 40, lambda e: e[0].controls[e[1]].control.title),
        Column("Tested by", 26, lambda e: _questions(e[0].controls[e[1]])),
        *(Column(bid.name, 18, partial(_standing, bid), partial(_fill, bid)) for bid in bids),
    )
    listing(book, "Compared", columns, entries).freeze_panes = "C2"


def _standing(bid: BidInWorkbook, entry: tuple[FrameworkStanding, int]) -> str:
    found = next(f for f in bid.frameworks if f.framework.id == entry[0].framework.id)
    return str(found.controls[entry[1]].standing)


def _fill(bid: BidInWorkbook, entry: tuple[FrameworkStanding, int]) -> PatternFill | None:
    return FILLS.get(_standing(bid, entry))


def _questions(entry: ControlStanding) -> str:
    return ", ".join(question.question_id for question in entry.questions)


def _write_reasons(book: Workbook, bids: Sequence[BidInWorkbook]) -> None:
    columns = (
        Column("Supplier", 24, lambda e: e[0]),
        Column("Framework", 34, lambda e: e[1].framework.title),
        Column("Control", 10, lambda e: e[2].control.id),
        Column("Control stands", 14, lambda e: str(e[2].standing)),
        Column("Question", 11, lambda e: e[3].question_id),
        Column("Title", 30, lambda e: e[3].title),
        Column("Question stands", 14, lambda e: str(e[3].standing)),
        Column("Because", 70, lambda e: "\n".join(e[3].reasons)),
        Column("Evidence", 50, lambda e: "\n".join(e[3].evidence)),
    )
    listing(book, "Reasons", columns, list(_lines(bids))).freeze_panes = "D2"


def _lines(bids: Sequence[BidInWorkbook]) -> Iterator[Line]:
    for bid in bids:
        for framework in bid.frameworks:
            for control in framework.controls:
                for question in control.questions:
                    yield bid.name, framework, control, question
