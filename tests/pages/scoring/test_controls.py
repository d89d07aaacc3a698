"""Controls in bids and what to ask bidders: after opening, for those who may, and exported."""

import re
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.rules.roles import Role
from tests.factories import make_authority, make_person, make_supplier

CANARY = "Qxyzzy our own words"


def words(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def addresses(tender, bid):
    of_tender, of_bid = f"/evaluation/tenders/{tender.token}", f"/evaluation/bids/{bid.token}"
    return [
        f"{of_tender}/controls",
        f"{of_tender}/controls.xlsx",
        f"{of_tender}/clarifications-to-ask",
        f"{of_bid}/controls",
        f"{of_bid}/controls.xlsx",
    ]


def test_before_the_opening_none_of_it_is_there(client_for, officer, tender, make_bid):
    bid = make_bid("Larkfield", text=CANARY)
    client = client_for(officer)

    answers = [client.get(address) for address in addresses(tender, bid)]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert [CANARY in answer.text for answer in answers] == [False] * 5


def test_another_authority_finds_none_of_it(client_for, make_bid, opened):
    bid = make_bid("Larkfield")
    tender = opened()
    client = client_for(make_person(Role.OFFICER, make_authority("Larkhaven Council")))

    assert [client.get(address).status_code for address in addresses(tender, bid)] == [404] * 5


def test_a_bid_shows_its_controls_with_the_answers_that_decide(
    client_for, officer, make_bid, opened
):
    bid = make_bid("Larkfield", best=False)
    opened()

    page = client_for(officer).get(f"/evaluation/bids/{bid.token}/controls?framework=caf-4.0")

    assert f"/evaluation/bids/{bid.token}/questions/SLP-07" in page.text
    assert re.search(
        r"B5.c Backups (Missing|Promised|Evidenced) SLP-07 Disaster recovery", words(page)
    )
    assert "Cyber Essentials" in page.text  # in the summary, whatever is chosen


def test_a_mark_counts_once_it_is_given(client_for, officer, make_bid, opened, mark_all):
    bid = make_bid("Larkfield")
    opened()
    address = f"/evaluation/bids/{bid.token}/controls?framework=caf-4.0"
    mark_all(bid, 5, SLP_07=1)

    page = words(client_for(officer).get(address))

    assert "B5.c Backups Missing SLP-07 Disaster recovery missing: Marked 1" in page


def test_all_bids_stand_side_by_side(client_for, officer, tender, make_bid, opened):
    for name in ("Larkfield", "Rook"):
        make_bid(name, best=name == "Larkfield")
    opened()

    page = client_for(officer).get(f"/evaluation/tenders/{tender.token}/controls")

    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)<', page.text)
    assert heads == ["Control", "Larkfield", "Rook"]
    assert "NCSC Cyber Assessment Framework, 4.0" in words(page)


@pytest.mark.parametrize("framework", ["", "nothing", "%3Cb%3E", "cyber-essentials"])
def test_whatever_framework_is_asked_for_the_page_answers(
    framework, client_for, officer, tender, make_bid, opened
):
    make_bid("Larkfield")
    opened()
    address = f"/evaluation/tenders/{tender.token}/controls?framework={framework}"

    assert client_for(officer).get(address).status_code == 200


@pytest.mark.parametrize("page", ["controls", "clarifications-to-ask"])
def test_any_number_of_bids_takes_as_many_statements(
    page, client_for, officer, tender, make_bid, opened, statements_counted
):
    for number in range(4):
        make_bid(f"Supplier {number}")
    opened()
    client = client_for(officer)
    address = f"/evaluation/tenders/{tender.token}/{page}"
    client.get(address)

    with statements_counted() as statements:
        client.get(address)

    assert len(statements) <= 12


def test_a_tender_without_bids_says_so(client_for, officer, tender, opened):
    opened()
    client = client_for(officer)

    pages = [
        client.get(f"/evaluation/tenders/{tender.token}/{page}")
        for page in ("controls", "clarifications-to-ask")
    ]

    assert ["No bid was submitted before the closing time" in page.text for page in pages] == [
        True
    ] * 2


def test_the_workbook_holds_every_bid_and_no_formula(client_for, officer, tender, make_bid, opened):
    make_bid("=Larkfield", text="=1+1")
    make_bid("Rook", best=False)
    opened()

    answer = client_for(officer).get(f"/evaluation/tenders/{tender.token}/controls.xlsx")
    book = load_workbook(BytesIO(answer.data))

    assert book.sheetnames == ["Summary", "Compared", "Reasons"]
    assert [cell.value for cell in book["Compared"][1]][4:] == ["=Larkfield", "Rook"]
    assert [
        c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"
    ] == []
    assert {row[3].value for row in book["Reasons"].iter_rows(min_row=2)} <= {
        "evidenced", "promised", "missing", "not asked of this bid",
    }  # fmt: skip


def test_the_workbook_of_one_bid_holds_no_other(client_for, officer, make_bid, opened):
    bid, _ = make_bid("Larkfield"), make_bid("Rook")
    opened()

    answer = client_for(officer).get(f"/evaluation/bids/{bid.token}/controls.xlsx")
    names = {
        row[0].value for row in load_workbook(BytesIO(answer.data))["Reasons"].iter_rows(min_row=2)
    }

    assert names == {"Larkfield"}


def test_what_to_ask_names_both_answers_and_is_ready_to_copy(
    client_for, officer, tender, make_bid, opened
):
    bid = make_bid("Larkfield", best=False, **{"SLP-01.c": "no-personal-data"})
    opened()

    page = client_for(officer).get(f"/evaluation/tenders/{tender.token}/clarifications-to-ask")
    text = re.search(
        r"<textarea[^>]* readonly>(Your answer on your role.*?)</textarea>", page.text, re.S
    )

    assert "Data protection law (SLP-01.c)" in words(page)
    assert f"/evaluation/bids/{bid.token}/questions/SLP-13#part-SLP-13.b" in page.text
    assert "What we compared:\n- Data protection law (SLP-01.c): What is your role" in unescape(
        text.group(1)
    )
    assert "- Data storage and data flow (SLP-13.b)" in unescape(text.group(1))


def test_a_contributor_of_a_supplier_cannot_open_any_of_it(client_for, tender, make_bid, opened):
    bid = make_bid("Larkfield")
    opened()
    client = client_for(Role.BID_LEAD)

    assert [client.get(address).status_code for address in addresses(tender, bid)] == [403] * 5


def my_page(bid, rest=""):
    return f"/evaluation/my-bids/{bid.token}/controls{rest}"


def test_a_supplier_sees_what_its_own_answers_evidence_before_anybody_marks(
    client_for, tender, make_bid
):
    bid = make_bid("Larkfield")
    lead = make_person(Role.BID_LEAD, bid.supplier)

    page = client_for(lead).get(my_page(bid, "?framework=cyber-essentials"))

    assert "CE1 Firewalls" in words(page)
    assert f"/bids/{bid.token}/questions/SLP-05" in page.text
    assert "/evaluation/bids/" not in page.text
    assert my_page(bid) in client_for(lead).get(f"/bids/{bid.token}/check").text


def test_nobody_else_sees_what_a_suppliers_answers_evidence(client_for, officer, make_bid, opened):
    bid = make_bid("Larkfield")
    rival = make_person(Role.BID_LEAD, make_supplier("Rook"))

    before = [client_for(who).get(my_page(bid)).status_code for who in (rival, officer)]
    opened()
    after = [client_for(who).get(my_page(bid)).status_code for who in (rival, officer)]

    assert (before, after) == ([404, 403], [404, 403])


def test_a_marks_existence_does_not_change_what_the_supplier_sees(
    client_for, make_bid, opened, mark_all
):
    bid = make_bid("Larkfield")
    lead = make_person(Role.BID_LEAD, bid.supplier)
    opened()
    before = client_for(lead).get(my_page(bid)).text

    mark_all(bid, 1)

    assert words(client_for(lead).get(my_page(bid))).count("Marked") == 0
    assert len(client_for(lead).get(my_page(bid)).text) == len(before)


def test_who_may_not_read_the_controls_of_bids_does_not_take_them_away(
    client_for, make_bid, opened, authority
):
    bid = make_bid("Larkfield", text=CANARY)
    tender = opened()
    client = client_for(make_person(Role.CONTRACT_MANAGER, authority))

    answers = [client.get(address).status_code for address in addresses(tender, bid)]

    assert answers == [403] * 5
