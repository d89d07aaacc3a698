"""Looking at risks: the heat map, the filters in the address, and bids beside each other."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.rules.roles import Role
from scoring import service
from scoring.rules.register import RiskState
from scoring.service.risks import RiskTerms
from tests.evaluating import agree, agree_quality, give
from tests.factories import make_authority, make_person, viewer_of
from tests.pages.scoring.test_own_registers import treated

MOST = 15


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


def decide(evaluated, bid, officer, risk_id, state=RiskState.ACCEPTED, **changed):
    read = evaluated(bid)
    risk = next(one for one in read.risks if one.risk_id == risk_id)
    row = risk.shown(read.name, read.evaluation, read.questionnaire)
    terms = RiskTerms(
        state=state, cause=row.cause, event=row.event, consequence=row.consequence,
        likelihood=4, impact=5, why="As the panel agreed", **treated(**changed),
    )  # fmt: skip
    service.decide_risk(read, risk, terms, based_on=risk.number, by=viewer_of(officer))


@pytest.fixture
def decided(bid, evaluated, officer):
    left = {"residual_likelihood": 2, "residual_impact": 5}
    decide(evaluated, bid, officer, "R10", owner="Head of Parks", **left)
    decide(evaluated, bid, officer, "R05", RiskState.DROPPED)
    return bid


def shown(client, bid, **said):
    text = client.get(f"/evaluation/bids/{bid.token}/risks", query_string=said).text
    table = text.split('aria-label="Register"')[1].split("</table>")[0]
    return re.findall(r">(R\d+|OWN-\d+) ", table)


def test_the_heat_map_is_a_picture_with_its_table_and_arrows_to_what_is_left(
    client_for, decided, officer
):
    text = client_for(officer).get(f"/evaluation/bids/{decided.token}/risks").text
    picture = re.search(r"<svg.*?</svg>", text, re.DOTALL)[0]

    assert re.findall(r'role="img"|<title|<desc', picture) == ['role="img"', "<title", "<desc"]
    assert picture.count("app-draw--arrow-head") == 1
    assert picture.count(">R10</text>") == 1
    assert text.count('class="app-heat__count"') == 25
    assert "4 × 5 = 20, very high" in text
    assert "2 × 5 = 10, high" in text


def test_what_is_shown_stands_in_the_address_and_in_the_form(client_for, decided, officer):
    client = client_for(officer)
    everything = shown(client, decided)

    assert shown(client, decided, state="dropped") == ["R05"]
    assert shown(client, decided, owner="Head of Parks") == ["R10"]
    assert shown(client, decided, state="accepted", band="low") == []
    text = client.get(f"/evaluation/bids/{decided.token}/risks?owner=Head+of+Parks&sort=due").text
    assert f"1 of {len(everything)} risks." in text
    assert '<option value="Head of Parks" selected>' in text
    assert '<option value="due" selected>' in text
    assert "Show all in the usual order" in text


@pytest.mark.parametrize(
    "said", ["?cell=0x9", "?owner=" + "x" * 3000, "?sort=--&state=&state=dropped", "?band[]=low"]
)
def test_an_address_written_by_hand_shows_everything(client_for, bid, officer, said):
    answer = client_for(officer).get(f"/evaluation/bids/{bid.token}/risks{said}")

    assert answer.status_code == 200
    assert "Show all in the usual order" not in answer.text


def test_a_cell_of_the_heat_map_leads_to_its_risks(client_for, decided, officer):
    client = client_for(officer)
    text = client.get(f"/evaluation/bids/{decided.token}/risks").text

    assert f'href="/evaluation/bids/{decided.token}/risks?cell=4x5#register"' in text
    assert "R10" in shown(client, decided, cell="4x5")
    assert "R05" not in shown(client, decided, cell="4x5")


def test_what_is_shown_can_be_taken_away(client_for, decided, officer):
    client = client_for(officer)
    made = client.get(f"/evaluation/bids/{decided.token}/risks.xlsx?owner=Head+of+Parks")
    book = load_workbook(BytesIO(made.data))

    assert [cell.value for cell in book["Register"]["B"][1:]] == ["R10"]
    said = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
    assert said["Note"].endswith("owner Head of Parks.")


def test_the_register_sends_as_few_statements_for_many_risks_as_for_few(
    client_for, make_bid, opened, officer, statements_counted
):
    few, many = make_bid("Larkfield"), make_bid("Rook", best=False)
    opened()
    client = client_for(officer)
    counted = []
    for bid in (few, many):
        page = f"/evaluation/bids/{bid.token}/risks"
        client.get(page)
        with statements_counted() as statements:
            text = client.get(page).text
        counted.append((len(statements), text.count('data-label="Treatment"')))

    assert counted[0][0] == counted[1][0] <= MOST
    assert counted[0][1] + 10 < counted[1][1]


@pytest.fixture
def compared(tender):
    return f"/evaluation/tenders/{tender.token}/risk-profiles"


def test_bids_stand_beside_each_other(client_for, make_bid, opened, officer, evaluated, compared):
    better, poorer = make_bid("Larkfield"), make_bid("Rook", best=False)
    tender = opened()
    decide(evaluated, poorer, officer, "R10", residual_likelihood=3, residual_impact=5)
    text = client_for(officer).get(compared).text

    counts = re.findall(r'data-label="Risks">(\d+)<', text)
    assert [int(one) for one in counts] == [
        len([risk for risk in evaluated(bid).risks if risk.stands]) for bid in (better, poorer)
    ]
    row = re.search(r">R10 .*?</tr>", text, re.DOTALL)[0]
    assert "20 → 15" in row
    assert "Not raised" in row
    listed = client_for(officer).get(f"/evaluation/tenders/{tender.token}").text
    assert compared in listed


def test_nothing_is_compared_before_the_opening_or_by_another_authority(
    client_for, make_bid, opened, officer, compared
):
    make_bid("Larkfield")
    before = client_for(officer).get(compared).status_code
    opened()
    other = make_person(Role.OFFICER, make_authority())

    assert (before, client_for(other).get(compared).status_code) == (404, 404)


def test_who_marks_compares_no_risks_before_every_mark_is_agreed(
    client_for, make_bid, opened, officer, evaluated, compared
):
    bid = make_bid("Larkfield")
    tender = opened()
    by = viewer_of(officer)
    service.allocate(tender, ["SLP-07"], [officer.id], by=by, bid=evaluated(bid).opened.bid)
    alone = client_for(officer).get(compared)
    give(evaluated(bid), "SLP-07", 4, by=by)
    service.lock_marks(tender, by=by)
    locked = client_for(officer).get(compared)
    listed = client_for(officer).get(f"/evaluation/tenders/{tender.token}").text
    for question_id in evaluated(bid).to_mark:
        agree(evaluated(bid), question_id, 5, by=by, why_moved="We read it again")
    agree_quality(tender, by=by)

    assert (alone.status_code, locked.status_code) == (409, 409)
    assert "the marks of some bids are not agreed" in locked.text
    assert compared not in listed
    assert client_for(officer).get(compared).status_code == 200


def test_the_comparison_sends_as_few_statements_for_many_bids(
    client_for, make_bid, opened, officer, compared, statements_counted
):
    for each in range(14):
        make_bid(f"Supplier {each:02d}", best=False)
    opened()
    client = client_for(officer)
    client.get(compared)
    found = []
    for page in (2, 1):
        with statements_counted() as statements:
            text = client.get(f"{compared}?page={page}").text
        found.append((len(statements), text.count('data-label="To decide"')))

    assert [bids for _, bids in found] == [2, 12]
    assert found[0][0] == found[1][0] <= MOST


def test_an_unknown_page_of_bids_is_the_nearest(client_for, bid, officer, compared):
    client = client_for(officer)

    for page in ("0", "99", "-1", "x", "9" * 50, "²"):
        assert "Rook Systems" in client.get(compared, query_string={"page": page}).text


def test_workbook_and_comparison_give_both_counts_each_with_its_basis(
    client_for, decided, officer, tender, compared
):
    web = client_for(officer)
    book = load_workbook(
        BytesIO(web.get(f"/evaluation/tenders/{tender.token}/risk-register.xlsx").data)
    )
    lines = [[cell for cell in line if cell is not None]
             for line in book.worksheets[0].iter_rows(values_only=True)]  # fmt: skip
    heads = [place for place, line in enumerate(lines)
             if line and str(line[0]).startswith("Risks of each bid")]  # fmt: skip
    text = web.get(compared).text
    cells = re.findall(
        r'data-label="(?:Very high|High|Medium|Low)">(?:<a[^>]*>)?(\d+).*?(\d+) before</span>', text
    )

    assert [str(lines[place][0]).partition(" (")[0] for place in heads] == [
        "Risks of each bid, before contract terms", "Risks of each bid, as they stand now",
    ]  # fmt: skip
    before, now = ([int(n) for n in lines[place + 2][1:5]] for place in heads)
    assert before != now
    assert (before, now) == ([int(b) for _, b in cells], [int(n) for n, _ in cells])
