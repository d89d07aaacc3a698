"""Reminders of the closing time: one each, in time, to companies with something left to hand in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from foundation import clock, jobs
from foundation.database import db, transaction
from foundation.jobs import Job, JobState
from foundation.mail import Message
from supplier_portal import service
from tests.factories import make_open_tender, viewer_of

pytestmark = pytest.mark.slow

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
CLOSES = NOON + timedelta(days=14)
WEEK, TWO_DAYS, FOUR_HOURS = timedelta(days=7), timedelta(days=2), timedelta(hours=4)
HOUR = timedelta(hours=1)


@pytest.fixture
def tender(app, at):
    at(NOON)
    return make_open_tender(closes_at=CLOSES)


@pytest.fixture
def until(app, bid, at):
    """Let time pass up to ``moment`` with a worker that looks every hour; ``down``: without one,
    but for a last look."""

    def pass_by(moment, *, down=False):
        now = moment if down else clock.now()
        while now <= moment:
            at(now)
            jobs.run_due_jobs({name: handler for name, handler in handlers() if "remind" in name})
            now += HOUR
        at(moment)
        db.session.expire_all()

    def handlers():
        return app.extensions["job_handlers"].items()

    return pass_by


@pytest.fixture
def submit(bid, lead):
    def hand_in():
        service.submit_bid(
            bid,
            by=viewer_of(lead),
            arrived_at=clock.now(),
            declared_by="Mara Voss",
            knows_missing=True,
        )

    return hand_in


def sent():
    """How long before the closing time each reminder was written."""
    found = db.session.scalars(
        select(Message).where(Message.kind == "bid.remind").order_by(Message.id)
    )
    return [CLOSES - message.written_at for message in found]


def texts():
    return list(db.session.scalars(select(Message.text).where(Message.kind == "bid.remind")))


@pytest.mark.both_databases
def test_three_reminders_and_no_more(until):
    until(CLOSES + timedelta(days=2))

    assert sent() == [WEEK, TWO_DAYS, FOUR_HOURS]


def test_a_reminder_names_the_state_and_the_time_left_and_nothing_of_the_bid(
    until, save, tender, bid, lead
):
    save({"SLP-07.a": "Quincunx-Zephyr"})

    until(CLOSES - TWO_DAYS)

    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message.recipient == lead.email
    assert message.subject == f"{tender.reference} closes in 2 days"
    assert f"closes on {clock.show_moment(CLOSES)}, in 2 days." in message.text
    assert "Your company's bid: Not submitted." in message.text
    assert f"/bids/{bid.token}" in message.text
    assert "Quincunx" not in message.text


def test_nobody_is_reminded_once_all_is_submitted(until, submit):
    submit()

    until(CLOSES)

    assert sent() == []


def test_changes_not_handed_in_are_reminded_of(until, submit, save):
    submit()
    until(CLOSES - WEEK)
    save({"SLP-07.f": "offline"})

    until(CLOSES)

    assert sent() == [TWO_DAYS, FOUR_HOURS]
    assert "version 1, with unsent changes." in texts()[0]


def test_a_bid_withdrawn_is_left_alone(until, submit, bid, lead):
    submit()
    service.withdraw_bid(bid, by=viewer_of(lead), arrived_at=clock.now())

    until(CLOSES)

    assert sent() == []


def test_after_a_standstill_of_the_service_only_the_last_reminder_is_sent(until):
    until(CLOSES - timedelta(days=1), down=True)

    until(CLOSES - timedelta(hours=5))

    assert sent() == [timedelta(days=1)]


def test_a_service_that_comes_back_after_closing_reminds_nobody(until):
    until(CLOSES + timedelta(minutes=1), down=True)

    assert sent() == []
    assert db.session.scalars(select(Job.state).where(Job.kind == "bid.remind")).one() == (
        JobState.DONE
    )


def test_a_bid_started_late_gets_only_what_is_still_to_come(tender, lead, at, app):
    at(CLOSES - timedelta(days=3))
    service.start_bid(tender, by=viewer_of(lead), arrived_at=clock.now())

    jobs.run_due_jobs(app.extensions["job_handlers"])
    at(CLOSES - TWO_DAYS)
    jobs.run_due_jobs(app.extensions["job_handlers"])

    assert sent() == [TWO_DAYS]


@pytest.mark.parametrize(
    ("moved_by", "expected"),
    [
        (timedelta(days=4), [timedelta(days=3), -TWO_DAYS, FOUR_HOURS - timedelta(days=4)]),
        (timedelta(days=-4), [timedelta(days=6), timedelta(days=4) + FOUR_HOURS]),
    ],
    ids=["later", "earlier"],
)
def test_a_closing_time_that_moves_takes_its_reminders_along(until, tender, moved_by, expected):
    until(CLOSES - WEEK - HOUR)
    with transaction():
        tender.closes_at = CLOSES + moved_by

    until(CLOSES + timedelta(days=5))

    assert sent() == expected


def test_a_cancelled_tender_is_no_longer_reminded_of(until, tender):
    with transaction():
        tender.stage = "cancelled"

    until(CLOSES)

    assert sent() == []
