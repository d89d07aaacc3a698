"""Cells that stay text: an answer must never run as a formula on an officer's computer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from foundation.cells import as_stored, column_letter

HEADING_FONT = Font(bold=True, color="FFFFFF")
HEADING_FILL = PatternFill("solid", fgColor="1D3557")
WRAPPED = Alignment(wrap_text=True, vertical="top")


def write_text(cell: Cell, value: str) -> None:
    """Put ``value`` into ``cell`` as text that no spreadsheet evaluates.

    Characters a workbook cannot hold are visibly replaced; everything else stays as it is.
    """
    cell.value = as_stored(value)
    cell.data_type = "s"
    cell.quotePrefix = True


def write_row(sheet: Worksheet, row: int, values: Iterable[str | None]) -> None:
    """Write a row of texts, wrapped, from the first column on; None leaves a cell empty."""
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column)
        cell.alignment = WRAPPED
        if value is not None and isinstance(cell, Cell):
            write_text(cell, value)


def write_headings(sheet: Worksheet, headings: Sequence[str], *, row: int = 1) -> None:
    """Write the heading row, keep it in view and repeat it on every printed page."""
    write_row(sheet, row, headings)
    for column in range(1, len(headings) + 1):
        sheet.cell(row, column).font = HEADING_FONT
        sheet.cell(row, column).fill = HEADING_FILL
    sheet.freeze_panes = f"A{row + 1}"
    sheet.print_title_rows = f"{row}:{row}"


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[column_letter(column)].width = width


def write_cover(sheet: Worksheet, title: str, facts: Sequence[tuple[str, str]]) -> None:
    """Make ``sheet`` the first page: what this workbook is, when made and from which version."""
    sheet.title = "About"
    write_row(sheet, 1, (title,))
    sheet.cell(1, 1).alignment = Alignment()  # one line, over the columns beside it
    sheet.cell(1, 1).font = Font(bold=True, size=16)
    for row, (label, value) in enumerate(facts, start=3):
        write_row(sheet, row, (label, value))
        sheet.cell(row, 1).font = Font(bold=True)
    set_widths(sheet, (28, 90))
