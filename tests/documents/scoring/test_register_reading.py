"""A register that comes back from a spreadsheet, cell by cell."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from scoring.rules.register_import import differences_of, values_of
from scoring.rules.register_report import Kept, RegisterMore, Upload
from scoring.workbook import register_workbook
from scoring.workbook.register_reading import read_register
from supplier_portal.workbook import NotAWorkbook
from tests.documents.scoring.bids import ABOUT, bid, full, register


@pytest.fixture(scope="module")
def made():
    rows = register(bid("Fenwick & Ash"))[:3]
    rows = [replace(row, token=f"token-{number}") for number, row in enumerate(rows)]
    # Excel would show and give back “A team”.
    rows[1] = replace(rows[1], owner="_x0041_ team")
    numbers = {row.token: number for number, row in enumerate(rows)}
    upload = Upload("the-tender", "the-authority", Kept.EVALUATION, numbers)
    return rows, register_workbook(ABOUT, rows, full(), (), RegisterMore(upload=upload))


@pytest.fixture
def book(made):
    return load_workbook(BytesIO(made[1]))


def read(book):
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    return read_register(stream)


def column(book, heading):
    return next(one.column for one in book["Register"][1] if one.value == heading)


def put(book, row, heading, value):
    cell = book["Register"].cell(row, column(book, heading))
    cell.value = value
    return cell.coordinate


def test_what_is_read_is_what_was_written(made, book):
    rows, _ = made
    found = read(book)

    assert (found.tender, found.authority, found.kept) == (
        "the-tender", "the-authority", "evaluation",
    )  # fmt: skip
    assert found.wrong == ()
    assert [(one.token, one.based_on) for one in found.written] == [
        ("token-0", 0), ("token-1", 1), ("token-2", 2),
    ]  # fmt: skip
    for one, row in zip(found.written, rows, strict=True):
        stands = values_of(row)
        assert differences_of(one, stands, stands) == ()
        assert dict(one.values) == stands


@pytest.mark.parametrize(
    ("heading", "written", "name", "taken"),
    [
        ("Due", date(2027, 3, 1), "due", date(2027, 3, 1)),
        ("Due", "27 March 2027", "due", date(2027, 3, 27)),
        ("Due", "1/3/2027", "due", date(2027, 3, 1)),
        ("Due", "2027-03-01", "due", date(2027, 3, 1)),
        ("Due", None, "due", None),
        ("Status", " Accepted ", "state", "accepted"),
        ("Treatment", "TOLERATE", "treatment", "tolerate"),
        ("Risk owner", " Head  of\nParks ", "owner", "Head of Parks"),
        ("Risk owner", "+44 20", "owner", "+44 20"),
        ("Risk owner", None, "owner", ""),
        ("Residual impact", 3, "residual_impact", 3),
        ("Residual impact", "3", "residual_impact", 3),
    ],
)
def test_a_cell_is_read_as_people_write_it(book, heading, written, name, taken):
    put(book, 2, heading, written)
    found = read(book)

    assert found.wrong == ()
    assert found.written[0].values[name] == taken


@pytest.mark.parametrize(
    ("heading", "written", "says"),
    [
        ("Risk owner", "=1+1", "The cell holds a formula"),
        ("Due", "soon", "Enter a date such as 27 March 2027"),
        ("Due", "31/2/2027", "Enter a date such as 27 March 2027"),
        ("Due", 12345, "The spreadsheet made this a number"),
        ("Treatment", "ignore", "Choose treat, transfer, terminate or tolerate"),
        ("Status", None, "Status cannot be empty"),
        ("Residual impact", 0, "Enter a whole number from 1 to 5"),
        ("Residual impact", 2.5, "Enter a whole number from 1 to 5"),
        ("Version", "2a", "The version of this row was changed"),
        ("Reference", "token-2", None),
        ("Reference", None, "There is no reference"),
        ("Reason for the change", "x" * 4001, "Shorten the reason to 4,000 characters"),
    ],
)
def test_what_cannot_be_taken_is_named_by_its_cell_and_the_rest_is_read(
    book, heading, written, says
):
    place = put(book, 2, heading, written)
    found = read(book)

    ((sheet, where, told),) = [(one.sheet, one.cell, one.sentence) for one in found.wrong]
    risk, _, sentence = told.partition(": ")
    assert sheet == "Register"
    assert re.fullmatch(r"R\d\d", risk)
    if says is None:
        assert (where, sentence) == (
            place.replace("2", "4"), "This risk stands in row 2 already",
        )  # fmt: skip
    else:
        assert (where, sentence.startswith(says)) == (place, True)
    assert len(found.written) == 2


def test_rows_may_be_sorted_and_columns_moved(book):
    sheet = book["Register"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head, *rest = [[None if str(v).startswith("=IF") else v for v in row] for row in rows]
    for number, values in enumerate([head, *reversed(rest)], start=1):
        for place, value in enumerate(reversed(values), start=1):
            cell = sheet.cell(number, place)
            cell.number_format, cell.value = "General", value
    found = read(book)

    assert [(one.token, one.based_on) for one in found.written] == [
        ("token-2", 2), ("token-1", 1), ("token-0", 0),
    ]  # fmt: skip


@pytest.mark.parametrize("heading", ["Reference", "Version"])
def test_without_its_reference_or_version_nothing_is_read(book, heading):
    put(book, 1, heading, "Other")

    with pytest.raises(NotAWorkbook, match=f"The column “{heading}” is gone"):
        read(book)


def test_a_workbook_that_is_not_to_come_back_is_none_of_ours():
    plain = register_workbook(ABOUT, register(bid("Fenwick & Ash")), full())

    with pytest.raises(NotAWorkbook, match="This is not a register of this service"):
        read_register(BytesIO(plain))


def test_only_yellow_cells_are_to_be_edited_and_no_sheet_is_hidden(made):
    book = load_workbook(BytesIO(made[1]))
    sheet = book["Register"]
    yellow = {
        sheet.cell(1, cell.column).value
        for cell in sheet[2]
        if cell.fill.fgColor.rgb in ("00FFF9DB", "FFFFF9DB")
    }

    assert yellow == {
        "Treatment", "Risk owner", "Due", "Review date", "Status", "Residual likelihood",
        "Residual impact", "Target likelihood", "Target impact", "Reason for the change",
    }  # fmt: skip
    assert {one.sheet_state for one in book} == {"visible"}
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert '"treat,transfer,terminate,tolerate"' in lists.values()
    assert all(one.showErrorMessage for one in sheet.data_validations.dataValidation)
