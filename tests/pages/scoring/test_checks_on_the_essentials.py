"""A tender with the essentials alone says which checks between answers it has no room for."""

import re
from html import unescape

import pytest

from accounts.rules.roles import Role
from foundation import clock
from supplier_portal import service as portal
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, pack_id="slp-essential", closes_at=CLOSES_AT, facts=FACTS)


@pytest.fixture
def bid(tender):
    by = viewer_of(make_person(Role.BID_LEAD, make_supplier("Larkfield")))
    bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
    answers = {"SLP-01.c": (0, "no-personal-data"), "SLP-12.a": (0, "no")}
    portal.save_answers(bid, answers, by=by, arrived_at=clock.now())
    portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    return bid


def test_a_check_whose_part_is_not_asked_does_not_apply_and_says_which(
    client_for, officer, tender, bid, opened
):
    opened()

    page = client_for(officer).get(f"/evaluation/tenders/{tender.token}/clarifications-to-ask").text
    lines = [unescape(line) for line in re.findall(r"<li>([^<]*\(X[^<]*)</li>", page)]

    assert "No answers of this bid disagree" in page
    assert (
        "Recovery times are within what the council needs (X10). "
        "Does not apply: part SLP-07.i is not asked."
    ) in lines
    assert [line for line in lines if "(X4:" in line] == []
