"""The sheet of a register with a row for each risk: to be read, sorted, printed and edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from foundation import clock
from foundation.cells import column_letter
from scoring.rules.matrix import LEVELS, Band
from scoring.rules.ratings import Rating
from scoring.rules.register import RegisterRow, RiskState, Treatment
from scoring.rules.register_report import RegisterMore
from scoring.workbook.listed import Column, Formula
from scoring.workbook.register_layout import (
    DUE,
    EDITED,
    NUMBER,
    OWNER,
    REASON,
    REFERENCE,
    RESIDUAL_IMPACT,
    RESIDUAL_LIKELIHOOD,
    REVIEW,
    SHEET,
    STATUS,
    TARGET_IMPACT,
    TARGET_LIKELIHOOD,
    TREATMENT,
)
from scoring.workbook.sheets import (
    BAND_FILLS,
    BAND_FONTS,
    TO_EDIT,
    list_of,
    listing,
)

SCORE, RESIDUAL_SCORE, TARGET_SCORE = "Inherent score", "Residual score", "Target score"
BAND, BREACH = "Inherent band", "Appetite now"
NARROW = 7
TURNED = Alignment(textRotation=90, vertical="bottom")


@dataclass(frozen=True)
class _Entry:
    number: int
    row: RegisterRow
    more: RegisterMore

    @property
    def version(self) -> int | None:
        upload = self.more.upload
        return upload.numbers.get(self.row.token) if upload else None

    def cell(self, heading: str) -> str:
        """Return the address of the cell of this risk in the column with that heading."""
        return f"{LETTERS[heading]}{self.number + 1}"


def _rated(rating: Rating | None, what: str) -> int | None:
    return getattr(rating, what) if rating is not None else None


def _findings(row: RegisterRow) -> str:
    """Return what the rules found, a line each; the answers themselves stand on the trace."""
    return "\n".join(dict.fromkeys(cause.says or cause.words for cause in row.causes))


def _owners(row: RegisterRow) -> str:
    return "\n".join(dict.fromkeys(one.owner for one in row.listed_actions if one.owner))


def _controls(row: RegisterRow) -> str:
    """Return what holds a risk down, a line each, with the clause that makes it binding."""
    return "\n".join(
        f"{one.words} ({f'clause {one.clause_id}' if one.clause_id else 'in place'})"
        for one in row.controls
        if not one.is_taken_out
    )


def _borne(row: RegisterRow) -> str:
    """Return who accepted the risk above the appetite, as what and until when, as last said."""
    last = row.acceptance
    if last is None:
        return ""
    if not last.accepted or last.until is None:
        return f"Taken back by {last.by}, {clock.show_date(last.on)}"
    role = last.role.replace("-", " ")
    return f"{last.by} as {role}, {last.rating.score}, until {clock.show_date(last.until)}"


def _last_changes(row: RegisterRow) -> str:
    """Return the last of what was decided, a line each: a long history makes a row of a page."""
    earlier = len(row.history) - LAST_CHANGES
    lines = [f"{earlier} more on the sheet Change log"] if earlier > 0 else []
    return "\n".join([*lines, *(change.line for change in row.history[-LAST_CHANGES:])])


def _closed_because(row: RegisterRow) -> str:
    return row.why if row.state is RiskState.CLOSED else ""


# How many changes stand in the row of a risk; all are on a sheet of their own.
LAST_CHANGES = 2

# The order of domain practice: where it comes from, what it is, how bad, what is done, by whom.
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
    Column(SCORE, 6, lambda e: _product(e, "Inherent likelihood", "Inherent impact")),
    Column(BAND, 10, lambda e: _band(e)),
    Column(BREACH, 11, lambda e: _breach(e)),
    Column("Strength of knowledge", 20, lambda e: e.row.strength_of_knowledge),
    Column(TREATMENT, 11, lambda e: e.row.treatment),
    Column("Actions", 28, lambda e: e.row.actions),
    Column("Action owner", 14, lambda e: _owners(e.row)),
    Column(DUE, 12, lambda e: e.row.due),
    Column("Contract clauses", 12, lambda e: ", ".join(e.row.clauses)),
    Column("What holds it down", 24, lambda e: _controls(e.row)),
    Column("Known risk", 8, lambda e: "no"),
    Column(RESIDUAL_LIKELIHOOD, 6, lambda e: _rated(e.row.residual, "likelihood")),
    Column(RESIDUAL_IMPACT, 6, lambda e: _rated(e.row.residual, "impact")),
    Column(RESIDUAL_SCORE, 6, lambda e: _product(e, RESIDUAL_LIKELIHOOD, RESIDUAL_IMPACT)),
    Column("Accepted by name", 18, lambda e: _borne(e.row)),
    Column(TARGET_LIKELIHOOD, 6, lambda e: _rated(e.row.target, "likelihood")),
    Column(TARGET_IMPACT, 6, lambda e: _rated(e.row.target, "impact")),
    Column(TARGET_SCORE, 6, lambda e: _product(e, TARGET_LIKELIHOOD, TARGET_IMPACT)),
    Column(OWNER, 14, lambda e: e.row.owner),
    Column(STATUS, 11, lambda e: e.row.state),
    Column(REVIEW, 12, lambda e: e.row.review_on),
    Column("Decided by", 14, lambda e: e.row.decided_by),
    Column("Decided on", 12, lambda e: e.row.decided_on),
    Column("Reason for the decision", 28, lambda e: e.row.why),
    Column("Reason for closing", 20, lambda e: _closed_because(e.row)),
    Column("Last changes", 40, lambda e: _last_changes(e.row)),
)
# Only in a file that may come back: why somebody changed a row, and which row it is.
TO_COME_BACK = (
    Column(REASON, 26, lambda e: None),
    Column(REFERENCE, 12, lambda e: e.row.token),
    Column(NUMBER, 6, lambda e: e.version),
)
LETTERS = {
    column.heading: column_letter(number)
    for number, column in enumerate((*COLUMNS, *TO_COME_BACK), start=1)
}


def write_register(book: Workbook, rows: Sequence[RegisterRow], more: RegisterMore) -> None:
    columns = COLUMNS if more.upload is None else tuple(map(_to_edit, (*COLUMNS, *TO_COME_BACK)))
    entries = [_Entry(number, row, more) for number, row in enumerate(rows, start=1)]
    sheet = listing(book, SHEET, columns, entries)
    sheet.freeze_panes = "E2"  # what the risk is and whose, whatever is scrolled to
    sheet.print_title_cols = "A:D"
    sheet.row_dimensions[1].height = 130
    for number, column in enumerate(columns, start=1):
        if column.width < NARROW:
            sheet.cell(1, number).alignment = TURNED
    _guide_edits(sheet, max(2, len(rows) + 1))


def _to_edit(column: Column) -> Column:
    return replace(column, fill=lambda e: TO_EDIT) if column.heading in EDITED else column


def _product(entry: _Entry, likelihood: str, impact: str) -> Formula:
    """Scores follow when somebody changes a rating: the only formulas of the workbook."""
    left, right = entry.cell(likelihood), entry.cell(impact)
    return Formula(f'=IF(AND(ISNUMBER({left}),ISNUMBER({right})),{left}*{right},"")')


def _band(entry: _Entry) -> Formula:
    score = entry.cell(SCORE)
    low, medium, high = entry.row.scale.ends
    return Formula(
        f'=IF({score}<={low},"low",IF({score}<={medium},"medium",'
        f'IF({score}<={high},"high","very high")))'
    )


def _breach(entry: _Entry) -> Formula:
    # As it stands now: what is left where that is rated, else as it was before contract terms.
    left = entry.cell(RESIDUAL_SCORE)
    now = f"IF(ISNUMBER({left}),{left},{entry.cell(SCORE)})"
    return Formula(f'=IF({now}>{entry.row.appetite},"above","within")')


def _guide_edits(sheet: Worksheet, last: int) -> None:
    """Offer the words and numbers that belong in a column, and colour the bands."""
    numbers = [str(level) for level in LEVELS]
    offered = {TREATMENT: [str(entry) for entry in Treatment]}
    offered[STATUS] = [str(state) for state in RiskState]
    offered |= {name: numbers for name in LETTERS if name.endswith(("likelihood", "impact"))}
    for name, allowed in offered.items():
        rule = list_of(name, allowed)
        rule.add(f"{LETTERS[name]}2:{LETTERS[name]}{last}")
        sheet.add_data_validation(rule)
    column = LETTERS[BAND]
    for level in Band:
        colour = BAND_FILLS[level].fgColor.rgb
        # A conditional fill is told by its background, an ordinary one by its foreground.
        look = DifferentialStyle(font=BAND_FONTS.get(level), fill=PatternFill(bgColor=colour))
        when = Rule(type="expression", dxf=look, formula=[f'${column}2="{level}"'])
        sheet.conditional_formatting.add(f"{column}2:{column}{last}", when)
