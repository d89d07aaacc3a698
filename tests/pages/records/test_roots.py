"""Who is sent the root over the record, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import audit_verify, jobs
from foundation.audit_roots import MAIL, AuditRoot
from foundation.database import db
from foundation.mail import Message
from records import roots
from records.telling import DUTIES
from scoring import service as scoring
from tests.factories import make_authority, make_open_tender, make_person, viewer_of

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def told():
    found = db.session.execute(
        select(Message.about, Message.recipient).where(Message.kind == MAIL).order_by(Message.id)
    )
    return [tuple(row) for row in found]


def numbers():
    return list(db.session.scalars(select(AuditRoot.number).order_by(AuditRoot.number)))


def do(day):
    DUTIES["roots"](day.date(), day.date())


def test_each_day_two_people_of_every_authority_have_the_root(app, at):
    at(NOON)
    marlwick = make_authority()
    officers = [make_person(Role.OFFICER, marlwick) for _ in range(3)]
    thornbridge = make_authority()
    administrator = make_person(Role.ADMINISTRATOR, thornbridge)
    auditor = make_person(Role.AUDITOR, thornbridge)
    make_person(Role.EVALUATOR, thornbridge)
    make_person(Role.BID_LEAD)

    do(NOON)

    assert told() == [
        ("1", email)
        for email in sorted(
            [officers[0].email, officers[1].email, auditor.email, administrator.email]
        )
    ]


def test_a_day_has_one_root_however_often_it_is_asked_for(app, at):
    at(NOON)
    do(NOON)
    do(NOON)
    at(NOON + DAY)
    do(NOON + DAY)

    assert numbers() == [1, 2]


def test_an_authority_without_anybody_does_not_keep_a_root_from_being_made(app, at):
    at(NOON)
    make_authority()

    do(NOON)

    assert (numbers(), told()) == ([1], [])


@pytest.fixture
def opened_tender(app, at):
    """A tender whose bids are open: there is none."""
    at(NOON)
    officer = make_person(Role.OFFICER)
    make_person(Role.BID_LEAD)
    tender = make_open_tender(officer)
    at(tender.closes_at + DAY)
    scoring.open_bids(tender, by=viewer_of(officer))
    return tender


@pytest.mark.both_databases
def test_after_an_opening_one_root_goes_to_the_authority_of_the_tender(app, at, opened_tender):
    handlers = app.extensions["job_handlers"]
    wanted = {roots.MAKE: handlers[roots.MAKE]}

    assert jobs.run_due_jobs(wanted) == 1
    handlers[roots.MAKE](opened_tender.token, {})

    assert numbers() == [1]
    assert [address for _, address in told()] == sorted(roots.keepers(opened_tender.authority_id))
    db.session.commit()
    assert audit_verify.verify(db.engine).faults == []
