"""A tender may say beforehand that officers see how many bids are handed in; others never do."""

import json
import re
from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation.database import db, transaction
from supplier_portal.queries.counted import bids_counted
from tenders import queries
from tenders.service import opening
from tests.factories import make_person, make_tender, publish, viewer_of
from tests.opening import address_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, OPENS_AT

NEW_EACH_TIME = re.compile(r"<input[^>]*csrf_token[^>]*>|<meta[^>]*csrf[^>]*>")
SHOWN = re.compile(r"Bids handed in: <strong>(\d+)</strong>")


@pytest.fixture
def shows_count():
    return True


@pytest.fixture
def tender(officer, shows_count):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    chosen = opening.Opening(strictly=False, shows_count=shows_count)
    opening.set_opening(tender, chosen, by=viewer_of(officer))
    publish(tender, officer)
    return tender


def pages_of(client, tender):
    return [client.get(path).text for path in (address_of(tender), f"/tenders/{tender.token}")]


def test_before_the_opening_officers_see_the_number_and_nothing_else(
    client_for, officer, tender, make_bid, at
):
    seen = []
    for name in ("Larkfield", "Rook Systems"):
        seen += SHOWN.findall(client_for(officer).get(address_of(tender)).text)
        make_bid(name)
    at(OPENS_AT)
    page = client_for(officer).get(address_of(tender)).text

    assert [*seen, *SHOWN.findall(page)] == ["0", "1", "2"]
    assert [name in page for name in ("Larkfield", "Rook Systems")] == [False, False]


def test_it_stands_in_the_frozen_terms_and_suppliers_are_told(tender, client_for):
    page = client_for(make_person(Role.BID_LEAD)).get(f"/opportunities/{tender.token}")

    assert json.loads(queries.frozen_text(tender))["terms"]["opening"] == {"shows_count": True}
    assert "Before the opening the council sees how many bids are handed in" in page.text


@pytest.mark.parametrize("shows_count", [False])
def test_without_it_the_pages_are_the_same_with_and_without_bids(
    client_for, officer, tender, make_bid, statements_counted, at
):
    def seen():
        return [NEW_EACH_TIME.sub("", page) for page in pages_of(client_for(officer), tender)]

    empty = seen()
    make_bid("Larkfield")

    assert seen() == empty
    assert not SHOWN.search(empty[0])
    db.session.refresh(tender)
    with statements_counted() as statements:
        assert bids_counted(tender) is None
    assert statements == []


def test_a_draft_and_a_cancelled_tender_count_nothing(tender, officer, make_bid):
    make_bid("Larkfield")
    with transaction():
        tender.cancelled_at = CLOSES_AT
    draft = make_tender(officer, closes_at=CLOSES_AT + timedelta(days=1))
    with transaction():
        draft.shows_count = True

    assert (bids_counted(tender), bids_counted(draft)) == (None, None)


def test_evaluators_and_other_authorities_do_not_see_the_number(
    client_for, evaluator, tender, make_bid
):
    make_bid("Larkfield")
    stranger = client_for(make_person(Role.OFFICER))

    assert client_for(evaluator).get(address_of(tender)).status_code == 403
    assert stranger.get(address_of(tender)).status_code == 404
    db.session.rollback()
