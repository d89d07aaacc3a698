"""A tender of one authority with submitted bids, before and after they are opened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from accounts.rules.roles import Role
from foundation import clock
from scoring import queries, service
from supplier_portal import service as portal
from supplier_portal.service.late import hand_in_late
from tests.beginnings import a_step, step
from tests.documents.scoring.bids import answer, full
from tests.evaluating import agree_all
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_supplier,
    viewer_of,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOSES_AT = NOON + timedelta(days=1)
OPENS_AT = CLOSES_AT + timedelta(minutes=5)
LATE_TEXT = "Velvet-Harpsichord"
WHY_LATE = "Our connection failed at noon"
FACTS = {"award_date": "2027-02-01", "permitted_countries": ["GB"], "notification_hours": "24"}


@pytest.fixture
def authority(app, at):
    at(NOON)
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority, name="Ines Roy")


@pytest.fixture
def evaluator(authority):
    return make_person(Role.EVALUATOR, authority, name="Tom Hale")


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=CLOSES_AT, facts=FACTS)


@pytest.fixture
def make_bid(tender):
    """Submit a bid: ``make_bid("Larkfield", best=False)``; text goes into every free text."""

    return partial(submit, tender)


@a_step
def submit(tender, name, *, best=True, text="We do this with care.", files=None, **changed):
    lead = make_person(Role.BID_LEAD, make_supplier(name))
    by = viewer_of(lead)
    bid = portal.start_bid(tender, by=by, arrived_at=clock.now())
    answers = {
        part.id: answer(part, best, text) for part in full().parts.values() if part.kind != "file"
    } | changed
    answers = {key: with_exception(value) for key, value in answers.items()}
    portal.save_answers(
        bid, {key: (0, value) for key, value in answers.items()}, by=by, arrived_at=clock.now()
    )
    for part_id, new in (files or {}).items():
        part = full().parts[part_id]
        portal.add_evidence(bid, part, new, by=by, arrived_at=clock.now())
    portal.submit_bid(
        bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
    )
    return bid


def with_exception(value):
    if isinstance(value, dict) and value.get("answer") == "no":
        return value | {"exception": "Not in this version"}
    return value


@pytest.fixture
def make_late(tender, at):
    """Save a bid in time and hand it in late: ``make_late("Quay", in_time=True)``.

    ``said``: what was said in time where the late bid says ``text``.
    """

    return partial(submit_late, tender, at)


def submit_late(
    tender, at, name, *, in_time=False, said=None, text=LATE_TEXT, why=WHY_LATE, files=None
):
    lead = make_person(Role.BID_LEAD, make_supplier(name), name=f"Lead of {name}")
    by = viewer_of(lead)
    before = clock.now()
    bid = portal.start_bid(tender, by=by, arrived_at=before)
    answers = {
        part.id: (0, with_exception(answer(part, False, said or text)))
        for part in full().parts.values()
        if part.kind != "file"
    }
    portal.save_answers(bid, answers, by=by, arrived_at=before)
    for part_id, new in (files or {}).items():
        portal.add_evidence(bid, full().parts[part_id], new, by=by, arrived_at=before)
    declared = {"declared_by": "Mara Voss", "knows_missing": True}
    if in_time:
        portal.submit_bid(bid, by=by, arrived_at=before, **declared)
    if said:
        portal.save_answers(bid, {"SLP-07.a": (1, text)}, by=by, arrived_at=before)
    at(CLOSES_AT + timedelta(minutes=1))
    hand_in_late(bid, by=by, arrived_at=clock.now(), why=why, **declared)
    at(before)
    return bid, lead


@pytest.fixture
def opened(tender, officer, at):
    """Open the bids, when the time has come."""

    def open_now():
        at(OPENS_AT)
        step("open", tender, officer, make=lambda: service.open_bids(tender, by=viewer_of(officer)))
        return tender

    return open_now


@pytest.fixture
def evaluated(officer):
    """Read a bid afresh, as the officer."""

    def read(bid):
        return queries.bid_in_evaluation(viewer_of(officer), bid.token, to="mark:read")

    return read


@pytest.fixture
def mark_all(evaluated, officer):
    def mark(bid, number=5, **changed):
        agree_all(bid, number, by=viewer_of(officer), **changed)

    return mark
