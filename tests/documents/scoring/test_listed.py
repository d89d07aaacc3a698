"""The rows of a listing are written as text: what they hold and how they look is as by openpyxl."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook

from foundation.spreadsheets import set_widths, write_headings
from scoring.rules.register import RiskState
from scoring.workbook.listed import Column, Formula
from scoring.workbook.sheets import HEADING_FONT, TO_EDIT, boxed, finish, listing, new_workbook, put
from tests.documents.scoring.bids import ABOUT, HOSTILE

VALUES = (
    None, "", "plain", "=1+1", "'=1+1", HOSTILE, "  kept  ", "a\rb\r\nc\u2028d", "_x0041_", "& <b>",
    "\ud800 half", "x" * 40_000, RiskState.PROPOSED, 0, -7, 10**15, Decimal("2.50"), Decimal(0),
    date(2027, 2, 28), date(1900, 3, 1), "a long text of many words " * 12,
)  # fmt: skip
HEADINGS = ("What & why", "Another <one>")
WIDTHS = (17.5, 40)
LOOKS = ("alignment", "border", "fill", "font", "number_format", "quotePrefix", "protection")


def written_as_text():
    book = new_workbook(ABOUT)
    columns = (
        Column(HEADINGS[0], WIDTHS[0], lambda value: value),
        Column(HEADINGS[1], WIDTHS[1], lambda value: value, lambda value: TO_EDIT),
    )
    listing(book, "Listed", columns, VALUES)
    return load_workbook(BytesIO(finish(book, ABOUT)))["Listed"]


def written_cell_by_cell():
    book = Workbook()
    sheet = book.create_sheet("Listed")
    write_headings(sheet, HEADINGS)
    set_widths(sheet, WIDTHS)
    for cell in sheet[1]:
        cell.font = HEADING_FONT
    for row, value in enumerate(VALUES, start=2):
        for column in (1, 2):
            boxed(put(sheet, row, column, value))
        sheet.cell(row, 2).fill = TO_EDIT
    return load_workbook(BytesIO(finish(book, ABOUT)))["Listed"]


def shown(cell):
    looks = [repr(getattr(cell, look)) for look in LOOKS]
    return cell.coordinate, cell.value, cell.data_type, looks


def test_a_listing_holds_and_shows_what_openpyxl_would_write_cell_by_cell():
    ours, theirs = written_as_text(), written_cell_by_cell()

    assert ours.dimensions == theirs.dimensions == f"A1:B{len(VALUES) + 1}"
    assert ours.print_area == theirs.print_area
    for mine, other in zip(ours.iter_rows(), theirs.iter_rows(), strict=True):
        height = ours.row_dimensions[mine[0].row].height
        assert height == theirs.row_dimensions[other[0].row].height
        for one, two in zip(mine, other, strict=True):
            assert shown(one) == shown(two)


def test_spaces_at_the_ends_of_a_text_are_kept():
    book = new_workbook(ABOUT)
    listing(book, "Listed", (Column("Text", 9, str),), ["  kept  "])

    with ZipFile(BytesIO(finish(book, ABOUT))) as package:
        sheet = package.read("xl/worksheets/sheet2.xml").decode()

    assert '<t xml:space="preserve">  kept  </t>' in sheet


def test_only_a_formula_of_ours_is_reckoned():
    book = new_workbook(ABOUT)
    columns = (Column("Text", 9, str), Column("Formula", 9, Formula))
    listing(book, "Listed", columns, ['=IF(A1<>"",1,2)'])

    text, formula = load_workbook(BytesIO(finish(book, ABOUT)))["Listed"][2]

    assert (text.data_type, text.quotePrefix, text.value) == ("s", True, '=IF(A1<>"",1,2)')
    assert (formula.data_type, formula.quotePrefix, formula.value) == ("f", False, text.value)
    assert formula.alignment.horizontal == "center"
