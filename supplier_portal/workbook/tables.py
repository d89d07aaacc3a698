"""The sheet of a table: a column for each thing to fill in, a row ready for each that may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from foundation.cells import column_letter
from question_bank.rules.questions import Kind, Part
from supplier_portal.workbook.layout import (
    FIRST_COLUMN,
    FIRST_ROW,
    HELD_BACK,
    KEY,
    TABLE,
    TABLE_HEADINGS,
    TABLE_HOW,
    TABLE_NAMES,
    TITLE,
    Place,
    fits,
    key_column,
    row_texts,
    table_places,
)
from supplier_portal.workbook.sheets import Lists, Look, fit_row, protect, set_widths

WIDE = 34.0
WIDTH_OF = {
    Kind.NUMBER: 14.0,
    Kind.MONEY: 14.0,
    Kind.DURATION: 16.0,
    Kind.DATE: 18.0,
    Kind.COUNTRY: 20.0,
    Kind.CHOICES: 16.0,
}
TOO_LONG = (
    "A cell of this table is longer than a workbook can hold. The table stays as it is; change it "
    "in the service."
)


def write_table(
    sheet: Worksheet, look: Look, lists: Lists, part: Part, value: Any, version: int
) -> None:
    """Fill ``sheet`` with a table and the rows saved so far."""
    places = table_places(part)
    held_back = not fits(part, value)
    look.put(sheet, 1, KEY, TABLE, "text")
    look.put(sheet, 2, KEY, (HELD_BACK if held_back else "") + part.id, "text")
    look.put(sheet, 3, KEY, str(version), "text")
    look.put(sheet, 1, TITLE, f"{part.id} {part.label}", "title")
    look.put(sheet, 2, TITLE, " ".join((part.ask + " " + part.hint).split()), "small")
    _headings(sheet, look, part, places)
    sheet.column_dimensions["A"].hidden = True
    sheet.row_dimensions[TABLE_NAMES].hidden = True
    sheet.freeze_panes = sheet.cell(FIRST_ROW, FIRST_COLUMN).coordinate
    sheet.print_title_rows = f"{TABLE_HEADINGS}:{TABLE_HEADINGS}"
    if held_back:
        look.put(sheet, FIRST_ROW, TITLE, TOO_LONG, "kept")
        return
    _rows(sheet, look, lists, part, places, value or [])
    protect(sheet)


def _headings(sheet: Worksheet, look: Look, part: Part, places: list[Place]) -> None:
    row_name = part.schema.row_name if part.schema else "row"
    first = row_name.capitalize() if part.fixed_rows else "Row"
    look.put(sheet, TABLE_HEADINGS, TITLE, first, "head")
    look.put(sheet, TABLE_HOW, TITLE, "How to answer", "why")
    widths = {TITLE: 34.0 if part.fixed_rows else 16.0}
    fitted: list[tuple[str, float]] = []
    for column, place in enumerate(places, start=FIRST_COLUMN):
        asked = place.column or part
        how = _how(place)
        widths[column] = WIDTH_OF.get(asked.kind, WIDE)
        look.put(sheet, TABLE_NAMES, column, place.name, "text")
        look.put(sheet, TABLE_HEADINGS, column, place.label, "head")
        look.put(sheet, TABLE_HOW, column, how, "why")
        fitted.append((how, widths[column]))
    set_widths(sheet, widths)
    fit_row(sheet, TABLE_HOW, fitted or [("", 1.0)])
    sheet.row_dimensions[TABLE_HEADINGS].height = 48


def _how(place: Place) -> str:
    asked = place.column
    if asked is None or place.slot.suffix and asked.kind is Kind.CHOICES:
        return place.slot.how
    need = "Required" if asked.required else "Optional"
    hint = f" {asked.hint}" if asked.hint else ""
    return f"{need}. {place.slot.how}.{hint}"


def _rows(
    sheet: Worksheet,
    look: Look,
    lists: Lists,
    part: Part,
    places: list[Place],
    rows: list[Mapping[str, Any]],
) -> None:
    if part.fixed_rows:
        named = _given_rows(part, rows)
    else:
        count = max(part.rows_at_most, len(rows))
        blank: list[Mapping[str, Any]] = [{}] * (count - len(rows))
        named = [("", str(number), row) for number, row in enumerate([*rows, *blank], start=1)]
    for row, (key, title, cells) in enumerate(named, start=FIRST_ROW):
        texts = row_texts(part, cells)
        look.put(sheet, row, KEY, key, "text")
        look.put(sheet, row, TITLE, title, "asked")
        for column, place in enumerate(places, start=FIRST_COLUMN):
            look.put(sheet, row, column, texts.get(place.name, ""), "answer")
    last = FIRST_ROW + len(named) - 1
    for column, place in enumerate(places, start=FIRST_COLUMN):
        if place.slot.choices and named:
            letter = column_letter(column)
            lists.offer(sheet, f"{letter}{FIRST_ROW}:{letter}{last}", place.slot.choices)


def _given_rows(
    part: Part, rows: list[Mapping[str, Any]]
) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Return (key, title, cells) of each given row: those answered as they stand, then the rest."""
    titles = dict(part.fixed_rows)
    name = key_column(part)
    answered = {str(row.get(name)): row for row in rows}
    order = [*answered, *(key for key in titles if key not in answered)]
    if set(answered) == set(order[: len(answered)]) and list(answered) == [
        key for key in titles if key in answered
    ]:
        order = list(titles)
    return [(key, titles.get(key, key), answered.get(key, {})) for key in order]
