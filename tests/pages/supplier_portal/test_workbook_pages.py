"""Working offline: the workbook out, compared when it comes back, applied in one step."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from docx import Document
from openpyxl import load_workbook

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from supplier_portal import queries
from supplier_portal.models import Bid
from tests.factories import make_open_tender, make_person, make_supplier

pytestmark = [pytest.mark.both_databases, pytest.mark.slow]


@pytest.fixture
def tender(app):
    # Soon enough that whoever is signed in now still is when it closes.
    return make_open_tender(closes_at=clock.now() + timedelta(hours=2))


@pytest.fixture
def client(client_for, lead):
    return client_for(lead)


@pytest.fixture
def download(client, bid):
    return lambda: client.get(f"/bids/{bid.token}/workbook.xlsx").data


def filled(data, answers):
    """The workbook with answers typed in: name of the cell → text."""
    book = load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in range(1, sheet.max_row + 1):
            name = sheet.cell(row, 1).value
            if name in answers:
                sheet.cell(row, 5).value = answers[name]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def upload(client, bid):
    def send(data, name="answers.xlsx", token=None):
        return client.post(
            f"/bids/{token or bid.token}/workbook",
            data={"file": (io.BytesIO(data), name)},
            content_type="multipart/form-data",
        )

    return send


@pytest.fixture
def apply(client, bid):
    """Press the button of the comparison, with ``chosen`` ticked or what is ticked already."""

    def press(compared, chosen=None):
        carried = re.search(r'name="changes" value="([^"]*)"', compared.text)[1]
        ticked = re.findall(r'name="apply" value="([^"]+)" checked', compared.text)
        return client.post(
            f"/bids/{bid.token}/workbook/apply",
            data={"changes": carried, "apply": ticked if chosen is None else chosen},
        )

    return press


def rows_of(compared):
    """The cells of the table of what could not be read."""
    rows = re.findall(r'<tr class="govuk-table__row">(<td.*?)</tr>', compared.text)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]


def answers_now(bid):
    return queries.answers_of(db.session.get(Bid, bid.id))


def test_the_workbook_comes_with_everything_saved(save, download):
    save({"SLP-07.a": "=Nightly copies\nkept apart"})

    sheets = load_workbook(io.BytesIO(download()))

    cells = {row[0].value: row[4].value for sheet in sheets for row in sheet.iter_rows(max_col=5)}
    assert cells["SLP-07.a"] == "=Nightly copies\nkept apart"


def test_a_workbook_not_changed_changes_nothing(save, download, upload):
    save({"SLP-07.a": "Nightly", "SLP-07.f": "offline"})

    compared = upload(download())

    assert compared.status_code == 200
    assert "Nothing would change" in compared.text


def test_nothing_is_saved_before_it_is_applied_and_then_all_of_it_at_once(
    bid, download, upload, apply
):
    data = filled(
        download(),
        {
            "SLP-07.a": "=SUM(1) stays text",
            "SLP-07.g": "27/3/2026",
            "SLP-07.b": "Yes, with an exception",
            "SLP-07.b:exception": "Not footage",
        },
    )
    data = data_as_text(data)
    compared = upload(data)

    assert "3 answers would change" in compared.text
    assert answers_now(bid) == {}

    applied = apply(compared)

    assert applied.location == f"/bids/{bid.token}"
    assert answers_now(bid) == {
        "SLP-07.a": "=SUM(1) stays text",
        "SLP-07.g": "2026-03-27",
        "SLP-07.b": {"answer": "yes-with-exception", "exception": "Not footage"},
    }


def data_as_text(data):
    """What a spreadsheet does with text typed into a cell of the format "text"."""
    book = load_workbook(io.BytesIO(data))
    for sheet in book:
        for row in sheet.iter_rows(min_col=5, max_col=5):
            if row[0].data_type == "f":
                row[0].data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_only_what_is_ticked_is_applied(bid, download, upload, apply):
    compared = upload(filled(download(), {"SLP-07.a": "one", "SLP-01.a2": "", "SLP-07.e": "two"}))

    apply(compared, ["SLP-07.e"])

    assert answers_now(bid) == {"SLP-07.e": "two"}


def test_nothing_ticked_is_said_and_nothing_is_lost(bid, download, upload, apply):
    compared = upload(filled(download(), {"SLP-07.a": "one"}))

    again = apply(compared, [])

    assert again.status_code == 422
    assert "Select at least one answer to apply" in again.text
    apply(again)
    assert answers_now(bid) == {"SLP-07.a": "one"}


def test_an_answer_changed_on_both_sides_shows_both_and_is_not_ticked(
    bid, save, supplier, download, upload, apply
):
    save({"SLP-07.a": "first", "SLP-07.e": "first"})
    data = filled(download(), {"SLP-07.a": "from the workbook"})
    tom = make_person(Role.CONTRIBUTOR, supplier, name="Tom Ash")
    save({"SLP-07.a": "from Tom", "SLP-07.e": "from Tom too"}, by=tom, version=1)

    compared = upload(data)

    assert "Changed here as well" in compared.text
    assert "from Tom</div>" in compared.text
    assert "from the workbook</div>" in compared.text
    assert 'value="SLP-07.a" checked' not in compared.text
    # What only Tom changed is no change of the workbook's.
    assert "from Tom too" not in compared.text

    apply(compared, ["SLP-07.a"])

    assert answers_now(bid) == {"SLP-07.a": "from the workbook", "SLP-07.e": "from Tom too"}


def test_a_change_made_between_comparing_and_applying_is_shown(
    bid, save, supplier, download, upload, apply
):
    compared = upload(filled(download(), {"SLP-07.a": "mine", "SLP-07.e": "mine too"}))
    save({"SLP-07.a": "from Tom"}, by=make_person(Role.CONTRIBUTOR, supplier, name="Tom Ash"))

    again = apply(compared)

    assert again.status_code == 409
    assert "Tom Ash saved another answer while you were writing" in again.text
    assert answers_now(bid) == {"SLP-07.a": "from Tom", "SLP-07.e": "mine too"}
    apply(again, ["SLP-07.a"])
    assert answers_now(bid)["SLP-07.a"] == "mine"


def test_what_cannot_be_read_is_named_by_sheet_and_cell(bid, download, upload, apply):
    data = filled(download(), {"SLP-07.a": "fine", "SLP-07.g": "soon", "SLP-07.e": "=1+1"})

    compared = upload(data)

    assert "2 things in the workbook could not be read" in compared.text
    assert "The cell holds a formula" in compared.text
    sheet = "4 Resilience and encryption"
    assert [cells[0] for cells in rows_of(compared)] == [sheet, sheet]
    assert [cells[1][0] for cells in rows_of(compared)] == ["E", "E"]
    apply(compared)
    assert answers_now(bid) == {"SLP-07.a": "fine"}


def test_an_answer_emptied_in_the_workbook_is_taken_back_by_those_who_say_so(
    bid, save, download, upload, apply
):
    save({"SLP-07.a": "to go", "SLP-07.e": "to stay"})
    compared = upload(filled(download(), {"SLP-07.a": None}))

    apply(compared)
    assert answers_now(bid) == {"SLP-07.a": "to go", "SLP-07.e": "to stay"}

    apply(compared, ["SLP-07.a"])
    assert answers_now(bid) == {"SLP-07.e": "to stay"}


def test_a_table_with_nothing_to_list_is_shown_as_answered(bid, download, upload, apply):
    compared = upload(filled(download(), {"SLP-12.c:nothing": "Yes"}))

    assert "Nothing to list</div>" in compared.text
    apply(compared)
    assert answers_now(bid) == {"SLP-12.c": []}


def test_rows_begun_go_out_and_come_back_with_what_they_lack_named(
    bid, save, download, upload, apply
):
    save({"SLP-12.c": [{"name": "Brindle Hosting Ltd"}]})
    book = load_workbook(io.BytesIO(download()))
    sheet = next(sheet for sheet in book if sheet.title.startswith("SLP-12.c"))
    sheet["C7"] = "Ash Cloud Ltd"
    stream = io.BytesIO()
    book.save(stream)

    compared = upload(stream.getvalue())

    assert "1 answer would change" in compared.text
    assert "could not be read" not in compared.text
    assert [row[:2] for row in rows_of(compared)][:1] == [[sheet.title, "E6"]]
    assert {row[1][1:] for row in rows_of(compared)} == {"6", "7"}
    assert all(row[2].startswith("Still to do: ") for row in rows_of(compared))
    apply(compared)
    assert answers_now(bid) == {
        "SLP-12.c": [{"name": "Brindle Hosting Ltd"}, {"name": "Ash Cloud Ltd"}]
    }


def test_the_workbook_of_another_tender_is_refused(client, lead, bid, upload, download):
    other = make_open_tender()
    client.post(f"/opportunities/{other.token}/start")

    refused = upload(download(), token=other.token)

    assert refused.status_code == 422
    assert "This workbook is for another tender" in refused.text


def test_a_workbook_of_another_bid_is_based_on_nothing_here(client_for, tender, save, bid, upload):
    other = client_for(make_person(Role.BID_LEAD, make_supplier("Rook Systems")))
    other.post(f"/opportunities/{tender.token}/start")
    theirs = other.get(f"/bids/{tender.token}/workbook.xlsx").data
    save({"SLP-07.a": "ours"})

    compared = upload(filled(theirs, {"SLP-07.a": "theirs"}))

    assert "This workbook was not downloaded from this bid" in compared.text
    assert "Changed here as well" in compared.text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is empty"),
        (b"not a workbook", "The file is damaged or not an .xlsx workbook"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "The file has a password or is in the old .xls"),
    ],
    ids=["empty", "text", "old or locked"],
)
def test_a_file_that_is_no_workbook_is_refused_with_what_to_do(upload, data, says):
    refused = upload(data)

    assert refused.status_code == 422
    assert says in refused.text


def test_the_form_asks_for_a_workbook(client, bid):
    assert client.get(f"/bids/{bid.token}/workbook").status_code == 200

    refused = client.post(f"/bids/{bid.token}/workbook", data={})

    assert (refused.status_code, "Select the workbook" in refused.text) == (422, True)


def test_changes_that_were_tampered_with_are_not_applied(client, bid, download, upload):
    upload(filled(download(), {"SLP-07.a": "one"}))

    for carried in ("", "AAAA", "é", "A" * 200):
        refused = client.post(
            f"/bids/{bid.token}/workbook/apply", data={"changes": carried, "apply": ["SLP-07.a"]}
        )
        assert "Upload the workbook again" in refused.text

    assert answers_now(bid) == {}


def test_a_closed_tender_takes_no_workbook(client, bid, download, upload, apply, after_closing):
    data = filled(download(), {"SLP-07.a": "late"})
    compared = upload(data)
    after_closing()

    assert "because this tender closed on" in upload(data).text
    assert apply(compared).status_code == 409
    assert "this tender closed on" in client.get(f"/bids/{bid.token}/workbook").text
    assert answers_now(bid) == {}


def test_who_only_reads_the_bid_cannot_work_offline_but_has_the_answers_in_word(
    client_for, supplier, bid, save
):
    save({"SLP-07.a": "Nightly"})
    certifier = client_for(make_person(Role.CERTIFIER, supplier))

    assert certifier.get(f"/bids/{bid.token}/workbook.xlsx").status_code == 403
    assert certifier.get(f"/bids/{bid.token}/workbook").status_code == 403
    document = Document(io.BytesIO(certifier.get(f"/bids/{bid.token}/answers.docx").data))
    assert "Nightly" in [paragraph.text for paragraph in document.paragraphs]


def test_another_companys_bid_is_not_there(client_for, bid):
    stranger = client_for(make_person(Role.BID_LEAD, make_supplier("Rook Systems")))

    for address in ("workbook", "workbook.xlsx", "answers.docx"):
        assert stranger.get(f"/bids/{bid.token}/{address}").status_code == 404


def test_comparing_and_applying_take_few_statements(
    save, download, upload, apply, statements_counted
):
    save({"SLP-07.a": "first", "SLP-07.e": "first"})
    data = filled(download(), {"SLP-07.a": "second", "SLP-07.f": "None"})
    save({"SLP-07.e": "third"}, version=1)

    with statements_counted() as comparing:
        compared = upload(data)
    with statements_counted() as applying:
        apply(compared)

    assert len(comparing) <= 8
    assert len(applying) <= 12
