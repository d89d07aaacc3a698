"""What is collected while a workbook is read, and how it becomes answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from question_bank.rules.answers import read_answer, read_draft
from question_bank.rules.kinds import Problem
from question_bank.rules.questions import Kind, Part
from supplier_portal.workbook.entered import Entered, Unfit, tick_in
from supplier_portal.workbook.layout import NOTHING_SLOT, part_value, places_of

MOST_NOTES = 500


@dataclass(frozen=True, slots=True)
class Note:
    """Something to mend or to know: on which sheet, at which cell, in a sentence."""

    sheet: str
    cell: str
    sentence: str
    part_id: str = ""

    def __str__(self) -> str:
        where = ", ".join(filter(None, (self.sheet, self.cell)))
        return f"{where}: {self.sentence}" if where else self.sentence


@dataclass
class Table:
    """The rows of one table with an answer: the value of each, and where each of its cells is."""

    sheet: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    places: list[Mapping[str, str]] = field(default_factory=list)


class Taken:
    """The cells found by name, what is wrong, and which parts must not be read because of it."""

    def __init__(self) -> None:
        self.cells: dict[str, Entered] = {}
        self.where: dict[str, tuple[str, str]] = {}
        self.versions: dict[str, int] = {}
        self.tables: dict[str, Table] = {}
        self.held_back: set[str] = set()
        self.problems: list[Note] = []
        self.notes: list[Note] = []
        self.unfinished: list[Note] = []
        self._spoilt: set[str] = set()
        self._named: set[str] = set()

    def problem(self, sheet: str, cell: str, sentence: str, *part_ids: str) -> None:
        """Note a problem; the answers to ``part_ids`` are not read."""
        self._spoilt.update(part_ids)
        if len(self.problems) < MOST_NOTES:
            self.problems.append(Note(sheet, cell, sentence, part_ids[0] if part_ids else ""))

    def note(self, sheet: str, cell: str, sentence: str) -> None:
        if len(self.notes) < MOST_NOTES:
            self.notes.append(Note(sheet, cell, sentence))

    def take(self, name: str, part: Part, sheet: str, cell: str, entered: Entered | None) -> None:
        """Keep what the cell called ``name`` holds; None for an empty one."""
        if name in self.where:
            first = ", ".join(self.where[name])
            self.problem(
                sheet, cell, f"This row repeats {part.id} (first at {first}): keep one", part.id
            )
            return
        self.where[name] = (sheet, cell)
        self._named.add(part.id)
        if entered is not None:
            self.cells[name] = entered

    def base_on(self, part_id: str, version: str) -> None:
        plain = version.isascii() and version.isdigit() and len(version) < 9
        self.versions[part_id] = int(version) if plain else 0

    def texts(self) -> dict[str, tuple[str, ...]]:
        """Return what was written for each part, cell by cell, read or not; of a table row by row,
        those that were read."""
        found: dict[str, tuple[str, ...]] = {}
        for name, entered in self.cells.items():
            part_id = name.partition(":")[0]
            found[part_id] = (*found.get(part_id, ()), entered.text)
        for part_id, table in self.tables.items():
            rows = ([cell for cell in row.values() if isinstance(cell, str)] for row in table.rows)
            found[part_id] = (*found.get(part_id, ()), *map(", ".join, rows))
        return found

    def has(self, part: Part) -> bool:
        """Return whether anything of the part was found, or something said why not."""
        return part.id in self._named | self._spoilt | self.held_back

    def has_table(self, part: Part) -> bool:
        return part.id in self.tables or part.id in self._spoilt | self.held_back

    def values(self, parts: Mapping[str, Part]) -> dict[str, Any]:
        """Return the answer to each part that can be read; note what is wrong with the others.

        Rows begun in a table are read as the service keeps them, and what they lack is noted.
        """
        found: dict[str, Any] = {}
        for part in parts.values():
            if part.kind is Kind.FILE or part.id in self.held_back:
                continue
            value = self._value(part)
            if part.id in self._spoilt:
                continue
            read = read_draft(part, value)
            for wrong in read.problems:
                self._note_wrong(part, wrong)
            if part.kind is Kind.TABLE:
                self._note_unfinished(part, value, read.problems)
            if not read.problems:
                found[part.id] = read.value
        return found

    def _value(self, part: Part) -> Any:
        lacking = [place for place in places_of(part) if place.name not in self.where]
        if lacking and part.id not in self._spoilt:
            what = lacking[0].label or "the answer"
            self.problem("", "", f"{part.id}: the row for “{what}” is missing", part.id)
        if part.id in self._spoilt:
            return None
        if part.kind is Kind.TABLE:
            return self._table(part)
        found = {
            place.name: self.cells[place.name]
            for place in places_of(part)
            if place.name in self.cells
        }
        try:
            return part_value(part, found)
        except Unfit as wrong:
            self.problem(*self.where[wrong.suffix], wrong.sentence, part.id)
            return None

    def _table(self, part: Part) -> Any:
        """Return the rows; an empty list where somebody said that there is nothing to list."""
        rows = self.tables[part.id].rows
        name = f"{part.id}:{NOTHING_SLOT.suffix}"
        entered = self.cells.get(name)
        if entered is None:
            return rows or None
        try:
            nothing = tick_in(entered, name)
        except Unfit as wrong:
            self.problem(*self.where[name], wrong.sentence, part.id)
            return None
        if nothing and rows:
            self.problem(
                *self.where[name],
                f"The table {part.id} has rows: empty this cell, or remove the rows",
                part.id,
            )
        return rows if nothing or rows else None

    def _note_unfinished(self, part: Part, value: Any, noted: Collection[Problem]) -> None:
        """Note what a complete answer would need beyond the problems noted already."""
        for lacking in read_answer(part, value).problems:
            if lacking not in noted and len(self.unfinished) < MOST_NOTES:
                sheet, cell = self._cell_of(part, lacking)
                self.unfinished.append(Note(sheet, cell, lacking.message, part.id))

    def _note_wrong(self, part: Part, wrong: Problem) -> None:
        sheet, cell = self._cell_of(part, wrong)
        self.problem(sheet, cell, wrong.message, part.id)

    def _cell_of(self, part: Part, wrong: Problem) -> tuple[str, str]:
        table = self.tables.get(part.id)
        if table is not None:
            if not 0 < wrong.row <= len(table.places):
                return table.sheet, ""
            return table.sheet, _first(table.places[wrong.row - 1], wrong.column)
        names = [place.name for place in places_of(part)]
        wanted = [name for name in names if name.startswith(f"{part.id}:{wrong.column}")]
        if wrong.code == "no_exception":
            wanted = names[1:]
        name = wanted[0] if wanted and (wrong.column or wrong.code == "no_exception") else names[0]
        return self.where[name]


def _first(cells: Mapping[str, str], column: str) -> str:
    """Return the first cell of a column of a table's row, or of the row."""
    own = [cell for name, cell in cells.items() if name == column or name.startswith(f"{column}:")]
    return own[0] if own else next(iter(cells.values()), "")
