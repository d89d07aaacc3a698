"""The clock hands a bid in only with the company's word on the terms as they stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.mail import Message
from scoring import service as scoring
from supplier_portal import queries
from supplier_portal import service as portal
from supplier_portal.queries.terms import commitments_now, terms_of
from supplier_portal.rules.terms import clauses_shown
from supplier_portal.service.terms import TermsSaid, give_word
from tests.documents.scoring.bids import answer, full
from tests.factories import make_person, viewer_of
from tests.pages.scoring.conftest import OPENS_AT, with_exception

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def lead(app):
    return make_person(Role.BID_LEAD, name="Mara Voss")


@pytest.fixture
def bid(tender, lead):
    """A complete bid whose company asked that it be handed in at the closing time."""
    with transaction():
        tender.last_saved_counts = True
    by, now = viewer_of(lead), clock.now()
    bid = portal.start_bid(tender, by=by, arrived_at=now)
    parts = full().parts.values()
    answers = {
        part.id: (0, with_exception(answer(part, True, "With care")))
        for part in parts
        if part.kind != "file"
    }
    portal.save_answers(bid, answers, by=by, arrived_at=now)
    for part in parts:
        if part.kind == "file":
            new = portal.NewFile(f"{part.id}.pdf", PDF)
            portal.add_evidence(bid, part, new, by=by, arrived_at=now)
    portal.count_at_closing(bid, by=by, arrived_at=now, declared_by="Mara Voss", agreed=True)
    return bid


def accept(bid, lead):
    shown = clauses_shown(commitments_now(bid, queries.asked_answers(bid)[0]))
    said = TermsSaid("accept", shown.set_hash)
    give_word(bid, said, by=viewer_of(lead), arrived_at=clock.now())


@pytest.fixture
def open_bids(tender, officer, at):
    def opened():
        at(OPENS_AT)
        scoring.open_bids(tender, by=viewer_of(officer))
        return queries.opened_bids(viewer_of(officer), tender)

    return opened


def reasons_told():
    return db.session.scalars(select(Message.text).where(Message.kind == "bid.not_handed_in")).all()


def test_without_a_word_on_the_terms_nothing_is_handed_in(bid, open_bids):
    assert open_bids() == []
    assert "has not answered about the contract terms as they stand" in reasons_told()[0]


def test_with_a_word_on_the_terms_the_bid_is_handed_in_and_opened(bid, lead, open_bids):
    accept(bid, lead)

    (opened,) = open_bids()

    assert (opened.number, reasons_told()) == (1, [])
    assert terms_of(bid).word is not None


def test_the_task_list_says_what_is_still_wanted(bid, lead, client_for):
    client = client_for(lead)
    before = client.get(f"/bids/{bid.token}").text
    accept(bid, lead)

    wanted = "because your company has not answered about the contract terms as they stand"
    assert wanted in before
    assert "It will be handed in as it stands at the closing time" in (
        client.get(f"/bids/{bid.token}").text
    )


def test_what_can_be_downloaded_before_is_the_text_of_the_hash_also_with_a_word_given(
    bid, lead, client_for, at
):
    at(clock.now() + timedelta(minutes=1))
    accept(bid, lead)
    client = client_for(lead)
    text = client.get(f"/bids/{bid.token}/as-it-stands.json")

    submission = portal.submit_bid(
        bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="Mara Voss"
    )

    assert sha256_hex(text.data) == submission.content_hash
    assert "terms" not in text.json
