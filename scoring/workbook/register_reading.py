"""Reads a register that came back: every risk and action, and a sentence for each wrong cell.

Columns are found by their headings, so that whoever moves or hides one loses nothing; a column that
is gone changes nothing. Only the register, its actions and the facts of the first sheet are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from foundation.cells import column_letter, fit_for_cell
from scoring.rules import action_import as actions
from scoring.rules.mark_import import Wrong
from scoring.rules.register_import import ACTION_NAMES, OWNER, Value, Written
from scoring.workbook.register_kinds import LISTED, LONGEST_REASON, RISKS, SheetKind
from scoring.workbook.register_layout import (
    ACTIONS,
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
    "The column “{}” is gone, so nobody can tell which {} is meant. Download the register again "
    "and copy your changes into it"
)
MOST_WRONG = 500
# The column that says for people which risk a row is about, and how much of it is repeated.
RISK, LONGEST_ID = "Risk", 10
# A heading stands in the first row; no register has more columns.
MOST_COLUMNS = 200


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
    by_title = {one.title: one for one in reversed(sheets)}
    if SHEET not in by_title:
        raise NotAWorkbook(NO_SHEET)
    readers = [_Reader(by_title[SHEET], RISKS)]
    if ACTIONS in by_title:
        readers.append(_Reader(by_title[ACTIONS], LISTED))
    for reader in readers:
        reader.read()
    written = tuple(one for reader in readers for one in reader.written)
    wrong = tuple(one for reader in readers for one in reader.wrong)
    return RegisterRead(tender, authority, kept, written, wrong[:MOST_WRONG])


def _facts(sheet: Sheet) -> dict[str, str]:
    found: dict[str, str] = {}
    for row, column in sorted(sheet.cells):
        if column == 1:
            found.setdefault(sheet.text(row, 1).strip(), sheet.text(row, 2).strip()[:500])
    return found


class _Reader:
    def __init__(self, sheet: Sheet, kind: SheetKind) -> None:
        self.sheet, self.kind = sheet, kind
        self.columns = _headings(sheet)
        self.written: list[Written] = []
        self.wrong: list[Wrong] = []
        self.seen: dict[str, int] = {}

    def read(self) -> None:
        for name in (REFERENCE, NUMBER):
            if name not in self.columns:
                if self.kind is LISTED and not self.columns.get(ACTION_NAMES[actions.STATE]):
                    # Nothing is listed, or the sheet was emptied: there is nothing to read.
                    return
                raise NotAWorkbook(NO_COLUMN.format(name, self.kind.thing))
        for row in sorted({row for row, _ in self.sheet.cells if row > 1}):
            token = self._text(row, REFERENCE)
            if not token:
                self._unknown(row)
            elif token == actions.AS_A_WHOLE and self.kind is LISTED:
                self._whole(row)
            elif token in self.seen:
                self._note(
                    row,
                    REFERENCE,
                    f"This {self.kind.thing} stands in row {self.seen[token]} already",
                )
            else:
                self.seen[token] = row
                self._row(row, token)

    def _unknown(self, row: int) -> None:
        named = (*self.kind.names.values(), *self.kind.also)
        if any(name in self.columns and self._cell(row, name) for name in named):
            self._note(row, REFERENCE, self.kind.unknown)

    def _whole(self, row: int) -> None:
        """Note where somebody changed what is done as a whole: it belongs to the risk."""
        if not self.columns.keys() >= set(self.kind.names.values()):
            return  # a column that is gone changes nothing
        said = []
        for name, heading in self.kind.names.items():
            entered = self._cell(row, heading)
            try:
                taken = day_in if name in self.kind.days else text_in
                said.append(fit_for_cell(taken(entered)) if entered else "")
            except Unfit as error:
                self._note(row, heading, error.sentence.replace("the answer", "the value"))
                return
        known = self._cell(row, NUMBER)
        if known is None or known.text.strip() != actions.fingerprint_of_whole(*said):
            self._note(
                row,
                ACTION_NAMES[actions.STATE],
                "This row is what is done about the risk as a whole. Change the owner and the day "
                f"in the sheet “{SHEET}”, or list single actions on the page of the risk",
            )

    def _row(self, row: int, token: str) -> None:
        before = len(self.wrong)
        number = self._number(row)
        values: dict[str, Value] = {}
        for name, heading in self.kind.names.items():
            if heading in self.columns:
                self._take(row, name, values)
        reason = self._reason(row)
        if len(self.wrong) == before and number is not None:
            places = {name: self._where(row, self.kind.names[name]) for name in values}
            said = self.kind.reason
            places[REASON] = self._where(row, said if said in self.columns else REFERENCE)
            places |= {name: self._where(row, name) for name in (REFERENCE, NUMBER)}
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
        heading = self.kind.names[name]
        entered = self._cell(row, heading)
        if entered is None:
            if name in self.kind.never_empty:
                self._note(row, heading, f"{heading} cannot be empty: choose one from the list")
            else:
                values[name] = "" if name in self.kind.texts else None
            return
        try:
            text = fit_for_cell(day_in(entered) if name in self.kind.days else text_in(entered))
            value = self.kind.taken[name](text)
        except Unfit as error:
            self._note(row, heading, error.sentence.replace("the answer", "the value"))
        except ValueError as error:
            self._note(row, heading, str(error))
        else:
            most = self.kind.texts.get(name, len(text))
            if len(text) > most:
                called = "the owner" if name == OWNER else f"“{heading}”"
                self._note(row, heading, f"Shorten {called} to {most:,} characters")
            values[name] = value

    def _reason(self, row: int) -> str:
        entered = self._cell(row, REASON) if self.kind.reason in self.columns else None
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
        return f"{column_letter(self.columns[heading])}{row}"

    def _note(self, row: int, heading: str, sentence: str) -> None:
        risk = self._text(row, RISK)[:LONGEST_ID] if RISK in self.columns else ""
        said = f"{risk}: {sentence}" if risk else sentence
        self.wrong.append(Wrong(self.sheet.title, self._where(row, heading), said))


def _headings(sheet: Sheet) -> dict[str, int]:
    """Return the column of each heading; the first counts where one stands twice."""
    found: dict[str, int] = {}
    for column in range(1, MOST_COLUMNS + 1):
        said = sheet.text(1, column).strip()
        if said:
            found.setdefault(said, column)
    return found
