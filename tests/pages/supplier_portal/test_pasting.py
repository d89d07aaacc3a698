"""Rows copied from a spreadsheet become rows of a table, or a sentence for each cell."""

from __future__ import annotations

import csv
import io
from html import unescape

import pytest

from question_bank.loader import shipped_bank
from question_bank.rules.questions import Kind
from supplier_portal import queries
from supplier_portal.pasting import WrongCell, columns_of, read_pasted
from supplier_portal.workbook.slots import texts_of
from tenders.queries import questionnaire_of
from tests.answers_made import made_row

TABLES = [
    part
    for part in shipped_bank().parts.values()
    if part.kind is Kind.TABLE and not part.fixed_rows
]
TABLE = shipped_bank().parts["SLP-07.i"]


def copied(part, rows, *, headings=True, columns=None):
    """What a spreadsheet puts on the clipboard."""
    columns = columns or columns_of(part)
    out = io.StringIO()
    writer = csv.writer(out, dialect="excel-tab")
    if headings:
        writer.writerow([column.heading for column in columns])
    for row in rows:
        writer.writerow(
            [
                texts_of(column.asked, row.get(column.asked.id)).get(column.slot.suffix, "")
                for column in columns
            ]
        )
    return out.getvalue()


@pytest.mark.parametrize("headings", [True, False], ids=["headings", "no headings"])
@pytest.mark.parametrize("part", TABLES, ids=lambda part: part.id)
def test_rows_of_every_table_are_read_as_they_were_copied(part, headings):
    rows = [made_row(part, number) for number in range(1, 41)]

    pasted = read_pasted(part, copied(part, rows, headings=headings))

    assert pasted.wrong == ()
    assert list(pasted.rows) == rows


def test_columns_may_stand_in_any_order_and_others_are_left_out_by_name():
    rows = [made_row(TABLE, 1)]
    text = copied(TABLE, rows, columns=columns_of(TABLE)[::-1])
    lines = [
        f"{line}\t{more}" for line, more in zip(text.splitlines(), ("Notes", "x"), strict=True)
    ]

    pasted = read_pasted(TABLE, "\n".join(lines))

    assert (list(pasted.rows), pasted.unused) == (rows, ("Notes",))


def test_a_cell_with_line_breaks_tabs_and_quotation_marks_stays_whole():
    row = made_row(TABLE, 1) | {"component": 'The "north" gateway\nand its twin'}

    pasted = read_pasted(TABLE, copied(TABLE, [row]))

    assert [found["component"] for found in pasted.rows] == [row["component"]]


def test_a_single_quotation_mark_costs_nothing():
    row = made_row(TABLE, 1) | {"component": "name"}
    text = copied(TABLE, [row]).replace("name", '12" display')

    (found,) = read_pasted(TABLE, text).rows

    assert found["component"] == '12" display'


def test_each_wrong_cell_is_named_by_line_and_column():
    rows = [made_row(TABLE, number) for number in (1, 2)]
    text = copied(TABLE, rows).replace("4h30min", "soon", 1)

    pasted = read_pasted(TABLE, text)

    (wrong,) = pasted.wrong
    assert (wrong.row, wrong.heading) == (2, TABLE.schema.column("rto").label)
    assert len(pasted.rows) == 1


def test_all_mistakes_of_a_line_are_named_at_once():
    row = made_row(TABLE, 1)
    text = copied(TABLE, [row]).replace("4h30min", "soon", 1).replace("United Kingdom", "Mars")

    found = {wrong.heading for wrong in read_pasted(TABLE, text).wrong}

    labels = {TABLE.schema.column("rto").label}
    labels |= {c.label for c in TABLE.schema.columns if c.kind is Kind.COUNTRY}
    assert found == labels


@pytest.mark.parametrize("text", ["", " \n\t\n", "\t"])
def test_nothing_pasted_is_said(text):
    assert read_pasted(TABLE, text).wrong == (
        WrongCell(1, "", "Paste the rows copied from a spreadsheet"),
    )


def test_headings_alone_are_no_rows():
    assert read_pasted(TABLE, copied(TABLE, [])).wrong == (
        WrongCell(1, "", "Paste the rows too, not only the headings"),
    )


def test_more_cells_than_columns_are_refused():
    text = "\t".join("x" for _ in range(99))

    (wrong,) = read_pasted(TABLE, text).wrong

    assert wrong.message.startswith("There are 99 cells in this line")


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def here(bid):
    return f"/bids/{bid.token}/questions/SLP-07/SLP-07.i/paste"


@pytest.fixture
def table(tender):
    return questionnaire_of(tender).parts["SLP-07.i"]


@pytest.mark.both_databases
def test_rows_are_shown_first_and_added_when_somebody_says_so(client, bid, here, table, save):
    save({"SLP-07.i": [made_row(table, 99)]})
    rows = [made_row(table, number) for number in range(1, 41)]
    text = copied(table, rows)

    shown = client.post(here, data={"text": text, "then": "look"})
    assert "40 rows to add" in shown.text
    assert queries.answers_of(bid)["SLP-07.i"] == [made_row(table, 99)]

    added = client.post(here, data={"text": text, "then": "add"})
    assert added.location == f"/bids/{bid.token}/questions/SLP-07#part-SLP-07-i"
    assert queries.answers_of(bid)["SLP-07.i"] == [made_row(table, 99), *rows]


def test_wrong_cells_are_named_and_what_was_pasted_stays(client, bid, here, table):
    text = copied(table, [made_row(table, 1)]).replace("4h30min", "<soon>")

    page = client.post(here, data={"text": text, "then": "add"})

    assert page.status_code == 422
    assert "Line 2, " in page.text
    assert text.strip() in unescape(page.text).replace("\r\n", "\n").replace("\n\n", "\n") or (
        "<soon>" in unescape(page.text)
    )
    assert queries.answers_of(bid) == {}


def test_a_row_that_is_there_already_is_refused_with_all_others(client, bid, here, table, save):
    save({"SLP-07.i": [made_row(table, 1)]})

    page = client.post(here, data={"text": copied(table, [made_row(table, 1)]), "then": "add"})

    assert page.status_code == 422
    assert "Row 2 repeats row 1" in page.text
    assert len(queries.answers_of(bid)["SLP-07.i"]) == 1


def test_a_table_whose_rows_are_given_and_a_part_that_is_no_table_have_no_such_page(client, bid):
    assert client.get(f"/bids/{bid.token}/questions/SLP-10/SLP-10.b/paste").status_code == 404
    assert client.get(f"/bids/{bid.token}/questions/SLP-07/SLP-07.a/paste").status_code == 404


def test_the_button_saves_the_page_and_leads_there(client, bid, here):
    typed = {"v-SLP-07.a": "0", "SLP-07.a": "We fail over.", "then": "paste:SLP-07.i"}

    answer = client.post(f"/bids/{bid.token}/questions/SLP-07", data=typed)

    assert answer.location == here
    assert queries.answers_of(bid)["SLP-07.a"] == "We fail over."
    assert "Columns of this table" in client.get(here).text
