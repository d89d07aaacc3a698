"""The answers on the sheets of sections, found by the names beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from foundation.cells import column_letter
from question_bank.rules.questions import Part
from supplier_portal.workbook.cells import Sheet
from supplier_portal.workbook.layout import (
    ANSWER,
    HELD_BACK,
    NAME,
    PART,
    VERSION,
    Place,
    places_of,
)
from supplier_portal.workbook.taking import Taken

FIRST_ROW = 4


def read_sections(sheets: Iterable[Sheet], parts: Mapping[str, Part], taken: Taken) -> None:
    """Take every answer of these sheets."""
    named = {place.name: (part, place) for part in parts.values() for place in places_of(part)}
    for sheet in sheets:
        rows = {row for row, _ in sheet.cells if row >= FIRST_ROW}
        for row in sorted(rows):
            _read_row(sheet, row, named, taken)
        _refuse_merged(sheet, named, taken)


def _read_row(
    sheet: Sheet, row: int, named: Mapping[str, tuple[Part, Place]], taken: Taken
) -> None:
    name, cell = sheet.text(row, NAME), cell_name(row, ANSWER)
    entered = sheet.cells.get((row, ANSWER))
    if name.startswith(HELD_BACK):
        taken.held_back.add(name.removeprefix(HELD_BACK))
    elif name in named:
        part, _ = named[name]
        if sheet.text(row, PART) != part.id:
            taken.problem(
                sheet.title,
                cell,
                f"This row was moved apart from {part.id}. Download the workbook again and copy "
                "the answer into it",
                part.id,
            )
            return
        taken.take(name, part, sheet.title, cell, entered)
        taken.base_on(part.id, sheet.text(row, VERSION))
    elif name:
        taken.problem(
            sheet.title, cell, f"{name[:60]} is not asked in this tender, so it was not read"
        )
    elif entered is not None and (row, PART) not in sheet.cells:
        taken.problem(
            sheet.title, cell, "No question stands in this row, so this was not read: move it to "
            "the answer it belongs to, or remove it"
        )  # fmt: skip


def _refuse_merged(sheet: Sheet, named: Mapping[str, tuple[Part, Place]], taken: Taken) -> None:
    """Of merged cells a spreadsheet keeps one: nobody can tell to which question it belongs."""
    for top, left, bottom, right in sheet.merged:
        if not left <= ANSWER <= right:
            continue
        rows = range(max(top, FIRST_ROW), min(bottom, top + 1000) + 1)
        lost = {named[name][0].id for row in rows if (name := sheet.text(row, NAME)) in named}
        if lost:
            where = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
            taken.problem(
                sheet.title,
                where,
                "These cells are merged: unmerge them and write each answer in its own cell",
                *sorted(lost),
            )


def cell_name(row: int, column: int) -> str:
    return f"{column_letter(column)}{row}"
