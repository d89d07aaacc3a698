"""The risk register as a workbook: a heat map, the register, the trace, the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from foundation.spreadsheets import set_widths
from scoring.rules.matrix import (
    IMPACT,
    LEVELS,
    LIKELIHOOD,
    Band,
    band,
)
from scoring.rules.register import (
    Rating,
    RegisterRow,
    RiskState,
    Treatment,
    band_counts,
    placed,
)
from scoring.rules.report import WorkbookAbout
from scoring.rules.results import Cause
from scoring.workbook.definitions import write_risk_definitions
from scoring.workbook.sheets import (
    BAND_FILLS,
    BAND_FONTS,
    BOLD,
    BOXED,
    CENTRED,
    Column,
    fill_band,
    finish,
    heading,
    listing,
    new_workbook,
    put,
    put_formula,
    small_table,
    write_summary,
)
from tenders.rules.questionnaire import Questionnaire

WHAT = (
    "The risks that the bids raise. Rules propose a risk from an answer, a failed check or a low "
    "mark; a named person accepts, edits or drops it. The sheet “Trace” leads from each risk back "
    "to the answers."
)
HEAT_MAP = "Heat map: risks of all bids together, before contract terms (dropped ones left out)"
SCORE, RESIDUAL_SCORE, TARGET_SCORE = "Inherent score", "Residual score", "Target score"
NARROW = 7
TURNED = Alignment(textRotation=90, vertical="bottom")
BAND, BREACH = "Inherent band", "Against appetite"


def register_workbook(
    about: WorkbookAbout,
    rows: Sequence[RegisterRow],
    questionnaire: Questionnaire,
    bids: Sequence[str] = (),
) -> bytes:
    """Return risk-register.xlsx: Summary, Register, Trace and Definitions.

    ``bids`` names every bid, so that one that raises no risk is counted too.
    """
    book = new_workbook(about)
    _write_summary(book, about, rows, bids)
    _write_register(book, rows)
    _write_trace(book, rows, questionnaire)
    write_risk_definitions(book)
    return finish(book, about)


def _write_summary(
    book: Workbook, about: WorkbookAbout, rows: Sequence[RegisterRow], named: Sequence[str]
) -> None:
    sheet = book.worksheets[0]
    row = write_summary(sheet, about, WHAT)
    heading(sheet, row, HEAT_MAP)
    row = _write_heat_map(sheet, row + 1, rows)
    heading(sheet, row, "Risks of each bid")
    bids = list(dict.fromkeys((*named, *(entry.bid for entry in rows))))
    counts = [_counts(bid, [entry for entry in rows if entry.bid == bid]) for bid in bids]
    headings = ("Supplier", "Very high", "High", "Medium", "Low", "Proposed", "Accepted", "Dropped")
    row = small_table(sheet, row + 1, headings, counts or [("No risk is raised",)])
    set_widths(sheet, (36, 18, 18, 18, 18, 18, 14, 14, 14))


def _counts(bid: str, rows: list[RegisterRow]) -> tuple[object, ...]:
    states = [row.state for row in rows]
    return (bid, *band_counts(rows).values(), *(states.count(state) for state in RiskState))


def _write_heat_map(sheet: Worksheet, row: int, rows: Sequence[RegisterRow]) -> int:
    counts = placed(rows)
    put(sheet, row, 1, "Likelihood down, impact across").font = BOLD
    sheet.row_dimensions[row].height = 20
    for impact in LEVELS:
        cell = put(sheet, row, impact + 1, f"{impact}  {IMPACT[impact].partition(':')[0]}")
        cell.font, cell.alignment, cell.border = BOLD, CENTRED, BOXED
    for likelihood in reversed(LEVELS):
        row += 1
        sheet.row_dimensions[row].height = 34
        put(sheet, row, 1, f"{likelihood}  {LIKELIHOOD[likelihood]}").font = BOLD
        for impact in LEVELS:
            level = band(likelihood * impact)
            count = counts[likelihood, impact]
            cell = put(sheet, row, impact + 1, f"{count or '–'}\n{level}")
            cell.alignment, cell.border = CENTRED, BOXED
            fill_band(cell, level)
    return row + 2


@dataclass(frozen=True)
class _Numbered:
    number: int
    row: RegisterRow


def _rated(rating: Rating | None, what: str) -> int | None:
    return getattr(rating, what) if rating is not None else None


def _findings(row: RegisterRow) -> str:
    """Return what the rules found, a line each; the answers themselves stand on the trace."""
    return "\n".join(dict.fromkeys(cause.says or cause.words for cause in row.causes))


# The order of domain practice: where it comes from, what it is, how bad, what is done, by whom.
# Columns without a value are for the people who keep the register.
COLUMNS = (
    Column("Id", 7, lambda e: e.number),
    Column("Risk", 7, lambda e: e.row.risk_id),
    Column("Title", 20, lambda e: e.row.title),
    Column("Supplier", 16, lambda e: e.row.bid),
    Column("Date raised", 12, lambda e: e.row.raised_on),
    Column("Source (rule)", 20, lambda e: e.row.rules),
    Column("Category", 12, lambda e: e.row.category),
    Column("Cause", 26, lambda e: e.row.cause),
    Column("Event", 24, lambda e: e.row.event),
    Column("Consequence", 24, lambda e: e.row.consequence),
    Column("What the bid says", 40, lambda e: _findings(e.row)),
    Column("Inherent likelihood", 6, lambda e: e.row.inherent.likelihood),
    Column("Inherent impact", 6, lambda e: e.row.inherent.impact),
    Column(SCORE, 6, lambda e: None),
    Column(BAND, 10, lambda e: None),
    Column(BREACH, 11, lambda e: None),
    Column("Treatment", 11, lambda e: e.row.treatment),
    Column("Actions", 28, lambda e: e.row.actions),
    Column("Action owner", 14, lambda e: None),
    Column("Due", 12, lambda e: e.row.due),
    Column("Contract clauses", 12, lambda e: ", ".join(e.row.clauses)),
    Column("Known risk", 8, lambda e: "no"),
    Column("Residual likelihood", 6, lambda e: _rated(e.row.residual, "likelihood")),
    Column("Residual impact", 6, lambda e: _rated(e.row.residual, "impact")),
    Column(RESIDUAL_SCORE, 6, lambda e: None),
    Column("Target likelihood", 6, lambda e: _rated(e.row.target, "likelihood")),
    Column("Target impact", 6, lambda e: _rated(e.row.target, "impact")),
    Column(TARGET_SCORE, 6, lambda e: None),
    Column("Risk owner", 14, lambda e: e.row.owner),
    Column("Status", 11, lambda e: e.row.state),
    Column("Review date", 12, lambda e: e.row.review_on),
    Column("Decided by", 14, lambda e: e.row.decided_by),
    Column("Decided on", 12, lambda e: e.row.decided_on),
    Column("Reason for the decision", 28, lambda e: e.row.why),
    Column("Reason for closing", 20, lambda e: None),
    Column("Change log", 24, lambda e: e.row.changes),
)
LETTERS = {
    column.heading: get_column_letter(number) for number, column in enumerate(COLUMNS, start=1)
}
SCORED = {
    SCORE: ("Inherent likelihood", "Inherent impact"),
    RESIDUAL_SCORE: ("Residual likelihood", "Residual impact"),
    TARGET_SCORE: ("Target likelihood", "Target impact"),
}


def _write_register(book: Workbook, rows: Sequence[RegisterRow]) -> None:
    entries = [_Numbered(number, row) for number, row in enumerate(rows, start=1)]
    sheet = listing(book, "Register", COLUMNS, entries)
    sheet.freeze_panes = "E2"  # what the risk is and whose, whatever is scrolled to
    sheet.print_title_cols = "A:D"
    sheet.row_dimensions[1].height = 130
    for number, column in enumerate(COLUMNS, start=1):
        if column.width < NARROW:
            sheet.cell(1, number).alignment = TURNED
    for number, row in enumerate(rows, start=2):
        _write_formulas(sheet, number, row)
    _guide_edits(sheet, max(2, len(rows) + 1))


def _write_formulas(sheet: Worksheet, number: int, row: RegisterRow) -> None:
    """Scores follow when somebody changes a rating: the only formulas of the workbook."""
    for name, (likelihood, impact) in SCORED.items():
        left, right = f"{LETTERS[likelihood]}{number}", f"{LETTERS[impact]}{number}"
        formula = f'=IF(AND(ISNUMBER({left}),ISNUMBER({right})),{left}*{right},"")'
        put_formula(sheet, number, _place(name), formula).border = BOXED
    score = f"{LETTERS[SCORE]}{number}"
    bands = f'=IF({score}<=4,"low",IF({score}<=9,"medium",IF({score}<=14,"high","very high")))'
    put_formula(sheet, number, _place(BAND), bands).border = BOXED
    breach = f'=IF({score}>{row.appetite},"above","within")'
    put_formula(sheet, number, _place(BREACH), breach).border = BOXED


def _place(name: str) -> int:
    return [column.heading for column in COLUMNS].index(name) + 1


def _guide_edits(sheet: Worksheet, last: int) -> None:
    """Offer the words and numbers that belong in a column, and colour the bands."""
    numbers = [str(level) for level in LEVELS]
    offered = {"Treatment": [str(entry) for entry in Treatment]}
    offered["Status"] = [str(state) for state in RiskState]
    offered |= {name: numbers for name in LETTERS if name.endswith(("likelihood", "impact"))}
    for name, allowed in offered.items():
        rule = DataValidation(type="list", formula1=f'"{",".join(allowed)}"', allow_blank=True)
        rule.add(f"{LETTERS[name]}2:{LETTERS[name]}{last}")
        sheet.add_data_validation(rule)
    column = LETTERS[BAND]
    for level in Band:
        colour = BAND_FILLS[level].fgColor.rgb
        # A conditional fill is told by its background, an ordinary one by its foreground.
        look = DifferentialStyle(font=BAND_FONTS.get(level), fill=PatternFill(bgColor=colour))
        when = Rule(type="expression", dxf=look, formula=[f'${column}2="{level}"'])
        sheet.conditional_formatting.add(f"{column}2:{column}{last}", when)


def _write_trace(book: Workbook, rows: Sequence[RegisterRow], questionnaire: Questionnaire) -> None:
    entries = [
        (number, row, cause) for number, row in enumerate(rows, start=1) for cause in row.causes
    ]
    columns = (
        Column("Id", 7, lambda e: e[0]),
        Column("Supplier", 22, lambda e: e[1].bid),
        Column("Risk", 8, lambda e: e[1].risk_id),
        Column("Title of the risk", 32, lambda e: e[1].title),
        Column("Rule", 30, lambda e: e[2].rule),
        Column("Severity", 11, lambda e: e[2].severity),
        Column("What the rule says", 42, lambda e: e[2].says),
        Column("Because (the answers in words)", 56, lambda e: e[2].words),
        Column("Answers read", 46, lambda e: _sources(e[2], questionnaire)),
        Column("Question bank", 14, lambda e: e[1].bank_version),
    )
    sheet = listing(book, "Trace", columns, entries)
    sheet.freeze_panes = "C2"


def _sources(cause: Cause, questionnaire: Questionnaire) -> str:
    """Return the id and label of everything the rule read, a line each."""
    named = []
    for source in cause.sources:
        part, asked = questionnaire.parts.get(source), questionnaire.question(source)
        label = part.label if part else asked.question.title if asked else ""
        named.append(f"{source} {label}".strip())
    return "\n".join(named)
