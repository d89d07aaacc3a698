"""How our sheets look: A3 landscape, headings kept in view, text as text, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from decimal import Decimal
from functools import partial
from typing import Any, cast
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
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
from scoring.workbook.listed import (
    LINE_HEIGHT,
    TALLEST_ROW,
    Column,
    Formula,
    Rows,
    Styles,
    lines_of,
    packed,
)

FACE = "Calibri"
PLAIN = Font(name=FACE)
BOLD = Font(name=FACE, bold=True)
SMALL_HEADING = Font(name=FACE, bold=True, size=13)
TITLE = Font(name=FACE, bold=True, size=18)
HEADING_FONT = Font(name=FACE, bold=True, color="FFFFFF")
UNWRAPPED = Alignment(wrap_text=False)
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
Look = Alignment | Border | Font | PatternFill
# Where a style keeps each kind of look, and where a workbook keeps all of that kind.
_LOOKS: Mapping[type, tuple[str, str]] = {
    Alignment: ("alignmentId", "_alignments"),
    Border: ("borderId", "_borders"),
    Font: ("fontId", "_fonts"),
    PatternFill: ("fillId", "_fills"),
}
MOST_COLUMNS_ON_A_PAGE = 24
MOST_ROWS_ON_A_PAGE = 70
# Bold letters are wider: so much of a line is left for them.
BOLDER = 0.9


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
    _fill_in(cell, value)
    return cell


def _fill_in(cell: Cell, value: object) -> None:
    dress(cell, WRAPPED)
    if value is None or value == "":
        return
    if isinstance(value, int | Decimal):
        cell.value = value
    elif isinstance(value, date):
        cell.value = value
        cell.number_format = DATE_FORMAT
    else:
        write_text(cell, str(value))


def heading(sheet: Worksheet, row: int, text: str) -> None:
    dress(put(sheet, row, 1, text), SMALL_HEADING, UNWRAPPED)


def small_table(
    sheet: Worksheet, row: int, headings: Sequence[str], rows: Iterable[Sequence[object]]
) -> int:
    """Write a boxed table that shares its sheet with others. Return the row after it."""
    for column, text in enumerate(headings, start=1):
        dress(put(sheet, row, column, text), HEADING_FONT, HEADING_FILL, BOXED)
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
        dress(cell, HEADING_FONT)
    if entries:
        _LISTED[sheet] = Rows(columns, entries)
    else:
        put(sheet, 2, 1, "Nothing to list")
    last = column_letter(len(columns))
    sheet.auto_filter.ref = f"A1:{last}{max(2, len(entries) + 1)}"
    return sheet


def _style_of(book: Workbook, value: object, fill: PatternFill | None) -> int:
    """Return the number of the style of such a cell of a listing."""
    cell: Any = Cell(book.worksheets[0], row=1, column=1)  # on no sheet
    is_formula = isinstance(value, Formula)
    _fill_in(cell, None if is_formula else value)
    boxed(cell)
    if is_formula:
        dress(cell, FIGURE)
    if fill is not None:
        dress(cell, fill)
    return int(cell.style_id)


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
    dress(cell, BOXED)
    if isinstance(cell.value, int | date):
        dress(cell, FIGURE)
    elif isinstance(cell.value, Decimal):
        dress(cell, AMOUNT)


# By workbook, each of our looks with its place among the workbook's own.
_PLACES: WeakKeyDictionary[Workbook, dict[int, tuple[Look, int]]] = WeakKeyDictionary()
# By sheet, the rows of a listing, which are written when the file is packed.
_LISTED: WeakKeyDictionary[Worksheet, Rows] = WeakKeyDictionary()


def dress(cell: Cell | MergedCell, *looks: Look) -> None:
    """Give a cell some of the looks above, which openpyxl would compare anew for every cell: with
    thousands of them that took over half the time of a workbook."""
    dressed = cast(Any, cell)
    book = dressed.parent.parent
    places = _PLACES.setdefault(book, {})
    if dressed._style is None:
        dressed._style = StyleArray()
    for look in looks:
        name, looks_of_book = _LOOKS[type(look)]
        if id(look) not in places:
            # The look is kept too, so that its id stays its own.
            places[id(look)] = look, getattr(book, looks_of_book).add(look)
        setattr(dressed._style, name, places[id(look)][1])


def fill_band(cell: Cell, band: Band) -> None:
    dress(cell, BAND_FILLS[band])
    if band in BAND_FONTS:
        dress(cell, BAND_FONTS[band])


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
        rows = _LISTED.get(sheet)
        sheet.print_area = rows.area if rows else sheet.dimensions
        # An ampersand begins a code in a footer.
        title = f"{about.title} – {sheet.title}".replace("&", "&&")
        sheet.oddFooter = HeaderFooterItem(
            left=_HeaderFooterPart(title), right=_HeaderFooterPart("Page &P of &N")
        )
    sheets = cast(list[Worksheet], book.worksheets)
    listed = {sheet: _LISTED[sheet] for sheet in sheets if sheet in _LISTED}
    return packed(book, listed, Styles(partial(_style_of, book)))


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
    if not cell.alignment.wrap_text:
        return 1
    return lines_of(str(cell.value), width * (BOLDER if cell.font.bold else 1))
