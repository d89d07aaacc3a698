"""The risk register as a workbook: a heat map, the register, and where each risk comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from openpyxl.worksheet.worksheet import Worksheet

from foundation import clock
from foundation.spreadsheets import set_widths
from scoring.rules.heat_map import word_of
from scoring.rules.matrix import LEVELS, Scale, heat_map
from scoring.rules.ratings import Rating
from scoring.rules.register import (
    ActionState,
    RegisterRow,
    RiskState,
    band_counts,
    placed,
)
from scoring.rules.register_filters import is_above, is_borne_by_nobody, is_overdue, now
from scoring.rules.register_report import RegisterMore
from scoring.rules.report import WorkbookAbout
from scoring.workbook.definitions import write_risk_definitions
from scoring.workbook.register_layout import facts_of
from scoring.workbook.register_rows import write_register
from scoring.workbook.register_sheets import (
    write_actions,
    write_changes,
    write_clauses,
    write_evidence,
    write_rules,
    write_trace,
)
from scoring.workbook.sheets import (
    BOLD,
    BOXED,
    CENTRED,
    boxed,
    dress,
    fill_band,
    finish,
    heading,
    new_workbook,
    put,
    small_table,
    write_summary,
)
from tenders.rules.questionnaire import Questionnaire

WHAT = (
    "The risks that the bids raise. Rules propose a risk from an answer, a failed check or a low "
    "mark; a named person accepts, edits or drops it. The sheet “Trace” leads from each risk back "
    "to the answers, “Clause trace” on to the contract."
)
BEFORE = (
    "Heat map: risks of all bids together, before contract terms (those dropped, merged or closed "
    "left out)"
)
AFTER = (
    "Heat map: what is left after contract terms (those not rated yet, dropped, merged or closed "
    "left out)"
)
EACH_BEFORE = "Risks of each bid, before contract terms"
EACH_NOW = (
    "Risks of each bid, as they stand now (what is left after contract terms where it is rated, "
    "otherwise as before)"
)
HOW_TO_EDIT = (
    "In the sheet “Register” change the yellow cells alone: treatment, owner, dates, status, what "
    "is left and target, and say why in “Reason for the change”. In the sheet “Actions” change who "
    "does it, the day, the state and what was said. Then upload the file on the page "
    "“Edit in a spreadsheet” of the register: it shows what would change before anything does."
)
LIKELIHOOD_DOWN = "Likelihood down, impact across"


def register_workbook(
    about: WorkbookAbout,
    rows: Sequence[RegisterRow],
    questionnaire: Questionnaire,
    bids: Sequence[str] = (),
    more: RegisterMore | None = None,
) -> bytes:
    """Return risk-register.xlsx: what it is and counts, the register, and the sheets behind it.

    ``bids`` names every bid, so that one that raises no risk is counted too.
    """
    more, book = more or RegisterMore(), new_workbook(about)
    today = clock.london(about.made_at).date()
    _Summary(book.worksheets[0], about, rows, more).write(bids)
    write_register(book, rows, more)
    write_actions(book, rows, today, comes_back=more.upload is not None)
    write_clauses(book, rows, more)
    write_evidence(book, rows, more.lasting, today)
    write_trace(book, rows, questionnaire)
    write_rules(book, rows)
    write_risk_definitions(book, more.scale)
    write_changes(book, rows)
    return finish(book, about)


class _Summary:
    """Writes the first sheet."""

    def __init__(
        self,
        sheet: Worksheet,
        about: WorkbookAbout,
        rows: Sequence[RegisterRow],
        more: RegisterMore,
    ) -> None:
        self.sheet, self.about, self.rows, self.more = sheet, about, rows, more
        self.today = clock.london(about.made_at).date()

    def write(self, named: Sequence[str]) -> None:
        sheet = self.sheet
        row = write_summary(sheet, self.about, WHAT)
        heading(sheet, row, BEFORE)
        row = write_heat_map(sheet, row + 1, placed(self.rows), self.more.scale)
        heading(sheet, row, AFTER)
        row = write_heat_map(sheet, row + 1, self._left(), self.more.scale)
        bids = list(dict.fromkeys((*named, *(entry.bid for entry in self.rows))))
        for title, rated in ((EACH_BEFORE, _before), (EACH_NOW, now)):
            heading(sheet, row, title)
            counts = [self._counts(bid, rated) for bid in bids]
            row = small_table(sheet, row + 1, HEADINGS, counts or [("No risk is raised",)])
        heading(sheet, row, "What needs somebody")
        row = small_table(sheet, row + 1, ("What", "How many"), self._needing())
        if self.more.upload is not None:
            self._write_upload(row)
        set_widths(sheet, (36, 18, 18, 18, 18, 18, 14, 14, 14, 14, 14, 14))

    def _left(self) -> Mapping[tuple[int, int], int]:
        left = (row.residual for row in self.rows if row.stands)
        return heat_map((one.likelihood, one.impact) for one in left if one is not None)

    def _counts(self, bid: str, rated: Callable[[RegisterRow], Rating]) -> tuple[object, ...]:
        rows = [row for row in self.rows if row.bid == bid]
        states = [row.state for row in rows]
        bands = band_counts(rated(row) for row in rows if row.stands)
        return (bid, *bands.values(), *(states.count(state) for state in RiskState))

    def _needing(self) -> list[tuple[str, int]]:
        today = self.today
        counted: tuple[tuple[str, Callable[[RegisterRow], bool]], ...] = (
            ("Risks to decide", lambda row: row.state is RiskState.PROPOSED),
            ("Not rated after contract terms", lambda row: row.stands and row.residual is None),
            ("Graver now than the appetite for their category", is_above),
            (
                "Above the appetite, and accepted by nobody",
                lambda row: is_borne_by_nobody(row, today),
            ),
            ("Without an owner", lambda row: row.stands and not row.owner),
            ("Something is overdue", lambda row: is_overdue(row, today)),
        )
        found = [(words, sum(test(row) for row in self.rows)) for words, test in counted]
        listed = [one for row in self.rows for one in row.listed_actions]
        left = sum(one.state is ActionState.OPEN for one in listed)
        return [*found, ("Actions that are open", left)]

    def _write_upload(self, row: int) -> None:
        if self.more.upload is None:
            return
        heading(self.sheet, row, "Editing this file")
        cell = put(self.sheet, row + 1, 1, HOW_TO_EDIT)
        self.sheet.merge_cells(start_row=row + 1, start_column=1, end_row=row + 1, end_column=9)
        self.sheet.row_dimensions[row + 1].height = 36
        cell.border = BOXED
        heading(self.sheet, row + 3, "For the program that reads this file")
        for number, (label, value) in enumerate(facts_of(self.more.upload), start=row + 4):
            boxed(put(self.sheet, number, 1, label))
            put(self.sheet, number, 2, value)
            self.sheet.merge_cells(start_row=number, start_column=2, end_row=number, end_column=6)


def _before(row: RegisterRow) -> Rating:
    return row.inherent


HEADINGS = (
    "Supplier",
    "Very high",
    "High",
    "Medium",
    "Low",
    *(str(state).capitalize() for state in RiskState),
)


def write_heat_map(
    sheet: Worksheet, row: int, counts: Mapping[tuple[int, int], int], scale: Scale
) -> int:
    """Write the cells with their counts and bands in words. Return the row after them."""
    put(sheet, row, 1, LIKELIHOOD_DOWN).font = BOLD
    sheet.row_dimensions[row].height = 20
    for impact in LEVELS:
        cell = put(sheet, row, impact + 1, word_of(scale.impact_words, impact))
        dress(cell, BOLD, CENTRED, BOXED)
    for likelihood in reversed(LEVELS):
        row += 1
        sheet.row_dimensions[row].height = 34
        words = f"{likelihood}  {scale.likelihood_words[likelihood]}"
        put(sheet, row, 1, words).font = BOLD
        for impact in LEVELS:
            level = scale.band(likelihood * impact)
            count = counts[likelihood, impact]
            cell = put(sheet, row, impact + 1, f"{count or '–'}\n{level}")
            dress(cell, CENTRED, BOXED)
            fill_band(cell, level)
    return row + 2
