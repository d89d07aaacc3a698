"""Reads a register that came back: every risk in it, and a sentence for each cell that is wrong.

Columns are found by their headings, so that whoever moves or hides one loses nothing; a column that
is gone changes nothing. Only the sheet of the register and the facts of the first are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO

from openpyxl.utils import get_column_letter

from foundation.spreadsheets import fit_for_cell
from scoring.rules.mark_import import Wrong
from scoring.rules.register_import import (
    DUE,
    NAMES,
    OWNER,
    RESIDUAL,
    REVIEW,
    STATE,
    TARGET,
    TREATMENT,
    Value,
    Written,
    day_from,
    level_in,
    plain,
    state_in,
    treatment_in,
)
from scoring.workbook.register_layout import (
    AUTHORITY_LABEL,
    FINGERPRINT_LABEL,
    FORMAT,
    FORMAT_LABEL,
    KEPT_LABEL,
    NUMBER,
    REASON,
    REFERENCE,
    SHEET,
    TENDER_LABEL,
    fingerprint_of,
)
from supplier_portal.workbook import NotAWorkbook
from supplier_portal.workbook.cells import Sheet
from supplier_portal.workbook.entered import Entered, Held, Unfit, day_in, text_in
from supplier_portal.workbook.package import sheets_in

NOT_OURS = (
    "This is not a register of this service that may come back, or its first sheet was changed. "
    "Download the register again and copy your changes into it"
)
NO_SHEET = f"The sheet “{SHEET}” is gone. Download the register again and copy your changes into it"
NO_COLUMN = (
    "The column “{}” is gone, so nobody can tell which risk is meant. Download the register again "
    "and copy your changes into it"
)
MOST_WRONG = 500
# A heading stands in the first row; no register has more columns.
MOST_COLUMNS = 200
LONGEST_OWNER, LONGEST_REASON = 200, 4000

TAKEN: Mapping[str, Callable[[str], Value]] = {
    TREATMENT: treatment_in,
    STATE: state_in,
    DUE: day_from,
    REVIEW: day_from,
    **dict.fromkeys((*RESIDUAL, *TARGET), level_in),
    OWNER: plain,
}
DAYS = frozenset({DUE, REVIEW})
# What a row always has: an empty cell there is a mistake, not a wish.
NEVER_EMPTY = frozenset({TREATMENT, STATE})


@dataclass(frozen=True)
class RegisterRead:
    """What a file says, and for whom it was made; ``written`` holds nothing that is wrong."""

    tender: str
    authority: str
    kept: str
    written: tuple[Written, ...]
    wrong: tuple[Wrong, ...]


def read_register(stream: IO[bytes]) -> RegisterRead:
    """Return what the file says. Raises NotAWorkbook for one that is none of ours, and nothing else
    whatever it holds."""
    try:
        sheets = sheets_in(stream)
    except NotAWorkbook as error:
        # The package speaks of answers; there are none in a register.
        told = str(error).replace("the answers need", "a register holds")
        raise NotAWorkbook(told.replace("your answers", "your changes")) from None
    facts = _facts(sheets[0]) if sheets else {}
    tender, authority, kept = (
        facts.get(name, "") for name in (TENDER_LABEL, AUTHORITY_LABEL, KEPT_LABEL)
    )
    known = facts.get(FORMAT_LABEL) == FORMAT
    if not known or facts.get(FINGERPRINT_LABEL) != fingerprint_of(tender, authority, kept):
        raise NotAWorkbook(NOT_OURS)
    sheet = next((one for one in sheets if one.title == SHEET), None)
    if sheet is None:
        raise NotAWorkbook(NO_SHEET)
    reader = _Reader(sheet)
    reader.read()
    return RegisterRead(
        tender, authority, kept, tuple(reader.written), tuple(reader.wrong[:MOST_WRONG])
    )


def _facts(sheet: Sheet) -> dict[str, str]:
    found: dict[str, str] = {}
    for row, column in sorted(sheet.cells):
        if column == 1:
            found.setdefault(sheet.text(row, 1).strip(), sheet.text(row, 2).strip()[:500])
    return found


class _Reader:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.columns = _headings(sheet)
        self.written: list[Written] = []
        self.wrong: list[Wrong] = []
        self.seen: dict[str, int] = {}

    def read(self) -> None:
        for name in (REFERENCE, NUMBER):
            if name not in self.columns:
                raise NotAWorkbook(NO_COLUMN.format(name))
        for row in sorted({row for row, _ in self.sheet.cells if row > 1}):
            token = self._text(row, REFERENCE)
            if not token:
                self._unknown(row)
            elif token in self.seen:
                self._note(row, REFERENCE, f"This risk stands in row {self.seen[token]} already")
            else:
                self.seen[token] = row
                self._row(row, token)

    def _unknown(self, row: int) -> None:
        if any(self.columns.get(name) and self._cell(row, name) for name in NAMES.values()):
            self._note(
                row,
                REFERENCE,
                "There is no reference, so nobody can tell which risk this is. Add a risk on the "
                "page of its bid",
            )

    def _row(self, row: int, token: str) -> None:
        before = len(self.wrong)
        number = self._number(row)
        values: dict[str, Value] = {}
        for name, heading in NAMES.items():
            if heading in self.columns:
                self._take(row, name, values)
        reason = self._reason(row)
        if len(self.wrong) == before and number is not None:
            places = {name: self._where(row, NAMES[name]) for name in values}
            places[REASON] = self._where(row, REASON if REASON in self.columns else REFERENCE)
            self.written.append(
                Written(
                    token=token,
                    based_on=number,
                    values=values,
                    reason=reason,
                    sheet=self.sheet.title,
                    places=places,
                )
            )

    def _take(self, row: int, name: str, values: dict[str, Value]) -> None:
        """Put what a cell holds among the values, or note what is wrong with it."""
        heading = NAMES[name]
        entered = self._cell(row, heading)
        if entered is None:
            if name in NEVER_EMPTY:
                self._note(row, heading, f"{heading} cannot be empty: choose one from the list")
            else:
                values[name] = "" if name == OWNER else None
            return
        try:
            text = fit_for_cell(day_in(entered) if name in DAYS else text_in(entered))
            value = TAKEN[name](text)
        except Unfit as error:
            self._note(row, heading, error.sentence.replace("the answer", "the value"))
        except ValueError as error:
            self._note(row, heading, str(error))
        else:
            if name == OWNER and len(text) > LONGEST_OWNER:
                self._note(row, heading, f"Shorten the owner to {LONGEST_OWNER} characters")
            values[name] = value

    def _reason(self, row: int) -> str:
        entered = self._cell(row, REASON) if REASON in self.columns else None
        if entered is None:
            return ""
        try:
            text = fit_for_cell(text_in(entered)).strip()
        except Unfit as error:
            self._note(row, REASON, error.sentence.replace("the answer", "the reason"))
            return ""
        if len(text) > LONGEST_REASON:
            self._note(row, REASON, f"Shorten the reason to {LONGEST_REASON:,} characters")
        return text

    def _number(self, row: int) -> int | None:
        entered = self._cell(row, NUMBER)
        text = entered.text.strip() if entered and entered.held in (Held.TEXT, Held.NUMBER) else ""
        if text.isascii() and text.isdigit() and len(text) < 7:
            return int(text)
        self._note(
            row,
            NUMBER,
            "The version of this row was changed, so nobody can tell what you changed. Copy your "
            "changes into a register you download anew",
        )
        return None

    def _text(self, row: int, heading: str) -> str:
        entered = self._cell(row, heading)
        return entered.text.strip() if entered and entered.held is Held.TEXT else ""

    def _cell(self, row: int, heading: str) -> Entered | None:
        return self.sheet.cells.get((row, self.columns[heading]))

    def _where(self, row: int, heading: str) -> str:
        return f"{get_column_letter(self.columns[heading])}{row}"

    def _note(self, row: int, heading: str, sentence: str) -> None:
        self.wrong.append(Wrong(self.sheet.title, self._where(row, heading), sentence))


def _headings(sheet: Sheet) -> dict[str, int]:
    """Return the column of each heading; the first counts where one stands twice."""
    found: dict[str, int] = {}
    for column in range(1, MOST_COLUMNS + 1):
        said = sheet.text(1, column).strip()
        if said:
            found.setdefault(said, column)
    return found
