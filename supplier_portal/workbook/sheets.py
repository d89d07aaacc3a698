"""How the workbook's sheets look, and cells that keep a text exactly as it is."""

from __future__ import annotations

import re
from copy import copy
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from foundation.cells import column_letter
from supplier_portal.workbook.layout import LISTS

FACE = "Calibri"
LINE = Side(style="thin", color="B1B4B6")
BOXED = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
LINE_HEIGHT = 15
TALLEST_ROW = 405  # a spreadsheet shows no taller row
LONGEST_TITLE = 31
AS_TEXT = "@"

# What XML cannot hold is written the way spreadsheets write it; so is a text that looks like that.
UNWRITABLE = "\x00-\x08\x0b-\x0d\x0e-\x1f\ud800-\udfff\ufffe\uffff"
LOOKS_ESCAPED = re.compile(f"_(?=x[0-9A-Fa-f]{{4}}[_{UNWRITABLE}])")
UNWRITABLE_CHARACTER = re.compile(f"[{UNWRITABLE}]")
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")


def escaped(text: str) -> str:
    """Return ``text`` as a spreadsheet stores it: _x000B_ for what XML has no place for."""
    marked = LOOKS_ESCAPED.sub("_x005F_", text)
    return UNWRITABLE_CHARACTER.sub(lambda found: f"_x{ord(found[0]):04X}_", marked)


class Look:
    """The styles of the workbook's cells, made once and copied: thousands of cells share them."""

    def __init__(self, book: Workbook) -> None:
        sheet = cast(Worksheet, book.create_sheet("styles"))
        plain, bold = Font(name=FACE), Font(name=FACE, bold=True)
        self._cells: dict[str, Any] = {
            "title": _styled(sheet, 1, Font(name=FACE, bold=True, size=16), wrapped=False),
            "text": _styled(sheet, 2, plain),
            "bold": _styled(sheet, 3, bold),
            "small": _styled(sheet, 4, Font(name=FACE, size=10, color="505A5F"), wrapped=False),
            "head": _styled(sheet, 5, Font(name=FACE, bold=True, color="FFFFFF"), fill="1D3557"),
            "question": _styled(sheet, 6, Font(name=FACE, bold=True, size=12), fill="DCE6F1"),
            "why": _styled(sheet, 7, plain, fill="EEF3F8"),
            "asked": _styled(sheet, 8, plain, boxed=True),
            "answer": _styled(sheet, 9, plain, fill="FFF9DB", boxed=True, unlocked=True),
            # A text that begins like a formula stays one, whatever is done to the cell.
            "guarded": _styled(sheet, 10, plain, fill="FFF9DB", boxed=True, unlocked=True),
            "kept": _styled(sheet, 11, Font(name=FACE, italic=True), fill="EEEEEE", boxed=True),
        }
        self._cells["guarded"].quotePrefix = True
        book.remove(sheet)

    def put(self, sheet: Worksheet, row: int, column: int, text: str, style: str) -> None:
        """Write ``text`` as text, never as a formula, a link, a number or a date."""
        # openpyxl's types leave out what its cells are made of.
        cell: Any = sheet.cell(row, column)
        if text:
            # Set past the library's own check, which cuts what grows too long by being escaped.
            cell._value = escaped(text)
            cell.data_type = "s"
        if style == "answer" and text[:1] in ("=", "+", "-", "@"):
            style = "guarded"
        cell._style = copy(self._cells[style]._style)

    def put_formula(self, sheet: Worksheet, row: int, column: int, formula: str) -> None:
        """Write a formula of our own, made of cell addresses alone."""
        cell: Any = sheet.cell(row, column)
        cell.value = formula
        cell._style = copy(self._cells["small"]._style)


def _styled(
    sheet: Worksheet,
    row: int,
    font: Font,
    *,
    fill: str = "",
    wrapped: bool = True,
    boxed: bool = False,
    unlocked: bool = False,
) -> Cell:
    cell = cast(Cell, sheet.cell(row, 1))
    cell.font = font
    cell.number_format = AS_TEXT
    cell.alignment = Alignment(wrap_text=wrapped, vertical="top")
    cell.protection = Protection(locked=not unlocked)
    if fill:
        cell.fill = PatternFill("solid", fgColor=fill)
    if boxed:
        cell.border = BOXED
    return cell


class Lists:
    """The sheet with the words to choose from: a drop-down refers to it."""

    def __init__(self, sheet: Worksheet, look: Look) -> None:
        self.sheet = sheet
        self.look = look
        self._ranges: dict[tuple[str, ...], str] = {}
        self._drop_downs: dict[tuple[str, str], DataValidation] = {}
        look.put(sheet, 1, 1, LISTS, "text")
        look.put(sheet, 1, 2, "The answers that the drop-down lists offer", "bold")
        sheet.column_dimensions["A"].hidden = True

    def offer(self, sheet: Worksheet, cells: str, choices: tuple[str, ...]) -> None:
        """Let each of ``cells`` of ``sheet`` be chosen from a list, and nothing else be typed."""
        key = (sheet.title, self._range(choices))
        drop_down = self._drop_downs.get(key)
        if drop_down is None:
            drop_down = self._drop_downs[key] = DataValidation(
                type="list",
                formula1=key[1],
                allow_blank=True,
                # Without this a spreadsheet shows the list and enforces nothing.
                showErrorMessage=True,
                errorTitle="Choose from the list",
                error="Choose one of the answers in the list, or leave the cell empty.",
            )
            sheet.add_data_validation(drop_down)
        drop_down.add(cells)

    def _range(self, choices: tuple[str, ...]) -> str:
        found = self._ranges.get(choices)
        if found is None:
            column = len(self._ranges) + 2
            letter = column_letter(column)
            for row, words in enumerate(choices, start=2):
                self.look.put(self.sheet, row, column, words, "text")
            self.sheet.column_dimensions[letter].width = 30
            found = f"'{self.sheet.title}'!${letter}$2:${letter}${len(choices) + 1}"
            self._ranges[choices] = found
        return found


def sheet_title(wanted: str, taken: list[str]) -> str:
    """Return ``wanted`` as a title a sheet can have and no other sheet has."""
    plain = " ".join(NOT_IN_TITLES.sub(" ", UNWRITABLE_CHARACTER.sub("", wanted)).split())
    title, number = plain[:LONGEST_TITLE].strip() or "Sheet", 1
    while title.casefold() in {other.casefold() for other in taken}:
        number += 1
        title = f"{plain[: LONGEST_TITLE - len(str(number)) - 1].strip()} {number}"
    return title


def protect(sheet: Worksheet) -> None:
    """Keep everything but the answers from being changed by mistake: there is no password."""
    sheet.protection.sheet = True
    # False: allowed, so that anybody can make a column wider or a row taller.
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def fit_row(sheet: Worksheet, row: int, texts: list[tuple[str, float]]) -> None:
    """Give a row the height its longest text needs: (text, width of its column)."""
    lines = max(
        sum(1 + max(0, len(line) - 1) // max(1, int(width)) for line in text.split("\n"))
        for text, width in texts
    )
    sheet.row_dimensions[row].height = min(TALLEST_ROW, LINE_HEIGHT * lines + 3)


def set_widths(sheet: Worksheet, widths: dict[int, float]) -> None:
    for column, width in widths.items():
        sheet.column_dimensions[column_letter(column)].width = width
