"""The rows on the sheets of tables, found by the names above their columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from question_bank.rules.questions import Part
from supplier_portal.workbook.cells import Sheet
from supplier_portal.workbook.entered import Entered, Unfit
from supplier_portal.workbook.layout import (
    FIRST_COLUMN,
    FIRST_ROW,
    HELD_BACK,
    KEY,
    TABLE_NAMES,
    key_column,
    row_value,
    table_places,
)
from supplier_portal.workbook.section_sheets import cell_name
from supplier_portal.workbook.taking import Table, Taken


def read_tables(sheets: Iterable[Sheet], parts: Mapping[str, Part], taken: Taken) -> None:
    """Take every row of these sheets."""
    for sheet in sheets:
        part_id = sheet.text(2, KEY)
        if part_id.startswith(HELD_BACK):
            taken.held_back.add(part_id.removeprefix(HELD_BACK))
            continue
        part = parts.get(part_id)
        if part is None or part.schema is None:
            taken.problem(
                sheet.title, "", "The table of this sheet is not asked in this tender, so it was "
                "not read"
            )  # fmt: skip
        elif part_id in taken.tables:
            first = taken.tables[part_id].sheet
            taken.problem(
                sheet.title, "", f"This sheet repeats the table of “{first}”: keep one", part_id
            )
        else:
            taken.base_on(part_id, sheet.text(3, KEY))
            taken.tables[part_id] = _TableReader(sheet, part, taken).table()


class _TableReader:
    """Reads the rows of one table."""

    def __init__(self, sheet: Sheet, part: Part, taken: Taken) -> None:
        self.sheet = sheet
        self.part = part
        self.taken = taken
        self.names: dict[int, str] = {}
        self.keys: set[str] = set()

    def table(self) -> Table:
        table = Table(self.sheet.title)
        self._read_names()
        self._refuse_merged()
        rows: dict[int, dict[int, Entered]] = defaultdict(dict)
        for (row, column), entered in self.sheet.cells.items():
            if row >= FIRST_ROW and column >= FIRST_COLUMN:
                rows[row][column] = entered
        for row in sorted(rows):
            self._read_row(row, rows[row], table)
        return table

    def _problem(self, cell: str, sentence: str) -> None:
        self.taken.problem(self.sheet.title, cell, sentence, self.part.id)

    def _read_names(self) -> None:
        wanted = {place.name: place for place in table_places(self.part)}
        for row, column in sorted(self.sheet.cells):
            if row != TABLE_NAMES or column < FIRST_COLUMN:
                continue
            name = self.sheet.text(row, column)
            if name in self.names.values():
                self._problem(
                    cell_name(FIRST_ROW, column),
                    f"This column repeats “{wanted[name].label}”: keep one",
                )
            elif name in wanted:
                self.names[column] = name
        for name, place in wanted.items():
            if name not in self.names.values():
                self._problem("", f"The column “{place.label}” is missing from this sheet")

    def _refuse_merged(self) -> None:
        for top, left, bottom, right in self.sheet.merged:
            if bottom >= FIRST_ROW and right >= FIRST_COLUMN:
                self._problem(
                    f"{cell_name(top, left)}:{cell_name(bottom, right)}",
                    "These cells are merged: unmerge them and write each answer in its own cell",
                )

    def _read_row(self, row: int, cells: Mapping[int, Entered], table: Table) -> None:
        found: dict[str, Entered] = {}
        for column, entered in cells.items():
            if column in self.names:
                found[self.names[column]] = entered
            else:
                self._problem(
                    cell_name(row, column),
                    "No column of the table stands here, so this was not read: remove it",
                )
        if not found:
            return
        places = {name: cell_name(row, column) for column, name in self.names.items()}
        try:
            value = row_value(self.part, found)
        except Unfit as wrong:
            self._problem(places.get(wrong.suffix, ""), wrong.sentence)
            return
        if self.part.fixed_rows:
            key = self._key(row)
            if not key:
                return
            value = {key_column(self.part): key, **value}
        table.rows.append(value)
        table.places.append(places)

    def _key(self, row: int) -> str:
        """Return the name of a given row; empty, with a problem, where it has none of its own."""
        key = self.sheet.text(row, KEY)
        if key not in dict(self.part.fixed_rows):
            self._problem(
                cell_name(row, FIRST_COLUMN),
                "This row is none of those given, so it was not read: remove it",
            )
            return ""
        if key in self.keys:
            title = dict(self.part.fixed_rows)[key]
            self._problem(cell_name(row, FIRST_COLUMN), f"This row repeats “{title}”: keep one")
            return ""
        self.keys.add(key)
        return key
