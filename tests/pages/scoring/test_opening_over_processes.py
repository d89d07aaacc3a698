"""Bids are not opened while another process still stores what came in before the closing time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.rules.roles import Role
from foundation import outages
from foundation.database import db, transaction
from tests.factories import make_person
from tests.opening import be_ready, confirm
from tests.pages.scoring.conftest import CLOSES_AT, OPENS_AT

MICROSECOND, SECOND = timedelta(microseconds=1), timedelta(seconds=1)
OPENS_AT_FIRST = CLOSES_AT + timedelta(minutes=1)


def ran(seen_at, since=None):
    with transaction():
        run = outages.ServiceRun(
            started_at=CLOSES_AT - timedelta(days=1), last_seen_at=seen_at, under_way_since=since
        )
        db.session.add(run)
    return run


def open_now(client_for, officer, authority, tender):
    """Return whether two officers can open the bids, and what the second is told."""
    be_ready(client_for(officer), tender)
    sent = confirm(client_for(make_person(Role.OFFICER, authority)), tender)
    db.session.refresh(tender)
    return tender.opened_at is not None, sent.text


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("moment", "seen_at", "since", "opens"),
    [
        # Its last beat was before the closing time: who knows what came in since.
        (OPENS_AT_FIRST, CLOSES_AT, None, False),
        (OPENS_AT_FIRST, CLOSES_AT + MICROSECOND, None, True),
        (OPENS_AT, OPENS_AT - SECOND, CLOSES_AT - MICROSECOND, False),
        (OPENS_AT, OPENS_AT - SECOND, CLOSES_AT, True),
        # It left no beat for so long that it does not run.
        (OPENS_AT, OPENS_AT - outages.STILL_THERE, CLOSES_AT - MICROSECOND, True),
    ],
)
def test_a_process_is_waited_for_until_a_beat_says_that_it_is_done(
    client_for, officer, authority, tender, at, moment, seen_at, since, opens
):
    ran(seen_at, since)
    at(moment)

    opened, told = open_now(client_for, officer, authority, tender)

    assert opened is opens
    assert ("still storing what came in before the closing time" in told) is not opens


def test_the_process_that_opens_does_not_wait_for_its_own_last_beat(
    app, client_for, officer, authority, tender, at
):
    app.extensions[outages.RUN] = ran(OPENS_AT - SECOND, CLOSES_AT - MICROSECOND).id
    at(OPENS_AT)

    assert open_now(client_for, officer, authority, tender)[0] is True
