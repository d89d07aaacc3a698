"""The Word documents of one bid: what they hold, and to whom they are handed."""

import hashlib
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest

from accounts.rules.roles import Role
from supplier_portal.service import NewFile
from tests.factories import make_authority, make_person, make_supplier
from tests.two_worlds import PDF

CANARY = "Qxyzzy our own words"
FILES = ("commitments", "side-letter", "response")


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False, text=CANARY)
    opened()
    return bid


def address(bid, name="documents"):
    return f"/schedules/{bid.token}/{name}"


def files_of(bid):
    return [address(bid, f"{name}.docx") for name in FILES]


def read(answer):
    return docx.Document(BytesIO(answer.data))


def words_of(document):
    cells = [cell.text for table in document.tables for cell in table._cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def test_the_page_offers_every_document_of_the_bid(client_for, officer, bid):
    page = client_for(officer).get(address(bid)).text

    named = [address(bid, f"{name}.docx") for name in ("schedule", *FILES)]
    assert [f'"{each}"' in page for each in named] == [True] * 4
    assert "Nothing departs from it as the schedule stands" in page


def test_the_schedule_and_the_bid_lead_to_them(client_for, officer, bid):
    client = client_for(officer)

    assert f'"{address(bid)}"' in client.get(f"/schedules/{bid.token}").text
    assert f'"{address(bid, "response.docx")}"' in client.get(f"/evaluation/bids/{bid.token}").text


@pytest.mark.parametrize(
    ("query", "has_notes"), [("", False), ("?with=notes", True), ("?with=departures", False)]
)
def test_notes_and_departures_come_into_the_schedule_only_when_asked_for(
    client_for, officer, bid, query, has_notes
):
    answer = client_for(officer).get(address(bid, f"schedule.docx{query}"))

    with ZipFile(BytesIO(answer.data)) as package:
        assert ("word/comments.xml" in package.namelist()) is has_notes


def test_the_response_holds_every_answer_and_nothing_of_the_evaluation(client_for, officer, bid):
    answer = client_for(officer).get(address(bid, "response.docx"))

    document = read(answer)
    assert (
        answer.headers["Content-Disposition"] == "attachment; filename=rook-systems-response.docx"
    )
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 2"]
    assert len(headings) == len(set(headings)) > 10
    words = words_of(document)
    assert words.count(CANARY) > 10
    assert [text for text in words if "Proposes failure" in text or "Red flag" in text] == []


def test_the_response_lists_the_files_it_names_with_what_they_support(
    client_for, officer, make_bid, opened
):
    named = NewFile("report.pdf", PDF, title="Penetration test")
    bid = make_bid("Rook Systems", files={"SLP-07.g2": named})
    opened()

    files = read(client_for(officer).get(address(bid, "response.docx"))).tables[-1]

    row = [cell.text for cell in files.rows[1].cells]
    assert (row[0], row[3:]) == (
        "Penetration test\nreport.pdf",
        ["SLP-07.g2", hashlib.sha256(PDF).hexdigest()],
    )


def test_the_register_lists_every_promise_and_duty(client_for, officer, bid):
    document = read(client_for(officer).get(address(bid, "commitments.docx")))

    captions = [table.rows[0].cells[0].text for table in document.tables[1:]]
    assert captions == ["No", "Clause"]
    assert len(document.tables[2].rows) > 20
    assert document.core_properties.title == "Commitments register"


def test_the_letter_lists_what_falls_short_and_where_to_sign(client_for, officer, bid):
    words = words_of(read(client_for(officer).get(address(bid, "side-letter.docx"))))

    undecided = [text for text in words if text.startswith("Not decided. Until then")]
    assert len(undecided) >= 1
    assert "For Rook Systems Limited" in words


def test_before_the_opening_there_is_no_document_of_a_bid(client_for, officer, make_bid):
    sealed = make_bid("Rook Systems")

    found = [address(sealed), *files_of(sealed)]
    assert [client_for(officer).get(each).status_code for each in found] == [404] * 4


def test_another_authority_and_the_supplier_get_none(client_for, bid):
    stranger = client_for(make_person(Role.OFFICER, make_authority("Other Council")))
    supplier = client_for(make_person(Role.BID_LEAD, make_supplier("Quay Ltd")))

    found = [address(bid), *files_of(bid)]
    assert [stranger.get(each).status_code for each in found] == [404] * 4
    assert [supplier.get(each).status_code for each in found] == [403] * 4


def test_who_may_not_read_answers_gets_the_schedule_but_not_the_response(
    client_for, authority, bid
):
    client = client_for(make_person(Role.CONTRACT_MANAGER, authority))

    assert client.get(address(bid)).status_code == 200
    assert "response.docx" not in client.get(address(bid)).text
    assert client.get(address(bid, "response.docx")).status_code == 404


def test_each_takes_few_statements(client_for, officer, bid, statements_counted):
    client = client_for(officer)
    client.get(address(bid))
    taken = []
    for each in (address(bid), *files_of(bid)):
        with statements_counted() as statements:
            client.get(each)
        taken.append(len(statements))

    assert max(taken) <= 15
