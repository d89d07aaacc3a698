"""How our sheets look: A3 landscape, headings kept in view, text as text, numbers as numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal
from io import BytesIO
from typing import Any, cast
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from foundation.cells import column_letter
from foundation.clock import show_moment
from foundation.spreadsheets import (
    HEADING_FILL,
    WRAPPED,
    set_widths,
    write_cover,
    write_headings,
    write_text,
)
from scoring.rules.matrix import Band
from scoring.rules.report import WorkbookAbout

FACE = "Calibri"
PLAIN = Font(name=FACE)
BOLD = Font(name=FACE, bold=True)
SMALL_HEADING = Font(name=FACE, bold=True, size=13)
TITLE = Font(name=FACE, bold=True, size=18)
HEADING_FONT = Font(name=FACE, bold=True, color="FFFFFF")
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
FIGURE = Alignment(horizontal="center", vertical="top")
AMOUNT = Alignment(horizontal="right", vertical="top", indent=1)
LINE = Side(style="thin", color="B1B4B6")
BOXED = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
# What somebody may change in a file that comes back, as in the other workbooks.
TO_EDIT = PatternFill("solid", fgColor="FFF9DB")
STRIPE = PatternFill("solid", fgColor="F3F5F7")
# The colours of the heat map on the page; the word stands beside them everywhere.
BAND_FILLS = {
    Band.LOW: PatternFill("solid", fgColor="CFE4D6"),
    Band.MEDIUM: PatternFill("solid", fgColor="FFF2B3"),
    Band.HIGH: PatternFill("solid", fgColor="F9C99B"),
    Band.VERY_HIGH: PatternFill("solid", fgColor="CA3535"),
}
BAND_FONTS = {Band.VERY_HIGH: Font(name=FACE, color="FFFFFF", bold=True)}
DATE_FORMAT = "d mmm yyyy"
LINE_HEIGHT = 15
MOST_COLUMNS_ON_A_PAGE = 24
MOST_ROWS_ON_A_PAGE = 70
# Bold letters are wider: so much of a line is left for them.
BOLDER = 0.9
TALLEST_ROW = 405  # a spreadsheet shows no taller row


@dataclass(frozen=True)
class Column:
    """A column of a listing: its heading, its width, and the value of its cell for an entry."""

    heading: str
    width: float
    value: Callable[[Any], object]


def new_workbook(about: WorkbookAbout) -> Workbook:
    book = Workbook()
    book.properties.creator = "Supplier Assurance"
    book.properties.title = about.title
    book.properties.created = about.made_at.astimezone(UTC).replace(tzinfo=None)
    return book


def write_summary(sheet: Worksheet, about: WorkbookAbout, what: str) -> int:
    """Make ``sheet`` the first: what this is, when and from which version. Return the next row."""
    facts = [
        ("What this is", what),
        ("Tender", about.reference),
        *([("Kept by", about.kept_by)] if about.kept_by else []),
        ("Made", show_moment(about.made_at)),
        ("Question bank", f"version {about.bank_version}"),
    ]
    if about.questionnaire_sha256:
        facts.append(("Questionnaire (SHA-256)", about.questionnaire_sha256))
    if about.note:
        facts.append(("Note", about.note))
    write_cover(sheet, about.title, facts)
    sheet.title = "Summary"
    sheet.cell(1, 1).font, sheet.cell(1, 1).alignment = TITLE, Alignment(wrap_text=False)
    sheet.row_dimensions[1].height = 28
    for row, (_label, value) in enumerate(facts, start=3):
        sheet.cell(row, 1).font = BOLD
        widen(sheet, row, len(value))
    return 3 + len(facts) + 1


def widen(sheet: Worksheet, row: int, characters: int) -> None:
    """Let the second cell of a row of the summary run across the sheet."""
    sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=9)
    sheet.row_dimensions[row].height = LINE_HEIGHT * (1 + characters // 110)


def put(sheet: Worksheet, row: int, column: int, value: object) -> Cell:
    """Write one cell: numbers and dates as such, all else as text that is never evaluated."""
    cell = cast(Cell, sheet.cell(row, column))
    _dress(cell, "alignmentId", WRAPPED)
    if value is None or value == "":
        return cell
    if isinstance(value, int | Decimal):
        cell.value = value
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = DATE_FORMAT
    else:
        write_text(cell, str(value))
    return cell


def put_formula(sheet: Worksheet, row: int, column: int, formula: str) -> Cell:
    """Write a formula of our own, made of cell addresses alone."""
    cell = cast(Cell, sheet.cell(row, column))
    cell.value = formula
    _dress(cell, "alignmentId", FIGURE)
    _dress(cell, "borderId", BOXED)
    return cell


def heading(sheet: Worksheet, row: int, text: str) -> None:
    cell = put(sheet, row, 1, text)
    cell.font = SMALL_HEADING
    cell.alignment = Alignment(wrap_text=False)


def small_table(
    sheet: Worksheet, row: int, headings: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Write a boxed table that shares its sheet with others. Return the row after it."""
    for column, text in enumerate(headings, start=1):
        cell = put(sheet, row, column, text)
        cell.font, cell.fill, cell.border = HEADING_FONT, HEADING_FILL, BOXED
    for values in rows:
        row += 1
        for column, value in enumerate(values, start=1):
            boxed(put(sheet, row, column, value))
    return row + 2


def listing(
    book: Workbook, title: str, columns: Sequence[Column], entries: Sequence[object]
) -> Worksheet:
    """Add a sheet with a row for each entry, headings in view, filters on."""
    sheet = cast(Worksheet, book.create_sheet(title))
    write_headings(sheet, [column.heading for column in columns])
    set_widths(sheet, [column.width for column in columns])
    for cell in sheet[1]:
        cell.font = HEADING_FONT
    for row, entry in enumerate(entries, start=2):
        for number, column in enumerate(columns, start=1):
            boxed(put(sheet, row, number, column.value(entry)))
    if not entries:
        put(sheet, 2, 1, "Nothing to list")
    last = column_letter(len(columns))
    sheet.auto_filter.ref = f"A1:{last}{max(2, len(entries) + 1)}"
    return sheet


def list_of(name: str, allowed: Sequence[str]) -> DataValidation:
    """Return a list to choose from, for the cells that are added to it."""
    return DataValidation(
        type="list",
        formula1=f'"{",".join(allowed)}"',
        allow_blank=True,
        # Without this a spreadsheet shows the list and enforces nothing.
        showErrorMessage=True,
        errorTitle=name,
        error=f"Choose {', '.join(allowed)}.",
    )


def boxed(cell: Cell) -> None:
    """Box a cell; a figure or date stands in the middle, clear of the text beside it."""
    _dress(cell, "borderId", BOXED)
    if isinstance(cell.value, int | date) and cell.data_type != "f":
        _dress(cell, "alignmentId", FIGURE)
    elif isinstance(cell.value, Decimal):
        _dress(cell, "alignmentId", AMOUNT)


def to_edit(cell: Cell) -> None:
    """Colour and box a cell that somebody may change in a file that comes back."""
    _dress(cell, "fillId", TO_EDIT)
    _dress(cell, "borderId", BOXED)


_LOOKS = {"alignmentId": "_alignments", "borderId": "_borders", "fillId": "_fills"}
# By workbook, where each of our looks stands among its own.
_PLACES: WeakKeyDictionary[Workbook, dict[int, int]] = WeakKeyDictionary()


def _dress(cell: Cell, name: str, look: Alignment | Border | PatternFill) -> None:
    """Give a cell one of the looks above, which openpyxl would compare anew for every cell: with
    thousands of them that took over half the time of a workbook."""
    dressed = cast(Any, cell)
    book = dressed.parent.parent
    places = _PLACES.setdefault(book, {})
    if id(look) not in places:
        places[id(look)] = getattr(book, _LOOKS[name]).add(look)
    if dressed._style is None:
        dressed._style = StyleArray()
    setattr(dressed._style, name, places[id(look)])


def fill_band(cell: Cell, band: Band) -> None:
    cell.fill = BAND_FILLS[band]
    if band in BAND_FONTS:
        cell.font = BAND_FONTS[band]


def finish(book: Workbook, about: WorkbookAbout) -> bytes:
    """Set every sheet up for A3 landscape and return the bytes of the file."""
    for sheet in book.worksheets:
        _fit_rows(sheet)
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
        sheet.page_setup.orientation = "landscape"
        # So many pages side by side, as many below each other as it takes.
        sheet.page_setup.fitToWidth = 2 if sheet.max_column > MOST_COLUMNS_ON_A_PAGE else 1
        sheet.page_setup.fitToHeight = int(_is_one_page(sheet, book))
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.print_area = sheet.dimensions
        # An ampersand begins a code in a footer.
        title = f"{about.title} – {sheet.title}".replace("&", "&&")
        sheet.oddFooter = HeaderFooterItem(
            left=_HeaderFooterPart(title), right=_HeaderFooterPart("Page &P of &N")
        )
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _is_one_page(sheet: Worksheet, book: Workbook) -> bool:
    """Return whether a sheet is printed on one page: the first is to be taken in at a glance."""
    return sheet is book.worksheets[0] and sheet.max_row <= MOST_ROWS_ON_A_PAGE


def _fit_rows(sheet: Worksheet) -> None:
    """Give each row the height its longest wrapped text needs: no program does so on opening."""
    widths = [
        sheet.column_dimensions[column_letter(number)].width
        for number in range(1, sheet.max_column + 1)
    ]
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if sheet.row_dimensions[number].height is None:
            lines = 1
            for cell, width in zip(row, widths, strict=True):
                # Nearly every text is shorter than its column, and needs no look at how it looks.
                text = cell.value
                if isinstance(text, str) and (len(text) > width * BOLDER or "\n" in text):
                    lines = max(lines, _lines(cast(Cell, cell), width))
            sheet.row_dimensions[number].height = min(TALLEST_ROW, LINE_HEIGHT * lines)


def _lines(cell: Cell, width: float) -> int:
    if cell.data_type == "f" or not cell.alignment.wrap_text:
        return 1
    # Generous: words leave gaps at the end of a line.
    room = max(1, int(width * (BOLDER if cell.font.bold else 1)))
    return sum(1 + max(0, len(line) - 1) // room for line in str(cell.value).split("\n"))
