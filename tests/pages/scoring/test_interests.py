"""Declaring interests: before any bid can be seen, again when bidders come, and what it does."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.database import db
from scoring import service
from scoring.models import InterestDeclaration, InterestInBid
from scoring.rules.interests import Nature
from tests.factories import make_person, viewer_of
from tests.pages.scoring.conftest import OPENS_AT
from tests.two_people import hidden

pytestmark = pytest.mark.usefixtures("interests_asked")

REASON = "They share no budget, and two colleagues read every mark"


def address(tender):
    return f"/evaluation/tenders/{tender.token}/interests"


def bids_page(tender):
    return f"/evaluation/tenders/{tender.token}"


def declare(web, tender, *, named=(), back="", **typed):
    """Fill in the page as it stands, and save it."""
    page = web.get(address(tender))
    said = {"has_interest": "yes" if named else "no"} | typed
    for bid in named:
        said |= {f"nature_{bid.token}": "family", f"words_{bid.token}": "My brother works there"}
    said |= {"bidder": [bid.token for bid in named], "seen": hidden(page, "seen"), "back": back}
    return web.post(address(tender), data=said)


def declarations(person):
    found = select(InterestDeclaration).where(InterestDeclaration.person_id == person.id)
    return db.session.scalars(found.order_by(InterestDeclaration.number)).all()


def test_whoever_comes_to_the_bids_declares_first_and_is_led_back(
    make_bid, opened, evaluator, client_for
):
    make_bid("Larkfield")
    tender = opened()
    web = client_for(evaluator)

    sent = web.get(f"{bids_page(tender)}?x=1")
    page = web.get(sent.location)
    saved = declare(web, tender, back=hidden(page, "back"))

    assert sent.status_code == 302
    assert "<h1" in page.text and "Larkfield" in page.text
    assert saved.location == f"{bids_page(tender)}?x=1"
    assert web.get(saved.location).status_code == 200
    assert [(one.bidders_known, one.has_interest) for one in declarations(evaluator)] == [
        (True, False)
    ]


def test_a_bid_one_names_is_gone_from_then_on(make_bid, opened, evaluator, client_for):
    near, far = make_bid("Larkfield"), make_bid("Omniflow")
    tender = opened()
    web = client_for(evaluator)

    declare(web, tender, named=[near])

    assert web.get(f"/evaluation/bids/{near.token}").status_code == 404
    assert web.get(f"/evaluation/bids/{far.token}").status_code == 200
    assert "Larkfield" not in web.get(bids_page(tender)).text
    assert "Larkfield" not in web.get(address(tender)).text
    (named,) = db.session.scalars(select(InterestInBid)).all()
    assert (named.bid_id, named.nature, named.words) == (
        near.id,
        Nature.FAMILY,
        "My brother works there",
    )
