"""Whoever still marks alone takes away nothing that tells the marks of others."""

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from scoring import service
from tests.evaluating import agree, give
from tests.factories import make_person, viewer_of

CANARY = "The panel found SLP-08.a to be met and heard of the copper heron"


@pytest.fixture
def bid(make_bid, opened, evaluated, officer):
    """A bid with a low mark that the panel agreed."""
    made = make_bid("Ash", best=False)
    opened()
    agree(evaluated(made), "SLP-08", 1, by=viewer_of(officer), reason=CANARY)
    return made


@pytest.fixture
def alone(authority, tender, officer, bid):
    """An officer who marks too and has locked nothing."""
    person = make_person(Role.OFFICER, authority, name="Ada Hill")
    service.allocate(tender, ["SLP-07"], [person.id], by=viewer_of(officer))
    return person


def test_controls_tell_no_agreed_mark_to_who_marks_alone(client_for, tender, bid, alone, officer):
    address = f"/evaluation/bids/{bid.token}/controls"

    pages = [client_for(person).get(address) for person in (alone, officer)]

    assert [page.status_code for page in pages] == [200, 200]
    assert ["Marked 1" in page.text for page in pages] == [False, True]


def test_scores_and_risks_wait_until_ones_own_marks_are_locked(
    client_for, tender, bid, alone, officer, evaluated
):
    of_tender, of_bid = f"/evaluation/tenders/{tender.token}", f"/evaluation/bids/{bid.token}"
    token = evaluated(bid).risks[0].row.token
    addresses = [
        f"{of_tender}/scores.xlsx",
        f"{of_tender}/risk-register.xlsx",
        f"{of_bid}/risks",
        f"{of_bid}/risks/new",
        f"/evaluation/risks/{token}",
    ]
    client = client_for(alone)

    refused = [client.get(address) for address in addresses]
    pages = [client.get(of_tender).text, client.get(of_bid).text]
    others = [client_for(officer).get(address).status_code for address in addresses]
    by = viewer_of(alone)
    give(evaluated(bid), "SLP-07", 2, by=by)
    service.lock_marks(tender, by=by)
    locked = [client.get(address).status_code for address in addresses]

    # Whether there still is one risk would tell what the panel agreed: none is found.
    assert [answer.status_code for answer in refused] == [409] * 4 + [404]
    assert ["your own marks" in answer.text for answer in refused[:4]] == [True] * 4
    assert [words in page for page in pages for words in ("/risks", "scores.xlsx")] == [False] * 4
    assert (others, locked) == ([200] * 5, [200] * 5)
