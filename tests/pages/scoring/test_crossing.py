"""Changes of the same things at the same moment, where the database holds rows and not itself."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from accounts.models import Person
from accounts.views import cookie_name
from foundation.database import db
from scoring import service
from scoring.models import Mark
from scoring.service.mark_import import ToSave, import_marks
from supplier_portal.models import Bid
from tests.factories import viewer_of

pytestmark = pytest.mark.postgresql

REASON = "SLP-07.f says that the second site is tested every year, with the report beside it"
WAITS = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event_type = 'Lock'"
)


@pytest.fixture
def bids(make_bid, opened):
    found = [make_bid("Larkfield"), make_bid("Mossgate")]
    opened()
    return found


@pytest.fixture
def allocated(bids, tender, officer, evaluator):
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(officer))
    return tender


@contextmanager
def somebody_else():
    """Yield a connection that changes things by hand, and never is the one that gives way."""
    with db.engine.connect() as connection:
        connection.exec_driver_sql("SET deadlock_timeout = '10min'")
        connection.exec_driver_sql("SET lock_timeout = '20s'")
        connection.commit()
        yield connection
        connection.rollback()
        connection.exec_driver_sql("RESET deadlock_timeout")
        connection.exec_driver_sql("RESET lock_timeout")
        connection.commit()


def holds(connection, model, row_id):
    connection.execute(select(model.id).where(model.id == row_id).with_for_update())


def somebody_waits():
    with db.engine.connect() as looking:
        for _ in range(1000):
            if looking.scalar(WAITS):
                return True
            looking.rollback()
            time.sleep(0.01)
    return False


def test_whoever_gives_way_is_told_and_sends_it_once_more(
    app, client_for, allocated, bids, evaluator
):
    client = client_for(evaluator)
    page = f"/evaluation/bids/{bids[0].token}/questions/SLP-07"
    form = {"mark": "4", "reason": REASON, "based_on": "0", "then": "stay"}
    bid, person = bids[0].id, evaluator.id
    cookie = cookie_name(), client.get_cookie(cookie_name()).value
    db.session.commit()

    def send():
        browser = FlaskClient(app, app.response_class)
        browser.set_cookie(*cookie)
        return browser.post(page, data=form)

    with somebody_else() as other, ThreadPoolExecutor(1) as pool:
        holds(other, Person, person)
        sending = pool.submit(send)
        assert somebody_waits()
        holds(other, Bid, bid)
        told = sending.result(60)
        other.rollback()

    nothing = db.session.scalars(select(Mark)).all()
    db.session.commit()
    again = client.post(page, data=form)

    assert told.status_code == 503
    assert "Somebody else was changing this at the same moment" in told.text
    assert "Send it once more" in told.text
    assert REASON in told.text
    assert nothing == []
    assert again.status_code == 302
    assert [mark.mark for mark in db.session.scalars(select(Mark))] == [4]


def test_who_imports_marks_holds_the_bids_in_the_order_of_everybody(
    app, allocated, bids, evaluated, evaluator
):
    by = viewer_of(evaluator)
    given = service.GivenMark(mark=3, reason=REASON, feedback="", internal_comment="", based_on=0)
    first, second = sorted(bid.id for bid in bids)
    wanted = [ToSave(evaluated(bid), "SLP-07", given) for bid in reversed(bids)]
    assert [one.bid.opened.bid.id for one in wanted] == [second, first]
    db.session.commit()

    def bring():
        with app.app_context():
            return import_marks(allocated, wanted, by=by)

    with somebody_else() as other, ThreadPoolExecutor(1) as pool:
        holds(other, Bid, first)
        importing = pool.submit(bring)
        assert somebody_waits()
        holds(other, Bid, second)
        other.commit()

        assert importing.result(60) == 2
