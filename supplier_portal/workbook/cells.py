"""The cells of one sheet: text exactly as stored, numbers as people write them, dates as dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import IO, Any
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from supplier_portal.workbook.entered import Entered, Held, number_text

# A workbook of ours has some forty thousand elements, and twice that once a spreadsheet saved it.
MOST_ELEMENTS = 500_000
LAST_SERIAL = 2_000_000  # a day in the year 7375: beyond it no number is a date
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
# What stands quoted or in brackets in a format is no code for a date.
NOT_CODES = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
SHOWN = (
    ({*range(14, 18), 22, *range(27, 32), *range(50, 59), 34, 35, 36}, "date"),
    ({*range(18, 22), 32, 33, 45, 46, 47}, "time"),
    ({9, 10}, "percent"),
)


class TooManyCells(ValueError):
    """The file has far more cells than the questions need."""


def elements(member: IO[bytes], budget: Budget) -> Iterator[Element]:
    """Return each element as it ends; stop, as elements begin, before there are too many."""
    for event, element in iterparse(member, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            budget.spend()
        else:
            yield element


class Budget:
    """How many elements of XML may still be read: full or empty, each costs time."""

    def __init__(self, left: int = MOST_ELEMENTS) -> None:
        self.left = left

    def spend(self) -> None:
        """Take one off. Raises TooManyCells once nothing is left."""
        self.left -= 1
        if self.left < 0:
            raise TooManyCells


@dataclass
class Sheet:
    """One sheet: what its cells hold by (row, column), counted from 1; blank cells are absent."""

    title: str
    cells: dict[tuple[int, int], Entered] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)

    def text(self, row: int, column: int) -> str:
        """Return the text in a cell; empty for anything else."""
        found = self.cells.get((row, column))
        return found.text if found and found.held is Held.TEXT else ""


def tag_of(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def string_of(element: Element) -> str:
    """Return the text of a string without the pronunciation some spreadsheets add."""
    if tag_of(element) == "rPh":
        return ""
    if tag_of(element) == "t":
        return unescaped(element.text or "")
    return "".join(string_of(child) for child in element)


def unescaped(text: str) -> str:
    """Return ``text`` with what XML cannot hold put back: a spreadsheet writes _x000B_ for it."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def shown_as(number: int, code: str | None) -> Held:
    """Return what a number is shown as in a format, by its number or its code."""
    if code is None:
        return next((Held(name) for numbers, name in SHOWN if number in numbers), Held.NUMBER)
    bare = NOT_CODES.sub("", code).lower()
    if "%" in bare:
        return Held.PERCENT
    if set(bare) & {"d", "y"}:
        return Held.DATE
    return Held.TIME if set(bare) & {"h", "s"} else Held.NUMBER


class SheetReader:
    """Reads one sheet row by row, and stops before it holds more than it should."""

    def __init__(
        self, sheet: Sheet, strings: list[str], formats: list[Held], first_day: date, budget: Budget
    ) -> None:
        self.sheet = sheet
        self.strings = strings
        self.formats = formats
        self.first_day = first_day
        self.budget = budget
        self.row = 0

    def read(self, member: IO[bytes]) -> None:
        for element in elements(member, self.budget):
            tag = tag_of(element)
            if tag == "row":
                self._row(element)
                element.clear()
            elif tag == "mergeCell":
                self._merge(element.get("ref", ""))

    def _row(self, element: Element) -> None:
        self.row = int(element.get("r", self.row + 1))
        if element.get("hidden") in ("1", "true"):
            self.sheet.hidden_rows.add(self.row)
        column = 0
        for cell in element:
            if tag_of(cell) != "c":
                continue
            column = position(cell.get("r", ""))[1] or column + 1
            entered = self._entered(cell)
            if entered is None:
                continue
            self.sheet.cells[self.row, column] = entered

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        (top, left), (bottom, right) = position(first), position(last)
        if top and bottom:
            self.sheet.merged.append((top, left, bottom, right))

    def _entered(self, cell: Element) -> Entered | None:
        parts = {tag_of(child): child for child in cell}
        if "f" in parts:
            return Entered(Held.FORMULA, parts["f"].text or "")
        kind = cell.get("t", "n")
        written = string_of(parts["is"]) if "is" in parts else _written(parts.get("v"))
        if kind == "s" and written:
            written = self.strings[int(written)]
        elif kind == "str":
            written = unescaped(written)
        if not written.strip():
            return None
        held = {"b": Held.TRUTH, "e": Held.ERROR, "n": Held.NUMBER, "d": Held.DATE}
        kind_held = held.get(kind, Held.TEXT)
        if kind_held is Held.NUMBER:
            return self._number(cell, written)
        return Entered(kind_held, written[:10] if kind_held is Held.DATE else written)

    def _number(self, cell: Element, written: str) -> Entered:
        style = int(cell.get("s", "0"))
        shown = self.formats[style] if style < len(self.formats) else Held.NUMBER
        value = float(written)
        if shown is not Held.DATE or not 0 < value < LAST_SERIAL:
            return Entered(shown, number_text(written))
        if not value.is_integer():
            return Entered(Held.TIME, number_text(written))
        return Entered(Held.DATE, (self.first_day + timedelta(days=int(value))).isoformat())


def _written(element: Any) -> str:
    return (element.text or "") if element is not None else ""


def position(ref: str) -> tuple[int, int]:
    """Return (row, column) of a cell such as "E14"; (0, 0) for anything else."""
    match = CELL.fullmatch(ref.strip())
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column
