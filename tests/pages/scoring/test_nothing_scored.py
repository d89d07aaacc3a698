"""A tender that asks for information only: pages and workbook say that nothing is scored."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from accounts.rules.roles import Role
from foundation import clock
from supplier_portal import service as portal
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, pack_id="pan-london", closes_at=CLOSES_AT, facts=FACTS)


@pytest.fixture
def bid(tender):
    by = viewer_of(make_person(Role.BID_LEAD, make_supplier("Larkfield")))
    bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
    portal.save_answers(bid, {"LON-02.a": (0, "cannot")}, by=by, arrived_at=clock.now())
    portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    return bid


def test_the_page_of_bids_ranks_nobody_and_says_why(bid, opened, officer, client_for):
    tender = opened()

    page = client_for(officer).get(f"/evaluation/tenders/{tender.token}")

    assert "Not ranked: nothing is scored" in page.text
    assert "Nothing is scored in this questionnaire, so no bid has a rank." in page.text
    assert "A bid has a rank once" not in page.text


def test_the_page_of_a_bid_and_the_workbook_say_so_too(bid, opened, officer, client_for):
    tender = opened()
    desk = client_for(officer)

    page = desk.get(f"/evaluation/bids/{bid.token}")
    book = load_workbook(
        io.BytesIO(desk.get(f"/evaluation/tenders/{tender.token}/scores.xlsx").data)
    )

    assert "Not ranked: nothing is scored." in page.text
    assert list(book["Scores"].values)[-1][1:5] == ("Quality", None, None, "nothing is scored")
