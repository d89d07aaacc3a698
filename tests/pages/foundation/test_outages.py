"""The service says of itself when it ran: a gap in its beats is an outage, told exactly."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import sqlite
from foundation.database import db, transaction
from foundation.outages import NOTICED, Outage, Pulse, ServiceRun, beat, outages_between
from supplier_portal import service as portal
from supplier_portal.models import Bid, OutageMet
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_supplier,
    viewer_of,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def outages():
    return [(one.began_at, one.ended_at) for one in db.session.scalars(select(Outage))]


@pytest.mark.both_databases
def test_beats_a_quarter_of_a_minute_apart_are_one_run_without_an_outage(app, at):
    run = None
    for number in range(10):
        at(NOON + number * 15 * SECOND)
        run = beat(run)

    (row,) = db.session.scalars(select(ServiceRun)).all()
    assert (row.started_at, row.last_seen_at) == (NOON, NOON + 135 * SECOND)
    assert outages() == []


@pytest.mark.parametrize(("gap", "noticed"), [(59, 0), (60, 1), (750, 1)])
def test_a_gap_of_a_minute_is_an_outage_from_the_last_beat_to_the_next(app, at, gap, noticed):
    at(NOON)
    beat()
    ended = at(NOON + gap * SECOND)
    beat()

    assert outages() == [(NOON, ended)] * noticed


def test_a_worker_that_hung_notices_its_own_gap(app, at):
    at(NOON)
    run = beat()
    at(NOON + 90 * SECOND)
    assert beat(run) == run

    assert outages() == [(NOON, NOON + 90 * SECOND)]


def test_while_another_process_beats_there_is_no_outage(app, at):
    at(NOON)
    first = beat()
    at(NOON + 50 * SECOND)
    second = beat()
    at(NOON + 100 * SECOND)
    assert first != second
    assert beat(first) == first

    assert outages() == []


def test_the_first_start_ever_and_a_clock_set_back_are_no_outages(app, at):
    at(NOON)
    run = beat()
    at(NOON - timedelta(hours=1))
    beat(run)

    (row,) = db.session.scalars(select(ServiceRun)).all()
    assert (outages(), row.last_seen_at) == ([], NOON)


@pytest.mark.both_databases
def test_processes_that_start_at_once_notice_an_outage_once(app, at):
    at(NOON)
    beat()
    at(NOON + timedelta(minutes=10))
    together = threading.Barrier(4)

    def start():
        with app.app_context():
            together.wait()
            beat()
            db.session.remove()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outages() == [(NOON, NOON + timedelta(minutes=10))]


def test_what_is_registered_is_done_in_the_same_change(app, at):
    told = []
    app.extensions[NOTICED] = [told.append]
    at(NOON)
    beat()
    at(NOON + timedelta(minutes=2))
    beat()

    assert [outage.began_at for outage in told] == [NOON]


def test_outages_are_found_by_the_time_they_touch(app):
    with transaction():
        for start in (0, 100, 200):
            began = NOON + start * SECOND
            db.session.add(Outage(began_at=began, ended_at=began + 60 * SECOND, noticed_at=began))
    found = outages_between(NOON + 60 * SECOND, NOON + 200 * SECOND)

    assert [one.began_at for one in found] == [NOON + 100 * SECOND]


@pytest.mark.sqlite
def test_the_thread_beats_and_lives_through_a_database_that_is_locked(app, monkeypatch):
    monkeypatch.setattr(sqlite, "LONGEST_QUEUE_SECONDS", 0.05)
    pulse = Pulse(app, seconds=0.02)
    pulse.start()
    try:
        wait_for(lambda: db.session.scalars(select(ServiceRun)).first())
        (before,) = db.session.scalars(select(ServiceRun.last_seen_at)).all()
        with transaction():
            time.sleep(0.2)
        wait_for(lambda: db.session.scalars(select(ServiceRun.last_seen_at)).one() > before)
    finally:
        pulse.stop()

    assert len(db.session.scalars(select(ServiceRun)).all()) == 1


def wait_for(holds):
    for _ in range(200):
        found = holds()
        db.session.rollback()
        if found:
            return
        time.sleep(0.02)
    raise AssertionError("It did not happen within four seconds")


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def tender(officer, at):
    at(NOON - timedelta(days=3))
    return make_open_tender(officer, closes_at=NOON)


def down(at, began_before, ended_before):
    """The service does not run from so long before closing until so long before it."""
    at(NOON - began_before)
    beat()
    moment = at(NOON - ended_before)
    beat()
    return moment


def test_the_officer_sees_the_exact_gap_and_that_two_people_may_extend(
    tender, officer, at, client_for
):
    down(at, timedelta(hours=1, minutes=22, seconds=30), timedelta(hours=1, minutes=10))

    page = client_for(officer).get(f"/tenders/{tender.token}").text

    assert (
        "The service did not run from 1 December 2026, 10:37:30 (UK time) to 1 December 2026, "
        "10:50:00 (UK time) (12 minutes 30 seconds), which ended 1 hour 10 minutes before bids "
        "close" in page
    )
    assert "two people may extend the time for everybody" in page
    assert f'href="/tenders/{tender.token}/amendments"' in page


def test_after_closing_nothing_is_extended(tender, officer, at, client_for):
    down(at, timedelta(minutes=20), timedelta(minutes=-10))

    page = client_for(officer).get(f"/tenders/{tender.token}").text

    assert "across the closing time: 20 minutes of it came before" in page
    assert "Bidding is closed and nothing is extended" in page


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        (timedelta(hours=30), timedelta(hours=25)),
        (timedelta(minutes=-5), timedelta(minutes=-30)),
    ],
)
def test_what_was_long_before_or_after_closing_is_not_told(
    tender, officer, at, client_for, began, ended
):
    down(at, began, ended)

    assert (
        "The service did not run from"
        not in client_for(officer).get(f"/tenders/{tender.token}").text
    )


def make_bid(tender, at, *, hours_before, name):
    moment = at(NOON - timedelta(hours=hours_before))
    by = viewer_of(make_person(Role.BID_LEAD, make_supplier(name)))
    return portal.start_bid(tender, by=by, arrived_at=moment)


@pytest.mark.both_databases
def test_the_bids_worked_on_in_the_day_before_are_noted_with_the_outage(tender, at):
    make_bid(tender, at, hours_before=30, name="Long ago")
    met = make_bid(tender, at, hours_before=2, name="Lately")
    down(at, timedelta(hours=1), timedelta(minutes=30))

    rows = db.session.execute(select(OutageMet.bid_id, OutageMet.last_changed_at)).all()

    assert rows == [(met.id, NOON - timedelta(hours=2))]


def test_an_outage_days_before_closing_meets_nobody(tender, at):
    make_bid(tender, at, hours_before=60, name="Early")
    down(at, timedelta(hours=50), timedelta(hours=49))

    assert len(db.session.scalars(select(Bid)).all()) == 1
    assert db.session.scalars(select(OutageMet)).all() == []


def test_a_beat_is_a_few_small_statements(app, at, statements_counted):
    at(NOON)
    run = beat()
    at(NOON + 15 * SECOND)

    with statements_counted() as statements:
        beat(run)

    assert len(statements) <= 4
