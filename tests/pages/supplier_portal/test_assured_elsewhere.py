"""With the company's consent an authority learns which answers another one has opened already."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation import clock
from scoring import service as scoring
from supplier_portal import queries, service
from tests.factories import make_authority, make_open_tender, make_person, viewer_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def never_sent():
    """Answers of the earlier bid that were changed after it was handed in, and not sent again."""
    return {}


@pytest.fixture
def opened_before(lead, at, never_sent):
    """An answer handed in to another authority, which has opened it; then it is today again."""
    today = clock.now()
    officer = make_person(Role.OFFICER, make_authority("Brackenford Council"))
    tender = make_open_tender(
        officer, reference="BF-1", title="Parking", closes_at=today + timedelta(hours=1)
    )
    earlier = service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())
    service.save_answers(
        earlier,
        {"SLP-07.a": (0, "Nightly"), "SLP-07.f": (0, "offline")},
        by=viewer_of(lead),
        arrived_at=clock.now(),
    )
    submit(earlier, lead)
    service.save_answers(
        earlier,
        {part_id: (1, value) for part_id, value in never_sent.items()},
        by=viewer_of(lead),
        arrived_at=clock.now(),
    )
    by = viewer_of(officer)
    at(today + timedelta(hours=2))
    scoring.open_bids(tender, by=by)
    at(today)
    return earlier


def submit(bid, lead):
    return service.submit_bid(
        bid,
        by=viewer_of(lead),
        arrived_at=clock.now(),
        declared_by="Mara Voss",
        knows_missing=True,
    )


@pytest.fixture
def carried(client_for, lead, bid, opened_before):
    client = client_for(lead)
    parts = {"part": ["SLP-07.a", "SLP-07.f"]}
    client.post(f"/bids/{bid.token}/earlier-answers", data=parts)
    client.post(f"/bids/{bid.token}/earlier-answers/confirm", data=parts)
    return client


def told(bid, lead):
    text = queries.submitted_text(bid, submit(bid, lead))
    return [
        (one["part"], one["authority"]) for one in json.loads(text).get("assured_elsewhere", [])
    ]


def test_without_consent_nothing_is_told(carried, bid, lead):
    assert told(bid, lead) == []


def test_with_consent_each_answer_that_stands_the_same_is_told(carried, bid, lead):
    carried.post(f"/bids/{bid.token}/earlier-answers/share", data={"agreed": "yes"})

    assert told(bid, lead) == [
        ("SLP-07.a", "Brackenford Council"),
        ("SLP-07.f", "Brackenford Council"),
    ]


def test_an_answer_changed_since_is_not_told(carried, bid, lead, save):
    carried.post(f"/bids/{bid.token}/earlier-answers/share", data={"agreed": "yes"})
    save({"SLP-07.a": "Hourly"}, version=1)

    assert told(bid, lead) == [("SLP-07.f", "Brackenford Council")]


@pytest.mark.parametrize("never_sent", [{"SLP-07.a": "Hourly"}])
def test_an_answer_the_other_authority_never_received_is_not_told(carried, bid, lead):
    carried.post(f"/bids/{bid.token}/earlier-answers/share", data={"agreed": "yes"})

    assert queries.answers_of(bid)["SLP-07.a"] == "Hourly"
    assert told(bid, lead) == [("SLP-07.f", "Brackenford Council")]


def test_consent_can_be_taken_back(carried, bid, lead):
    carried.post(f"/bids/{bid.token}/earlier-answers/share", data={"agreed": "yes"})
    carried.post(f"/bids/{bid.token}/earlier-answers/share", data={"agreed": "no"})

    assert told(bid, lead) == []


def test_a_contributor_cannot_consent_for_the_company(client_for, supplier, bid):
    contributor = make_person(Role.CONTRIBUTOR, supplier)

    sent = client_for(contributor).post(
        f"/bids/{bid.token}/earlier-answers/share", data={"agreed": "yes"}
    )

    assert sent.status_code == 403
