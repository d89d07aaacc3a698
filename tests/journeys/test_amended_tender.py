"""A tender amended while bids are in hand: from publication to marking, through the pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.roles import Permission, Role
from foundation.database import db
from scoring import queries as evaluation
from supplier_portal import queries, service
from tenders import queries as tenders
from tests.amendments_made import (
    ANSWERS,
    KEPT,
    NUMBER,
    QUESTION,
    TEXT,
    asked_anew,
    make_amendable_tender,
    prepared,
)
from tests.evaluating import agree
from tests.factories import make_authority, make_person, make_supplier, viewer_of
from tests.opening import open_by_two

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOSES_AT = NOON + timedelta(days=5)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER, make_authority(), name="Ines Roy")


@pytest.fixture
def tender(officer):
    return make_amendable_tender(officer, closes_at=CLOSES_AT)


def bid_of(name, tender, at, *, submitted):
    lead = make_person(Role.BID_LEAD, make_supplier(name))
    by, moment = viewer_of(lead), NOON + timedelta(hours=1)
    at(moment)
    bid = service.start_bid(tender, by=by, arrived_at=moment)
    answers = {part_id: (0, value) for part_id, value in ANSWERS.items()}
    service.save_answers(bid, answers, by=by, arrived_at=moment)
    if submitted:
        service.submit_bid(bid, by=by, arrived_at=moment, declared_by=lead.name, knows_missing=True)
    return lead, bid


def asked_since(tender):
    """The part as it is asked now, once everything loaded before is forgotten."""
    db.session.expire_all()
    return tenders.questionnaire_of(tender).parts[TEXT].ask


def test_two_bids_live_through_an_amendment(tender, officer, client_for, at):
    early, early_bid = bid_of("Larkfield Sensors", tender, at, submitted=True)
    late, late_bid = bid_of("Aldermoor Lights", tender, at, submitted=False)
    at(NOON + timedelta(hours=2))
    desk, path = client_for(officer), f"/tenders/{tender.token}"

    # The officer prepares: nobody else sees anything of it.
    change = asked_anew(a={"ask": "Which company tests the lamps?"}, d=None)
    prepared(tender, officer, change)
    preview = desk.get(f"{path}/amendment").text
    before = client_for(late).get(f"/bids/{late_bid.token}/questions/{QUESTION}").text
    assert "Confirm again" in preview
    assert "Suppliers have 5 days left for what changes" in preview
    assert "Who tests the lamps?" in before
    based_on = re.search(r'name="based_on" value="([^"]+)"', preview)[1]
    sent = desk.post(f"{path}/amendment", data={"based_on": based_on})
    assert sent.status_code == 302
    assert asked_since(tender) == "Which company tests the lamps?"

    # One bidder confirms and submits; the other leaves its bid as it stands.
    at(NOON + timedelta(hours=3))
    bidder = client_for(late)
    assert "1 answer has" in bidder.get(f"/bids/{late_bid.token}").text
    refused = bidder.post(f"/bids/{late_bid.token}/check", data=declared())
    assert refused.status_code == 422
    assert "Confirm or change the 1 answer to a question that was amended" in refused.text
    bidder.post(f"/bids/{late_bid.token}/amendments", data={"part": [TEXT]})
    submission = service.submit_bid(
        late_bid,
        by=viewer_of(late),
        arrived_at=NOON + timedelta(hours=3),
        declared_by="Mara Voss",
        knows_missing=True,
    )
    assert submission.number == 1
    stands = client_for(early).get(f"/bids/{early_bid.token}").text
    assert "under the questions before amendment 1: confirm 1 answer and submit again" in stands

    # Opened, each bid is read with the words it answered, and both can be marked.
    at(CLOSES_AT + timedelta(minutes=5))
    desk = client_for(officer)
    assert [sent.status_code for sent in open_by_two(client_for, officer, tender)] == [302, 302]
    db.session.expire_all()
    viewer = viewer_of(officer)
    opened = {entry.bid.token: entry for entry in queries.opened_bids(viewer, tender)}
    kept = opened[early_bid.token]
    assert set(kept.earlier) == {TEXT, NUMBER}
    assert kept.earlier[TEXT].part.ask == "Who tests the lamps?"
    assert TEXT not in kept.answers
    assert kept.answers[KEPT] == ANSWERS[KEPT]
    assert opened[late_bid.token].earlier == {}
    assert opened[late_bid.token].answers[TEXT] == ANSWERS[TEXT]
    assert NUMBER not in opened[late_bid.token].answers

    listed = desk.get(f"/evaluation/tenders/{tender.token}").text
    assert listed.count("Handed in before amendment 1") == 1
    page = desk.get(f"/evaluation/bids/{early_bid.token}").text
    assert "Handed in under the questions before amendment 1" in page
    assert ANSWERS[NUMBER] in page
    reading = desk.get(f"/evaluation/bids/{early_bid.token}/questions/SLP-07")
    assert reading.status_code == 200
    for address in (
        f"bids/{early_bid.token}/questions/{QUESTION}",
        f"bids/{early_bid.token}/risks",
        f"bids/{early_bid.token}/controls.xlsx",
        f"bids/{early_bid.token}/confidential",
        f"tenders/{tender.token}/clarifications-to-ask",
        f"tenders/{tender.token}/scores.xlsx",
        f"tenders/{tender.token}/risk-register.xlsx",
        f"tenders/{tender.token}/results",
    ):
        assert desk.get(f"/evaluation/{address}").status_code == 200, address
    for bid in (early_bid, late_bid):
        read = evaluation.bid_in_evaluation(viewer, bid.token, to=Permission.MARK_READ)
        agree(read, "SLP-07", 3, by=viewer, reason="SLP-07.f says nothing of it")
        assert desk.get(f"/schedules/{bid.token}/schedule.docx").status_code == 200
    assert desk.get(f"/evaluation/tenders/{tender.token}").status_code == 200


def declared():
    return {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
