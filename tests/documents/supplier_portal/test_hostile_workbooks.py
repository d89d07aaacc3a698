"""Whatever a workbook holds: errors by sheet and cell or a clear refusal, and never a fault."""

from __future__ import annotations

import io
import struct
import zipfile
from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supplier_portal.workbook import NotAWorkbook, read
from tests.documents.supplier_portal.workbooks import (
    EVERY_KIND,
    SHEET,
    answered,
    mended,
    read_back,
    rezipped,
    row_of,
    written,
)

SAVED = {"Q-01.narrative": "kept", "Q-01.number": "5", "Q-01.table": [{"name": "one"}]}
TABLE = "Q-01.table Label of Q-01.table"
GIVEN = "Q-01.given Label of Q-01.given"


@pytest.fixture(scope="module")
def good():
    return written(SAVED)


def problems_of(data):
    reading = read_back(data)
    return [(note.sheet, note.cell, note.sentence) for note in reading.problems], reading


def refused(data):
    with pytest.raises(NotAWorkbook) as refusal:
        read(io.BytesIO(data), EVERY_KIND)
    return str(refusal.value)


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sheet_named(data, text):
    """Return the member that holds the sheet in which the shared strings have ``text``."""
    return next(
        name
        for name, xml in members_of(data).items()
        if name.startswith("xl/worksheets/sheet") and text in xml
    )


def test_a_zip_bomb_is_refused_unopened(good):
    bomb = rezipped(good, {"xl/sharedStrings.xml": b" " * (80 * 1024 * 1024)})

    assert len(bomb) < 300_000
    assert refused(bomb).startswith("The file holds far more than the answers need")


def test_a_size_that_lies_is_refused(good):
    bomb = bytearray(rezipped(good, {"xl/sharedStrings.xml": b" " * (80 * 1024 * 1024)}))
    size, small = struct.pack("<I", 80 * 1024 * 1024), struct.pack("<I", 1000)

    assert bomb.count(size) >= 1
    assert refused(bytes(bomb.replace(size, small))).startswith("The file is damaged")


LAUGHS = (
    '<!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize(
    "member",
    ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"],
)
@pytest.mark.parametrize(
    "beginning",
    [LAUGHS, '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "<!DOCTYPE l>"],
    ids=["billion laughs", "external entity", "doctype"],
)
def test_xml_with_entities_is_refused(good, member, beginning):
    text = members_of(good).get(member, "<sst/>")
    text = text[text.index("<", 1) if text.startswith("<?xml") else 0 :]
    said = refused(rezipped(good, {member: beginning + text}))

    assert said.startswith("The file contains instructions that no spreadsheet writes")


def test_macros_are_refused(good):
    assert refused(rezipped(good, {"xl/vbaProject.bin": b"x"})).startswith(
        "The file contains macros"
    )


def test_links_to_other_files_are_never_followed(good):
    linked = rezipped(
        good,
        {
            "xl/externalLinks/externalLink1.xml": "<externalLink/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": "<Relationships/>",
        },
    )
    formula = answered(linked, {"Q-01.number": "='[other.xlsx]Sheet1'!A1"})
    problems, reading = problems_of(formula)

    assert [sentence[:28] for _, _, sentence in problems] == ["The cell holds a formula: wr"]
    assert reading.changes["Q-01.narrative"] == "kept"


def test_a_formula_is_refused_by_its_cell_even_where_it_has_a_value(good):
    name = sheet_named(good, "<f>")
    text = members_of(good)[name]
    book_row = row_in(good, "Q-01.number")
    cell = f'<c r="E{book_row}"'
    start = text.index(cell)
    end = text.index("</c>", start)
    cached = f'{cell} t="str"><f>2+3</f><v>5</v>'

    problems, reading = problems_of(rezipped(good, {name: text[:start] + cached + text[end:]}))

    assert problems == [
        (SHEET, f"E{book_row}", "The cell holds a formula: write the answer itself. To keep what "
         "it shows, copy the cell and paste it as values")
    ]  # fmt: skip
    assert "Q-01.number" not in reading.changes


def row_in(data, name):
    found = []
    mended(data, lambda book: found.append(row_of(book[SHEET], name)))
    return found[0]


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("Q-01.number", date(2026, 3, 27), "The spreadsheet made this a date"),
        ("Q-01.duration", time(4, 30), "The spreadsheet made this a time of day"),
        ("Q-01.duration", 4, "Label of Q-01.duration must be a length of time"),
        ("Q-01.date", 46108, "The spreadsheet made this a number"),
        ("Q-01.date", "03/27/2026", "Label of Q-01.date must be a real date"),
        ("Q-01.number", True, "The spreadsheet made this true or false"),
        ("Q-01.number", "about five", "Label of Q-01.number must be a number"),
        ("Q-01.number", "#REF!", "The cell holds an error of the spreadsheet"),
        ("Q-01.choice", "fourth", "Choose one of the answers in the list of this cell"),
        ("Q-01.choices:first", "maybe", "Choose Yes, or leave the cell empty"),
        ("Q-01.commitment", "No", "Enter the exception to label of Q-01.commitment"),
        ("Q-01.commitment:exception", "but", "Choose an answer to go with the words"),
        ("Q-01.country", "Narnia", "Select a country for label of Q-01.country"),
        ("Q-01.url", "ftp://x", "Label of Q-01.url must be a web address"),
        ("Q-01.limited", "one two three four five six", "Label of Q-01.limited must be 5 words"),
        ("Q-01.record:c-number", "x", "Column c-number must be a number"),
        ("Q-01.table:nothing", "Yes", "The table Q-01.table has rows"),
    ],
)
def test_what_will_not_do_is_named_by_sheet_and_cell(good, name, typed, says):
    saved = answered(good, {"Q-01.record:name": "r"} if "record" in name else {})
    problems, reading = problems_of(answered(saved, {name: typed}))
    row = row_in(good, name)
    if name == "Q-01.commitment":
        row += 1  # the cell for the exception
    if name == "Q-01.commitment:exception":
        row -= 1

    assert [(sheet, cell) for sheet, cell, _ in problems] == [(SHEET, f"E{row}")]
    assert problems[0][2].startswith(says)
    assert name.partition(":")[0] not in reading.changes
    assert reading.changes["Q-01.narrative"] == "kept"


def test_a_real_date_and_a_percentage_are_told_apart(good):
    def change(book):
        cell = book[SHEET].cell(row_of(book[SHEET], "Q-01.date"), 5)
        cell.value, cell.number_format = date(2026, 3, 27), "dd/mm/yyyy"
        cell = book[SHEET].cell(row_of(book[SHEET], "Q-01.number"), 5)
        cell.value, cell.number_format = 0.05, "0%"

    problems, reading = problems_of(mended(good, change))

    assert reading.changes["Q-01.date"] == "2026-03-27"
    assert [sentence[:38] for _, _, sentence in problems] == [
        "The spreadsheet made this a percentage"
    ]


def test_rows_inserted_and_sheets_renamed_lose_nothing(good):
    def change(book):
        book[SHEET].insert_rows(6, 3)
        book[SHEET].title = "Mine"
        book[TABLE].insert_cols(3, 2)
        book[TABLE].title = "Also mine"

    problems, reading = problems_of(mended(good, change))

    assert problems == []
    assert {name: reading.changes[name] for name in SAVED} == SAVED


def test_answers_moved_apart_from_their_questions_are_named(good):
    def change(book):
        sheet = book[SHEET]
        row = row_of(sheet, "Q-01.number")
        sheet.cell(row, 2).value = "Q-01.date"
        sheet.cell(sheet.max_row + 5, 5).value = "left over"

    problems, reading = problems_of(mended(good, change))

    assert [sentence[:24] for _, _, sentence in problems] == [
        "This row was moved apart",
        "No question stands in th",
    ]
    assert "Q-01.number" not in reading.changes


def test_merged_cells_are_named(good):
    def change(book):
        row = row_of(book[SHEET], "Q-01.number")
        book[SHEET].merge_cells(f"E{row}:E{row + 1}")
        book[TABLE].merge_cells("C6:D7")

    problems, reading = problems_of(mended(good, change))

    row = row_in(good, "Q-01.number")
    assert [cell for _, cell, _ in problems] == [f"E{row}:E{row + 1}", "C6:D7"]
    assert {"Q-01.number", "Q-01.money", "Q-01.table"} & set(reading.changes) == set()


def test_missing_sheets_and_rows_leave_their_answers_alone(good):
    def change(book):
        del book[TABLE]
        book[SHEET].delete_rows(row_of(book[SHEET], "Q-01.number"))

    problems, reading = problems_of(mended(good, change))

    assert sorted(sentence for _, _, sentence in problems) == [
        "Q-01.number is missing, so its answer stays as it is",
        "The sheet of the table Q-01.table is missing, so the table stays as it is",
    ]
    assert {"Q-01.number", "Q-01.table"} & set(reading.changes) == set()


def test_a_workbook_without_its_questions_says_so(good):
    problems, reading = problems_of(mended(good, lambda book: book.remove(book[SHEET])))

    assert problems[0][2].startswith(
        "The sheet of the section “Everything: [all] of it” is missing"
    )
    assert set(reading.changes) <= {"Q-01.given"}


def test_a_sheet_of_somebodys_own_is_left_alone(good):
    def change(book):
        book.create_sheet("Notes")["A1"] = "=SECRET()"

    problems, reading = problems_of(mended(good, change))

    assert problems == []
    assert [(note.sheet, note.sentence) for note in reading.notes] == [
        ("Notes", "This sheet is not one of the workbook’s, so it was not read")
    ]


def test_an_answer_given_twice_is_named(good):
    def change(book):
        sheet = book[SHEET]
        row = row_of(sheet, "Q-01.number")
        for column in range(1, 8):
            sheet.cell(sheet.max_row + (column == 1), column).value = sheet.cell(row, column).value
        book[TABLE].title = "Short"
        book.copy_worksheet(book["Short"])

    problems, reading = problems_of(mended(good, change))

    assert [sentence[:13] for _, _, sentence in problems] == ["This row repe", "This sheet re"]
    assert {"Q-01.number", "Q-01.table"} & set(reading.changes) == set()


def test_given_rows_cannot_be_exchanged(good):
    def change(book):
        sheet = book[GIVEN]
        for row, key in ((6, "A"), (7, "A"), (8, "Z")):
            sheet.cell(row, 1).value = key
            sheet.cell(row, 5).value = "First"

    problems, reading = problems_of(mended(good, change))

    assert [(cell, sentence[:28]) for _, cell, sentence in problems] == [
        ("C7", "This row repeats “The first "),
        ("C8", "This row is none of those gi"),
    ]
    assert "Q-01.given" not in reading.changes


def test_columns_gone_or_doubled_and_words_beside_the_table_are_named(good):
    def change(book):
        sheet = book[TABLE]
        names = {cell.value: cell.column for cell in sheet[3]}
        sheet.cell(3, names["c-number"]).value = None
        sheet.cell(6, names["c-number"]).value = "7"
        sheet.cell(3, names["c-money"]).value = "c-date"

    problems, _ = problems_of(mended(good, change))

    assert sorted(sentence[:27] for _, _, sentence in problems) == [
        "No column of the table stan",
        "The column “Column c-money”",
        "The column “Column c-number",
        "This column repeats “Column",
    ]


def test_a_row_of_a_table_is_named_by_its_cell(good):
    def change(book):
        sheet = book[TABLE]
        names = {cell.value: cell.column for cell in sheet[3]}
        sheet.cell(9, names["name"]).value = "two"
        sheet.cell(9, names["c-date"]).value = "soon"
        sheet.cell(8, names["c-number"]).value = "8"

    problems, reading = problems_of(mended(good, change))

    assert [(sheet, cell[1:]) for sheet, cell, _ in problems] == [(TABLE, "9")]
    assert [(note.sheet, note.cell[1:]) for note in reading.unfinished] == [(TABLE, "8")]


def test_hidden_rows_are_read_and_said_to_be(good):
    def change(book):
        book[SHEET].row_dimensions[row_of(book[SHEET], "Q-01.number")].hidden = True

    problems, reading = problems_of(mended(good, change))

    assert (problems, reading.changes["Q-01.number"]) == ([], "5")
    assert [note.sentence[:36] for note in reading.notes] == [
        "Answers in hidden rows were read too"
    ]


def test_another_fingerprint_is_reported_as_it_stands(good):
    def change(book):
        book["Read me"].cell(row_of(book["Read me"], "fingerprint"), 3).value = "cd" * 32

    assert read_back(mended(good, change)).fingerprint == "cd" * 32


def test_fifty_megabytes_are_refused():
    assert refused(b"PK\x03\x04" + b"\0" * (50 * 1024 * 1024)) == (
        "The file is 50.0 MB and a workbook can be up to 25 MB. Remove pictures from it, and save "
        "it again"
    )


def test_a_cell_too_large_is_named_and_costs_no_time(good):
    name = sheet_named(good, "<t>kept</t>")
    text = members_of(good)[name].replace("<t>kept</t>", f"<t>{'x ' * 99_999}</t>")

    problems, _ = problems_of(rezipped(good, {name: text}))

    assert [sentence for _, _, sentence in problems] == [
        "The cell holds more than 32,767 characters: shorten it"
    ]


@pytest.mark.parametrize("cell", ["<c><v>1</v></c>", '<c s="1"/>'], ids=["full", "empty"])
def test_a_million_cells_are_refused(good, cell):
    name = sheet_named(good, "<f>")
    row = "<row>" + cell * 1000 + "</row>"
    text = members_of(good)[name]
    at = text.index("</sheetData>")

    with_cells = rezipped(good, {name: text[:at] + row * 1000 + text[at:]})

    assert refused(with_cells).startswith("The file holds far more than the answers need")


def test_a_million_elements_inside_each_other_are_refused(good):
    name = sheet_named(good, "<f>")

    nested = rezipped(good, {name: "<worksheet>" + "<a>" * 1_000_000})

    assert refused(nested).startswith("The file holds far more than the answers need")


def open_document():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office/>")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty"),
        (b"id,answer\nSLP-07.a,text\n", "The file is damaged or not an .xlsx workbook"),
        (b"%PDF-1.7", "The file is damaged or not an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 512, "The file has a password or is in the old .xls format"),
        (open_document(), "The file is OpenDocument (.ods), not .xlsx"),
    ],
    ids=["empty", "csv", "pdf", "xls or password", "ods"],
)
def test_another_kind_of_file_is_refused_with_what_to_do(data, says):
    assert refused(data).startswith(says)


def test_a_workbook_of_another_program_is_refused(good):
    assert refused(mended(good, lambda book: book.remove(book["Read me"]))).startswith(
        "This is not a workbook of this service"
    )


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    original = GOOD
    at = data.draw(st.integers(0, len(original) - 1))
    length = data.draw(st.integers(1, 400))
    noise = data.draw(st.binary(max_size=60))

    with suppress(NotAWorkbook):
        read(io.BytesIO(original[:at] + noise + original[at + length :]), EVERY_KIND)


GOOD = written(SAVED)
SHEETS = [name for name in members_of(GOOD) if name.endswith(".xml")]


@settings(max_examples=60)
@given(st.data())
def test_damaged_xml_is_read_or_refused(data):
    name = data.draw(st.sampled_from(SHEETS))
    text = members_of(GOOD)[name]
    at = data.draw(st.integers(0, len(text) - 1))
    put = data.draw(
        st.sampled_from(['"', "<", '="', "999999999999", "-1", "NaN", "x", "\0", '" t="s', ' r="'])
    )

    with suppress(NotAWorkbook):
        read(io.BytesIO(rezipped(GOOD, {name: text[:at] + put + text[at + 3 :]})), EVERY_KIND)
