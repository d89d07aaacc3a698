"""Nothing of a bid shows before the opening, not even that there is one."""

from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from scoring import queries
from tests.evaluating import declare_for
from tests.factories import make_person, viewer_of
from tests.opening import be_ready, confirm
from tests.pages.scoring.conftest import CLOSES_AT


def pages_of(tender, bid):
    return [
        f"/evaluation/tenders/{tender.token}",
        f"/evaluation/tenders/{tender.token}/scores.xlsx",
        f"/evaluation/tenders/{tender.token}/risk-register.xlsx",
        f"/evaluation/bids/{bid.token}",
        f"/evaluation/bids/{bid.token}/questions/SLP-07",
        f"/evaluation/bids/{bid.token}/requirements/SLP-02",
        f"/evaluation/bids/{bid.token}/risks",
        f"/evaluation/bids/{bid.token}/risks/new",
    ]


def test_before_the_opening_every_page_is_a_404(client_for, tender, make_bid, officer, at):
    bid = make_bid("Larkfield")
    at(CLOSES_AT + timedelta(days=3))
    client = client_for(officer)

    statuses = [client.get(page).status_code for page in pages_of(tender, bid)]

    assert statuses == [404] * 8


def test_opening_too_early_says_when_and_not_how_many(client_for, tender, make_bid, officer):
    make_bid("Larkfield")

    page = client_for(officer).post(f"/evaluation/tenders/{tender.token}/open")

    assert page.status_code == 409
    assert "You cannot open the bids because bidding closes on 2 December 2026" in page.text
    assert "Larkfield" not in page.text


def test_two_officers_open_the_bids_and_see_them(
    client_for, tender, make_bid, authority, officer, at
):
    make_bid("Larkfield")
    make_bid("Rook Systems", best=False)
    at(CLOSES_AT + timedelta(minutes=5))
    be_ready(client_for(officer), tender)

    client = client_for(make_person(Role.OFFICER, authority))
    sent = confirm(client, tender)
    page = client.get(sent.location)

    assert sent.status_code == 302
    assert [name in page.text for name in ("Larkfield", "Rook Systems")] == [True, True]
    assert "0 of 28 marks agreed" in page.text


def test_the_second_officer_is_led_to_the_declaration_and_back_to_the_bids(
    interests_asked, client_for, tender, make_bid, authority, officer, at
):
    make_bid("Larkfield")
    at(CLOSES_AT + timedelta(minutes=5))
    second = make_person(Role.OFFICER, authority)
    declare_for(tender, [officer, second], bidders_known=False)
    be_ready(client_for(officer), tender)

    client = client_for(second)
    bids = confirm(client, tender).location
    sent = client.get(bids)
    asked = client.get(sent.location)
    declare_for(tender, [second])
    page = client.get(bids)

    assert bids == f"/evaluation/tenders/{tender.token}"
    assert sent.location == f"{bids}/interests?back={bids}"
    assert (asked.status_code, "Larkfield" in asked.text) == (200, True)
    assert (page.status_code, "Larkfield" in page.text) == (200, True)


def test_opening_proposes_the_risks_of_each_bid(make_bid, opened, evaluated):
    bid = make_bid("Rook Systems", best=False)
    opened()

    found = evaluated(bid)

    assert {risk.risk_id for risk in found.risks} == {p.risk.id for p in found.evaluation.risks}
    assert "R10" in {risk.risk_id for risk in found.risks}


def test_no_table_of_the_register_holds_what_a_bid_says(make_bid, opened, evaluated):
    bid = make_bid("Rook Systems", best=False)
    opened()

    for risk in evaluated(bid).risks:
        assert [set(cause) for cause in risk.row.causes] == [
            {"bank_version", "rule", "severity", "sources"} for _ in risk.row.causes
        ]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.EVALUATOR, Role.AUDITOR])
def test_people_of_another_authority_find_nothing(role, client_for, tender, make_bid, opened):
    bid = make_bid("Larkfield")
    opened()
    client = client_for(role)

    statuses = {client.get(page).status_code for page in pages_of(tender, bid)}

    assert statuses <= {403, 404}


def test_an_evaluator_cannot_open_bids(client_for, tender, evaluator):
    assert client_for(evaluator).post(f"/evaluation/tenders/{tender.token}/open").status_code == 403


def test_a_tender_without_bids_says_so(client_for, tender, officer, opened):
    opened()

    page = client_for(officer).get(f"/evaluation/tenders/{tender.token}")

    assert "No bid was submitted before the closing time" in page.text


@pytest.mark.parametrize("bids", [1, 4])
def test_no_page_needs_more_than_15_statements_whatever_the_number_of_bids(
    bids, client_for, tender, make_bid, officer, opened, mark_all, evaluated, statements_counted
):
    made = [make_bid(f"Supplier {number}", best=number % 2 == 1) for number in range(bids)]
    opened()
    mark_all(made[0], 2)
    risk = evaluated(made[0]).risks[0].row.token
    client = client_for(officer)

    for page in [*pages_of(tender, made[0]), f"/evaluation/risks/{risk}"]:
        with statements_counted() as statements:
            assert client.get(page).status_code == 200
        assert len(statements) <= 15, page


def test_a_person_with_a_role_for_another_tender_only_finds_nothing(
    client_for, authority, tender, make_bid, opened
):
    bid = make_bid("Larkfield")
    opened()
    guest = make_person(Role.EVALUATOR, authority, tender_id=tender.id + 1)

    assert client_for(guest).get(f"/evaluation/bids/{bid.token}").status_code == 404


def test_a_person_with_a_role_for_this_tender_finds_it(
    client_for, authority, tender, make_bid, opened
):
    bid = make_bid("Larkfield")
    opened()
    guest = make_person(Role.EVALUATOR, authority, tender_id=tender.id)

    assert client_for(guest).get(f"/evaluation/bids/{bid.token}").status_code == 200


def test_the_same_bid_is_evaluated_afresh_when_a_mark_changes(make_bid, opened, mark_all, officer):
    bid = make_bid("Larkfield")
    tender = opened()
    before = queries.bids_in_evaluation(viewer_of(officer), tender)[0].evaluation.quality.total
    mark_all(bid, 5)
    after = queries.bids_in_evaluation(viewer_of(officer), tender)[0].evaluation.quality.total

    assert (before, str(after)) == (None, "100.00")
