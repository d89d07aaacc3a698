"""Reads a marking workbook that came back: every entry in it, and a sentence for what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import IO, TypeVar

from foundation.cells import column_letter, fit_for_cell
from scoring.rules.mark_import import Written, Wrong, mark_in, points_in, points_said
from scoring.workbook.marks_layout import (
    BID,
    COMMENT,
    ENTRIES,
    ENTRY,
    FEEDBACK,
    FORMAT,
    MARK,
    MET,
    NAME,
    NUMBER,
    READ_ME,
    REASON,
    TEXT,
    UNMET,
    fingerprint_of,
)
from supplier_portal.workbook import NotAWorkbook
from supplier_portal.workbook.cells import Sheet
from supplier_portal.workbook.entered import Held, Unfit, text_in
from supplier_portal.workbook.package import sheets_in

NOT_OURS = (
    "This is not a marking workbook of this service, or its first sheet is gone. Download the "
    "workbook again and copy your marks into it"
)
DAMAGED = (
    "The first sheet of this workbook was changed, so nobody can tell whose it is. Download the "
    "workbook again and copy your marks into it"
)
AS_TEXT = "Write this as text: the spreadsheet holds a formula, a date or something else here"
MOST_WRONG = 500

Value = TypeVar("Value")


@dataclass(frozen=True)
class MarksRead:
    """What a workbook says, and for whom it was made; ``written`` holds nothing that is wrong."""

    tender: str
    person: str
    questionnaire: str
    written: tuple[Written, ...]
    wrong: tuple[Wrong, ...]


def read_marks(stream: IO[bytes], points: Mapping[str, frozenset[str]]) -> MarksRead:
    """Return what the workbook says; ``points``: the published points by question.

    Raises NotAWorkbook for a file that is none of ours, and nothing else whatever it holds.
    """
    sheets = sheets_in(stream)
    facts = _facts(sheets)
    if facts.get("format") != FORMAT:
        raise NotAWorkbook(NOT_OURS)
    tender, person, asked = (facts.get(key, "") for key in ("tender", "person", "questionnaire"))
    if facts.get("fingerprint") != fingerprint_of(tender, person, asked):
        raise NotAWorkbook(DAMAGED)
    reader = _Reader(points)
    for sheet in sheets:
        if sheet.text(1, NAME) == BID:
            reader.read(sheet)
        elif sheet.text(1, NAME) != READ_ME and sheet.cells:
            reader.note(sheet, "", "This sheet is not one of the workbook’s: it was not read")
    return MarksRead(tender, person, asked, tuple(reader.written), tuple(reader.wrong[:MOST_WRONG]))


def _facts(sheets: list[Sheet]) -> dict[str, str]:
    found: dict[str, str] = {}
    for sheet in sheets:
        if sheet.text(1, NAME) != READ_ME:
            continue
        for row, column in sorted(sheet.cells):
            if column == NAME:
                said = sheet.cells.get((row, TEXT))
                if said is not None and said.held in (Held.TEXT, Held.NUMBER):
                    found.setdefault(sheet.text(row, NAME), said.text.strip()[:500])
    return found


class _Reader:
    def __init__(self, points: Mapping[str, frozenset[str]]) -> None:
        self.points = points
        self.written: list[Written] = []
        self.wrong: list[Wrong] = []
        self.seen: set[tuple[str, str]] = set()

    def note(self, sheet: Sheet, cell: str, sentence: str) -> None:
        self.wrong.append(Wrong(sheet.title, cell, sentence))

    def read(self, sheet: Sheet) -> None:
        bid = sheet.text(1, NUMBER).strip()
        for question_id, rows in _rows_of(sheet).items():
            if question_id not in self.points:
                first = _cell(next(iter(rows.values())))
                self.note(sheet, first, "This question is not asked in this tender")
            elif (bid, question_id) in self.seen:
                self.note(
                    sheet, _cell(next(iter(rows.values()))), f"{question_id} stands here twice"
                )
            else:
                self.seen.add((bid, question_id))
                self._question(sheet, bid, question_id, rows)

    def _question(self, sheet: Sheet, bid: str, question_id: str, rows: Mapping[str, int]) -> None:
        before = len(self.wrong)
        known = self.points[question_id]
        mark = self._value(sheet, rows, MARK, mark_in)
        texts = {
            name: self._value(sheet, rows, name, str) or "" for name in (REASON, FEEDBACK, COMMENT)
        }
        met, unmet = (
            self._value(sheet, rows, name, lambda text: points_in(text, known)) or []
            for name in (MET, UNMET)
        )
        points: dict[str, bool] = {}
        try:
            points = points_said(met, unmet)
        except ValueError as error:
            self.note(sheet, _cell(rows[UNMET]), str(error))
        if len(self.wrong) == before:
            self.written.append(
                Written(
                    bid=bid,
                    question_id=question_id,
                    based_on=_number(sheet, rows.get(MARK, 0)),
                    sheet=sheet.title,
                    places={name: _cell(row) for name, row in rows.items()},
                    mark=mark,
                    points=points,
                    **texts,
                )
            )

    def _value(
        self, sheet: Sheet, rows: Mapping[str, int], name: str, taken: Callable[[str], Value]
    ) -> Value | None:
        """Return what a cell holds, or note what is wrong with it; None for an empty one."""
        entered = sheet.cells.get((rows[name], ENTRY)) if name in rows else None
        if entered is None:
            return None
        try:
            text = text_in(entered)
        except Unfit as error:
            too_long = entered.held in (Held.TEXT, Held.NUMBER)
            self.note(sheet, _cell(rows[name]), error.sentence if too_long else AS_TEXT)
            return None
        try:
            return taken(fit_for_cell(text)) if text.strip() else None
        except ValueError as error:
            self.note(sheet, _cell(rows[name]), str(error))
            return None


def _rows_of(sheet: Sheet) -> dict[str, dict[str, int]]:
    """Return by question the row of each entry; the first counts where one stands twice."""
    found: dict[str, dict[str, int]] = {}
    for row, column in sorted(sheet.cells):
        if column == NAME:
            question_id, _, name = sheet.text(row, NAME).strip().rpartition("|")
            if question_id and name in ENTRIES:
                found.setdefault(question_id, {}).setdefault(name, row)
    return found


def _number(sheet: Sheet, row: int) -> int:
    entered = sheet.cells.get((row, NUMBER))
    text = entered.text.strip() if entered and entered.held in (Held.TEXT, Held.NUMBER) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _cell(row: int) -> str:
    return f"{column_letter(ENTRY)}{row}"
