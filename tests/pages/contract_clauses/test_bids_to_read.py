"""Who manages contracts is led from the page of a tender to what he may read of its bids."""

from __future__ import annotations

import re

import pytest

from accounts.rules.roles import Role
from contract_clauses import bids_to_read
from scoring import service
from scoring.rules.interests import Nature
from tests import contracting
from tests.factories import make_person, viewer_of


@pytest.fixture
def manager(authority):
    return make_person(Role.CONTRACT_MANAGER, authority)


@pytest.fixture
def bids(make_bid, opened):
    made = {name: make_bid(name) for name in ("Rook", "Larkfield")}
    opened()
    return made


@pytest.fixture
def shown(client_for, tender):
    """Return where the page of the tender leads of its bids."""

    def read(person):
        page = client_for(person).get(f"/tenders/{tender.token}").text
        part = re.search(r'<h2[^>]* id="bids-to-read">.*?</ul>', page, re.DOTALL)
        return re.findall(r'href="([^"]+)"', part[0]) if part else []

    return read


def ways(*bids):
    return [
        address
        for bid in bids
        for address in (f"/evaluation/bids/{bid.token}/risks", f"/schedules/{bid.token}")
    ]


def test_while_bids_are_evaluated_each_has_its_risks_and_schedule(
    client_for, bids, manager, officer, shown
):
    found, web = shown(manager), client_for(manager)

    assert found == ways(bids["Larkfield"], bids["Rook"])
    assert [web.get(address).status_code for address in found] == [200] * 4
    # Who may read marks finds the same on the page of the bids.
    assert shown(officer) == []


def test_after_the_award_those_of_who_won_alone(client_for, bids, manager, shown):
    contracting.award_to(bids["Rook"])

    found, web = shown(manager), client_for(manager)

    assert found == ways(bids["Rook"])
    assert [web.get(address).status_code for address in found] == [200] * 2


def test_of_many_bids_the_first_are_listed(bids, manager, shown, monkeypatch):
    monkeypatch.setattr(bids_to_read, "MOST", 1)

    assert shown(manager) == ways(bids["Larkfield"])


@pytest.mark.usefixtures("interests_asked")
def test_a_bid_he_is_kept_from_is_not_there_and_none_before_he_declared(
    bids, tender, manager, shown
):
    before = shown(manager)
    family = {bids["Rook"].id: service.Connection(Nature.FAMILY, "A cousin")}
    service.declare(tender, service.Declared(connections=family), by=viewer_of(manager))

    assert (before, shown(manager)) == ([], ways(bids["Larkfield"]))


def test_before_the_opening_there_is_nothing(make_bid, manager, shown):
    make_bid("Rook")

    assert shown(manager) == []
