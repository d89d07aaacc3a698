"""A rule proposes that a bid fails; a person decides."""

import pytest

from accounts.rules.roles import Role
from scoring import queries
from tests.factories import make_person, viewer_of

REASON = "The bid keeps derived data, which SLP-02.b shows"


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


def address(bid, question="SLP-02"):
    return f"/evaluation/bids/{bid.token}/requirements/{question}"


def form(decision="fail", **changed):
    return {"decision": decision, "reason": REASON, "based_on": "0"} | changed


def place_of(bid, officer):
    tender = bid.tender
    (place,) = queries.ranking(queries.bids_in_evaluation(viewer_of(officer), tender))
    return place


def test_a_bid_proposed_to_fail_is_listed_but_has_no_rank(bid, officer, mark_all):
    mark_all(bid, 5)

    place = place_of(bid, officer)

    assert place.rank == ""
    assert place.why_not.startswith("proposed to fail: SLP-01, SLP-02")


def test_the_officer_sees_what_the_rules_find_and_the_answers(client_for, bid, officer):
    page = client_for(officer).get(address(bid)).text

    assert [words in page for words in (
        "proposed to fail",
        "The council must own all the data",
        "SLP-02:pass",
        "Kinds of data the council owns",
    )] == [True] * 4  # fmt: skip


def test_an_officer_fails_the_bid_with_a_reason(client_for, bid, officer, evaluated):
    sent = client_for(officer).post(address(bid), data=form())

    assert sent.status_code == 302
    decision = evaluated(bid).decisions["SLP-02"]
    assert (decision.passed, decision.reason, decision.found) == (False, REASON, "not met")
    assert place_of(bid, officer).why_not == "failed SLP-02"


def test_a_bid_passed_on_everything_and_marked_has_a_rank(
    client_for, bid, officer, evaluated, mark_all
):
    client = client_for(officer)
    for entry in evaluated(bid).waiting:
        client.post(address(bid, entry.question_id), data=form("pass"))
    mark_all(bid, 4)

    assert place_of(bid, officer).rank == "1"


def test_a_decision_without_a_reason_is_not_taken(client_for, bid, officer, evaluated):
    page = client_for(officer).post(address(bid), data=form(reason="No"))

    assert "Enter a reason of at least 20 characters" in page.text
    assert dict(evaluated(bid).decisions) == {}


def test_a_decision_taken_meanwhile_is_shown_before_another_counts(client_for, bid, officer):
    client = client_for(officer)
    client.post(address(bid), data=form())

    page = client.post(address(bid), data=form("pass"))

    assert "Somebody decided this requirement while you were writing" in page.text
    assert REASON in page.text


def test_a_requirement_that_is_none_is_a_404(client_for, bid, officer):
    assert client_for(officer).get(address(bid, "SLP-07")).status_code == 404


def test_an_evaluator_cannot_decide(client_for, bid, evaluator):
    assert client_for(evaluator).post(address(bid), data=form()).status_code == 403


def test_the_page_of_the_bid_offers_the_decision_to_those_who_may_take_it(
    client_for, bid, authority, officer
):
    link = address(bid)
    auditor = make_person(Role.AUDITOR, authority)

    pages = [
        client_for(who).get(f"/evaluation/bids/{bid.token}").text for who in (officer, auditor)
    ]

    assert [link in page for page in pages] == [True, False]
