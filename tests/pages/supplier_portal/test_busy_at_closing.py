"""A database that is locked across the closing time costs nobody who came in time the bid."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import create_engine, func, select

from accounts import queries as accounts
from accounts import service as account_service
from accounts.rules.roles import Role
from accounts.views import cookie_name
from foundation import clock
from foundation.arrival import UNDER_WAY
from foundation.audit import AuditEntry
from foundation.database import db, engine_options, transaction
from foundation.mail import Message
from supplier_portal import service
from supplier_portal.models import Submission
from tenders.models import Tender
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of

COMPANIES = 50
LOCKED_SECONDS = 10.5
BEFORE_CLOSING = timedelta(seconds=2.5)
DECLARED = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}


@pytest.fixture
def bids(app):
    """A bid of each of fifty companies, with the cookie of its lead."""
    tender = make_open_tender()
    made = []
    for number in range(COMPANIES):
        lead = make_person(Role.BID_LEAD, make_supplier(f"Larkfield {number}"))
        by = viewer_of(lead)
        bid = service.start_bid(tender, by=by, arrived_at=clock.now())
        service.save_answers(bid, {"SLP-07.f": (0, "offline")}, by=by, arrived_at=clock.now())
        cookie = account_service.start_session(lead, accounts.organisations_of(lead)[0])
        made.append((bid.token, cookie))
    return made


@contextmanager
def locked(address):
    """Hold the right to write, as another process would, until the block ends."""
    # With the library the service itself uses: two in one process would not see each other's locks.
    engine = create_engine(address, **engine_options(address))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("LOCK TABLE bid, submission, audit_entry IN EXCLUSIVE MODE")
        yield
        connection.rollback()
    engine.dispose()


def press_submit(app, name, bid, cookie):
    browser = FlaskClient(app, app.response_class)
    browser.set_cookie(name, cookie)
    answer = browser.post(f"/bids/{bid}/check", data=DECLARED)
    return answer.status_code, answer.location


@pytest.mark.both_databases
@pytest.mark.slow
def test_a_lock_of_ten_seconds_across_the_closing_time_refuses_none_of_fifty_in_time(
    app, database, bids
):
    with transaction():
        tender = db.session.scalars(select(Tender)).one()
        tender.closes_at = closes_at = clock.now() + BEFORE_CLOSING
    db.session.remove()
    name = cookie_name()

    with ThreadPoolExecutor(COMPANIES) as pool:
        with locked(database):
            began = time.monotonic()
            sent = [pool.submit(press_submit, app, name, *one) for one in bids]
            while clock.now() < closes_at:
                time.sleep(0.01)
            waiting = UNDER_WAY.from_before(closes_at)
            time.sleep(max(0.0, LOCKED_SECONDS - (time.monotonic() - began)))
        unlocked_at = clock.now()
        answers = [one.result(60) for one in sent]
    late = press_submit(app, name, *bids[0])

    assert unlocked_at - closes_at > timedelta(seconds=6)
    assert waiting == COMPANIES
    assert answers == [(302, f"/bids/{token}/submissions/1") for token, _ in bids]
    assert late[0] == 422
    rows = db.session.execute(
        select(Submission.arrived_at, Submission.audit_hash).order_by(Submission.id)
    ).all()
    entries = {
        entry.hash: entry
        for entry in db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "bid.submitted")
        )
    }
    assert len(rows) == COMPANIES
    # Each arrived in time, was written after the closing time, and its record says both.
    assert [arrived < closes_at < entries[entry].happened_at for arrived, entry in rows] == [
        True
    ] * COMPANIES
    assert [json.loads(entries[entry].details)["arrived_at"] for _, entry in rows] == [
        arrived.isoformat() for arrived, _ in rows
    ]
    receipts = select(func.count()).select_from(Message).where(Message.kind == "bid.submitted")
    assert db.session.scalar(receipts) == COMPANIES
    assert UNDER_WAY.from_before(closes_at) == 0
    assert threading.active_count() < COMPANIES
