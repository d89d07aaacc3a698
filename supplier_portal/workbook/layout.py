"""What writing and reading agree on: the names of cells, and which cells make up an answer.

Each cell to fill in has its name beside it in a hidden column (in a table: above it in a hidden
row), so a row inserted, a column moved or a sheet renamed loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import ROWED, Asked, Kind, Part
from supplier_portal.workbook.entered import LONGEST_CELL, Entered, Unfit, size_in_cell
from supplier_portal.workbook.slots import NOTHING, YES, Slot, slots_of, texts_of, value_of

FORMAT = "supplier-assurance-workbook/1"
# What stands in the first cell of each kind of sheet.
READ_ME, QUESTIONS, TABLE, LISTS = (
    f"{FORMAT} {name}" for name in ("read me", "questions", "table", "lists")
)
# Before the name of an answer that a cell cannot hold, so that it stays as it is.
HELD_BACK = "kept online: "

# Columns of a sheet of questions.
NAME, PART, ASK, HOW, ANSWER, COUNT, VERSION = range(1, 8)
# Rows of a table's sheet: the hidden one with names, then the headings, then what is asked.
TABLE_NAMES, TABLE_HEADINGS, TABLE_HOW, FIRST_ROW = 3, 4, 5, 6
# The first column is hidden: it names the table, its version, and the rows that are given.
KEY, TITLE, FIRST_COLUMN = 1, 2, 3

# What the first sheet says for the program that reads it, beside a name in its hidden column.
FACTS = ("format", "fingerprint", "pack", "bank_version", "tender", "bid")
SUPPLIER_KEYS = ("name", "company_number", "address")


@dataclass(frozen=True)
class About:
    """Which tender the workbook is for, whose it is, and when it was made, in words."""

    title: str
    reference: str
    authority: str
    closing: str
    made: str
    fingerprint: str
    tender: str
    bid: str = ""
    supplier: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of an answer: its name in the workbook, and the column of a record it belongs to."""

    name: str
    slot: Slot
    column: Asked | None = None

    @property
    def label(self) -> str:
        if self.column is None:
            return self.slot.label
        return f"{self.column.label}: {self.slot.label}" if self.slot.label else self.column.label


NOTHING_SLOT = Slot(NOTHING, "Is there nothing to list?", "Choose Yes if so", (YES,))


def places_of(part: Part) -> tuple[Place, ...]:
    """Return the cells of a part on the sheet of its section; a file has none."""
    if part.kind is Kind.TABLE:
        return () if part.fixed_rows else (Place(f"{part.id}:{NOTHING}", NOTHING_SLOT),)
    if part.kind in ROWED:
        return tuple(row_places(part, prefix=f"{part.id}:"))
    return tuple(
        Place(f"{part.id}:{slot.suffix}" if slot.suffix else part.id, slot)
        for slot in slots_of(part)
    )


def row_places(part: Part, *, prefix: str = "") -> Iterator[Place]:
    """Return the cells of one row of a table, or of a record, in the order of its columns."""
    for column in columns_of(part):
        for slot in slots_of(column):
            name = f"{column.id}:{slot.suffix}" if slot.suffix else column.id
            yield Place(prefix + name, slot, column)


def table_places(part: Part) -> list[Place]:
    """Return the cells of a row; of a given row all but its name."""
    given = key_column(part) if part.fixed_rows else None
    return [
        place for place in row_places(part) if place.column is not None and place.column.id != given
    ]


def columns_of(part: Part) -> tuple[Asked, ...]:
    return part.schema.columns if part.schema else ()


def key_column(part: Part) -> str:
    """Return the column that names a given row."""
    return columns_of(part)[0].id


def texts_by_name(part: Part, value: Any) -> dict[str, str]:
    """Return what stands in each cell of a part that is not a table."""
    if part.kind is Kind.TABLE:
        return {f"{part.id}:{NOTHING}": YES} if value == [] else {}
    if part.kind in ROWED:
        row = row_texts(part, value or {})
        return {f"{part.id}:{name}": text for name, text in row.items()}
    return {
        f"{part.id}:{suffix}" if suffix else part.id: text
        for suffix, text in texts_of(part, value).items()
    }


def row_texts(part: Part, row: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{column.id}:{suffix}" if suffix else column.id: text
        for column in columns_of(part)
        for suffix, text in texts_of(column, row.get(column.id)).items()
    }


def fits(part: Part, value: Any) -> bool:
    """Return whether cells can hold the answer; the service can hold longer ones."""
    if part.kind is Kind.TABLE:
        texts = [text for row in value or () for text in row_texts(part, row).values()]
    else:
        texts = list(texts_by_name(part, value).values())
    return all(size_in_cell(text) <= LONGEST_CELL for text in texts)


def part_value(part: Part, found: Mapping[str, Entered]) -> Any:
    """Return the value that the named cells of a part hold. Raises Unfit with the cell's name."""
    if part.kind in ROWED:
        prefix = f"{part.id}:"
        return row_value(part, {name.removeprefix(prefix): held for name, held in found.items()})
    cells = {
        place.slot.suffix: found[place.name] for place in places_of(part) if place.name in found
    }
    try:
        return value_of(part, cells)
    except Unfit as wrong:
        raise Unfit(
            f"{part.id}:{wrong.suffix}" if wrong.suffix else part.id, wrong.sentence
        ) from None


def row_value(part: Part, found: Mapping[str, Entered]) -> dict[str, Any]:
    """Return the row that the named cells hold; what is empty is left out. Raises Unfit."""
    row = {}
    for column in columns_of(part):
        cells = {
            slot.suffix: found[name]
            for slot in slots_of(column)
            if (name := f"{column.id}:{slot.suffix}" if slot.suffix else column.id) in found
        }
        try:
            value = value_of(column, cells)
        except Unfit as wrong:
            suffix = f":{wrong.suffix}" if wrong.suffix else ""
            raise Unfit(f"{column.id}{suffix}", wrong.sentence) from None
        if not is_empty(value):
            row[column.id] = value
    return row
