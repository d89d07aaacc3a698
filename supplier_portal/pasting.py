"""Rows copied from a spreadsheet: what was pasted becomes rows, or a sentence for each cell.

A spreadsheet puts cells on the clipboard with tabs between them and a line for each row; a cell
with line breaks stands in quotation marks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from question_bank.rules.kinds.rows import read_row
from question_bank.rules.questions import Asked, Part
from supplier_portal.workbook.entered import Entered, Held, Unfit
from supplier_portal.workbook.slots import Slot, slots_of, value_of

# A line of headings is taken for one if this share of its cells are headings of the table.
MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class Column:
    """One column to paste: a cell of the table, or one of the several a cell is made of."""

    asked: Asked
    slot: Slot

    @property
    def heading(self) -> str:
        label = self.asked.label
        return f"{label}: {self.slot.label}" if self.slot.label else label

    @property
    def how(self) -> str:
        needed = "" if self.asked.required else ", or nothing"
        return f"{self.slot.how}{needed}"


@dataclass(frozen=True, slots=True)
class WrongCell:
    """What is wrong with a cell; ``row`` counts pasted lines from 1, headings included."""

    row: int
    heading: str
    message: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a pasted text holds. ``lines`` says from which pasted line each row came."""

    rows: tuple[dict[str, Any], ...] = ()
    lines: tuple[int, ...] = ()
    wrong: tuple[WrongCell, ...] = ()
    # What went unused: columns the table does not have.
    unused: tuple[str, ...] = ()


def columns_of(part: Part) -> tuple[Column, ...]:
    """Return the columns in the order they are expected where no headings are pasted."""
    if part.schema is None:
        raise TypeError(f"{part.id} has no columns")
    return tuple(Column(asked, slot) for asked in part.schema.columns for slot in slots_of(asked))


def read_pasted(part: Part, text: str) -> Pasted:
    """Return the rows in ``text``, or what is wrong with it, cell by cell."""
    columns = columns_of(part)
    table = _table(text)
    if not table:
        return Pasted(wrong=(WrongCell(1, "", "Paste the rows copied from a spreadsheet"),))
    order, unused = _headings(table[0][1], columns)
    if order is None:
        order = list(columns)
    else:
        table = table[1:]
    rows, lines, wrong = [], [], []
    for line, cells in table:
        row, problems = _row(part, line, cells, order)
        wrong += problems
        if not problems:
            rows.append(row)
            lines.append(line)
    if not table:
        wrong.append(WrongCell(1, "", "Paste the rows too, not only the headings"))
    return Pasted(tuple(rows), tuple(lines), tuple(wrong), tuple(unused))


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that hold anything, each with its number from 1."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), dialect="excel-tab", strict=True)
        read = list(reader)
    except csv.Error:
        # Typed by hand, or by a program that puts no quotation marks: take them as they are.
        read = [line.split("\t") for line in text.splitlines()]
    return [
        (number, [cell.strip() for cell in cells])
        for number, cells in enumerate(read, start=1)
        if any(cell.strip() for cell in cells)
    ]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _headings(
    cells: Sequence[str], columns: Sequence[Column]
) -> tuple[list[Column | None] | None, list[str]]:
    """Return the column of each cell if the line is one of headings, and the headings unknown."""
    known = {_folded(column.heading): column for column in columns}
    found = [known.get(_folded(cell)) for cell in cells]
    if sum(column is not None for column in found) < max(1, MOSTLY * len(cells)):
        return None, []
    unused = [cell for cell, column in zip(cells, found, strict=True) if cell and column is None]
    return found, unused


def _row(
    part: Part, line: int, cells: Sequence[str], order: Sequence[Column | None]
) -> tuple[dict[str, Any], list[WrongCell]]:
    if any(cells[len(order) :]):
        message = f"There are {len(cells)} cells in this line and the table has {len(order)}"
        return {}, [WrongCell(line, "", message)]
    placed = [(column, cell) for column, cell in zip(order, cells, strict=False) if column]
    values, wrong = _values(line, placed)
    read = read_row(part, values, line)
    told = {column.asked.id for column, _cell in placed} - set(values)
    wrong += _wrong(part, line, [one for one in read.problems if one.column not in told])
    return ({}, wrong) if wrong else (dict(read.value), [])


def _values(
    line: int, placed: Sequence[tuple[Column, str]]
) -> tuple[dict[str, Any], list[WrongCell]]:
    """Return what the cells hold, by column; what no value can be made of is named instead."""
    values: dict[str, Any] = {}
    wrong: list[WrongCell] = []
    for asked in {column.asked.id: column.asked for column, _cell in placed}.values():
        mine = {
            column.slot.suffix: (column, cell) for column, cell in placed if column.asked is asked
        }
        given = {suffix: Entered(Held.TEXT, cell) for suffix, (_, cell) in mine.items() if cell}
        try:
            values[asked.id] = value_of(asked, given)
        except Unfit as unfit:
            heading = mine[unfit.suffix][0].heading if unfit.suffix in mine else asked.label
            wrong.append(WrongCell(line, heading, unfit.sentence))
    return values, wrong


def _wrong(part: Part, line: int, problems: Sequence[Any]) -> Iterator[WrongCell]:
    for problem in problems:
        column = part.schema.column(problem.column) if part.schema else None
        yield WrongCell(line, column.label if column else "", problem.message)


def near_heading(unused: str, columns: Sequence[Column]) -> str:
    """Return the heading that was probably meant; empty if none is near."""
    near = get_close_matches(unused, [column.heading for column in columns], n=1)
    return near[0] if near else ""
