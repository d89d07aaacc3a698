"""Deciding on what an opened bid marks confidential, read from what was handed in."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from scoring.models import ConfidentialityDecision
from supplier_portal import service as portal
from supplier_portal.models import ConfidentialMark
from supplier_portal.rules.confidential import Ground, Mark
from supplier_portal.service import confidential
from tests.factories import make_authority, make_person, make_supplier, viewer_of

TOKEN = "M4rk" * 5 + "Ab"
DECISION = {
    "based_on": "0",
    "decision": "agree",
    "reason": "The passage tells rivals how SLP-07.a is done",
}


@pytest.fixture
def lead(app):
    return make_person(Role.BID_LEAD, make_supplier("Larkfield"))


@pytest.fixture
def bid(make_bid, tender, lead):
    """A bid that marks a passage, submitted, and changed in the live tables afterwards."""
    by = viewer_of(lead)
    bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
    portal.save_answers(
        bid, {"SLP-07.a": (0, "We restore from three places.")}, by=by, arrived_at=clock.now()
    )
    mark = Mark(
        token=TOKEN,
        part_id="SLP-07.a",
        ground=Ground.TRADE_SECRET,
        reason="A rival could copy it",
        until=date(2099, 3, 31),
        passage="three places",
    )
    confidential.mark_confidential(bid, mark, by=by, arrived_at=clock.now())
    portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    confidential.remove_mark(bid, TOKEN, by=by, arrived_at=clock.now())
    return bid


@pytest.fixture
def url(bid):
    return f"/evaluation/bids/{bid.token}/confidential"


def decisions():
    return db.session.scalars(
        select(ConfidentialityDecision).order_by(ConfidentialityDecision.number)
    ).all()


def test_before_the_opening_there_is_no_such_page(client_for, officer, url):
    client = client_for(officer)

    assert client.get(url).status_code == 404
    assert client.get(f"{url}/{TOKEN}").status_code == 404
    assert client.post(f"{url}/{TOKEN}", data=DECISION).status_code == 404


@pytest.mark.both_databases
def test_the_officer_decides_on_what_was_handed_in(client_for, officer, opened, bid, url):
    opened()
    client = client_for(officer)
    listed = client.get(url).text
    linked = client.get(f"/evaluation/bids/{bid.token}").text
    saved = client.post(f"{url}/{TOKEN}", data=DECISION)
    (decision,) = decisions()

    assert db.session.scalars(select(ConfidentialMark)).all() == []
    assert (listed.count("three places"), listed.count("Not decided yet")) == (1, 1)
    assert linked.count(url) == 1
    assert (saved.status_code, decision.agreed, decision.number) == (302, True, 1)
    assert client.get(url).text.count(DECISION["reason"]) == 1


def test_a_mark_hides_nothing_from_an_evaluator(client_for, evaluator, opened, bid, url):
    opened()
    client = client_for(evaluator)
    page = client.get(f"/evaluation/bids/{bid.token}/questions/SLP-07")

    assert page.text.count("We restore from three places.") == 1
    assert client.get(url).text.count("three places") == 1
    assert client.get(f"{url}/{TOKEN}").status_code == 403
    assert client.post(f"{url}/{TOKEN}", data=DECISION).status_code == 403


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"decision": ""}, "Select whether you agree"),
        ({"reason": ""}, "Enter the reason for your decision"),
        ({"reason": "because"}, "Enter a reason of at least 20 characters"),
    ],
)
def test_a_decision_needs_an_answer_and_a_reason(
    client_for, officer, opened, url, changed, message
):
    opened()
    page = client_for(officer).post(f"{url}/{TOKEN}", data=DECISION | changed)

    assert page.text.count(message) == 2
    assert decisions() == []


def test_a_later_decision_counts_and_the_earlier_one_stays(client_for, officer, opened, url):
    opened()
    client = client_for(officer)
    client.post(f"{url}/{TOKEN}", data=DECISION)
    overtaken = client.post(f"{url}/{TOKEN}", data=DECISION | {"decision": "disagree"})
    client.post(f"{url}/{TOKEN}", data=DECISION | {"decision": "disagree", "based_on": "1"})

    assert overtaken.text.count("Somebody decided this while you were writing") == 2
    assert [(entry.number, entry.agreed) for entry in decisions()] == [(1, True), (2, False)]
    assert client.get(url).text.count("Not agreed") == 1


def test_the_record_holds_the_decision_without_its_words(client_for, officer, opened, url):
    opened()
    client_for(officer).post(f"{url}/{TOKEN}", data=DECISION)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "confidentiality.decided")
    ).one()
    details = json.loads(entry.details)

    assert (details["mark"], details["agreed"], details["number"]) == (TOKEN, True, 1)
    assert DECISION["reason"] not in entry.details


@pytest.mark.both_databases
def test_a_decision_is_never_changed(client_for, officer, opened, url):
    opened()
    client_for(officer).post(f"{url}/{TOKEN}", data=DECISION)

    with pytest.raises(DatabaseError, match="never changed"), transaction():
        db.session.execute(text("UPDATE confidentiality_decision SET agreed = false"))


def test_the_supplier_reads_the_decision_on_its_own_bid_alone(
    client_for, officer, opened, bid, lead, url
):
    opened()
    mine = f"/evaluation/my-bids/{bid.token}/confidential"
    before = client_for(lead).get(mine).text
    client_for(officer).post(f"{url}/{TOKEN}", data=DECISION)
    after = client_for(lead).get(mine).text
    other = client_for(make_person(Role.BID_LEAD, make_supplier("Brackenbury Data")))

    assert (before.count("three places"), before.count("Not decided yet")) == (1, 1)
    assert after.count(DECISION["reason"]) == 1
    assert other.get(mine).status_code == 404


def test_another_authority_and_an_unknown_mark_are_not_found(client_for, officer, opened, url):
    opened()
    stranger = client_for(make_person(Role.OFFICER, make_authority("Elsewhere Council")))

    assert stranger.get(url).status_code == 404
    assert client_for(officer).get(f"{url}/{'x' * 22}").status_code == 404
