"""The machine's clock is set an hour or a year beside the true time while the service runs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation import audit, clock, outages
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.outages import ClockBehind
from supplier_portal import service
from supplier_portal.models import Submission
from tenders.models import Approval, Tender
from tenders.service.stages import BiddingNotClosed, must_be_openable
from tests import proving
from tests.beginnings import WORLD
from tests.factories import PASSWORD, make_open_tender, make_person, make_supplier, viewer_of
from tests.opening import address_of
from tests.served import Served, Visitor, hidden
from tests.stepped_server import MachineClock, library

HOUR, YEAR = 3600, 365 * 86_400
STEPS = (-HOUR, HOUR, YEAR, -YEAR)[: proving.size("clock_steps", 1)]
# A service starts on no PostgreSQL that could lose what it confirmed: a proof runs one.
DATABASES = pytest.mark.both_databases if proving.size("durable", 0) else pytest.mark.sqlite


class World:
    """A tender that closes in half an hour and one that closed ten minutes ago, each with a bid."""

    def __init__(self, officer, number):
        self.lead = make_person(Role.BID_LEAD, make_supplier(f"Larkfield {number}"))
        self.tenders, self.bids = [], []
        for minutes in (30, -10):
            tender = make_open_tender(officer=officer)
            moment = clock.now()
            bid = service.start_bid(tender, by=viewer_of(self.lead), arrived_at=moment)
            with transaction():
                tender = db.session.get_one(Tender, tender.id)
                tender.closes_at = moment + timedelta(minutes=minutes)
            self.tenders.append((tender.id, address_of(tender)))
            self.bids.append((bid.id, f"/bids/{bid.token}/check"))


def hand_in(visitor, url):
    page = visitor.get(url)[2]
    fields = {name: hidden(page, name) for name in ("csrf_token", "questionnaire", "form_key")}
    declared = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
    return visitor.post(url, fields | declared)[0]


def try_to_open(visitor, url):
    page = visitor.get(url)[2]
    fields = {"csrf_token": hidden(page, "csrf_token"), "password": PASSWORD, "opening_part": ""}
    return visitor.post(url, fields)[0]


@DATABASES
@pytest.mark.slow
def test_a_clock_set_an_hour_or_a_year_aside_lets_nothing_in_late_and_opens_nothing_early(
    app, tmp_path, database
):
    if library() is None:
        pytest.skip("libfaketime is not installed (debian-packages.txt)")
    officer = make_person(Role.OFFICER)
    worlds = [World(officer, number) for number in range(2 * len(STEPS))]
    if WORLD in app.extensions:
        app.extensions[WORLD].end()
    db.session.commit()
    began, machine = clock.now(), MachineClock(tmp_path)
    server = Served(tmp_path, database, "tests.stepped_server", machine.environ)
    visitors = [Visitor(server.port, world.lead) for world in worlds]
    buyer = Visitor(server.port, officer)
    db.session.remove()
    answers, openings, waiting = [], [], iter(zip(worlds, visitors, strict=True))
    try:
        for step in STEPS:
            machine.set(step)
            for again in (False, True):
                if again:
                    server.kill_all()
                    server.start()
                world, visitor = next(waiting)
                answers.append([hand_in(visitor, url) for _, url in world.bids])
                openings.append(try_to_open(buyer, world.tenders[0][1]))
            machine.set(0)
            assert hand_in(visitor, world.bids[0][1]) == 302
    finally:
        server.kill_all()
    ended = clock.now()

    db.session.expire_all()
    late = sum(answer[1] != 422 for answer in answers)
    early = db.session.scalar(select(func.count()).select_from(Approval))
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.happened_at >= began).order_by(AuditEntry.id)
    ).all()
    moments = [entry.happened_at for entry in entries]
    proving.tell(
        clock_steps=len(answers),
        late_accepted=late,
        early_opened=early,
        audit_entries=len(entries),
        audit_times_decreased=sum(a > b for a, b in zip(moments, moments[1:], strict=False)),
    )
    assert answers == [[302, 422]] * len(worlds)
    assert set(openings) == {409}
    assert (early, db.session.scalars(select(Tender.opened_at).distinct()).all()) == (0, [None])
    arrived = db.session.scalars(select(Submission.arrived_at)).all()
    assert len(arrived) == len(worlds) + len(STEPS)
    assert all(began <= moment <= ended for moment in [*arrived, *moments])
    assert moments == sorted(moments)
    assert outages_said() == []


def outages_said():
    return [one for one in db.session.scalars(select(outages.Outage)).all() if one.ended_at]


@pytest.mark.both_databases
def test_a_service_does_not_start_at_a_time_before_one_it_has_recorded(app, at):
    moment = at(clock.now())
    outages.beat()
    outages.the_clock_is_not_behind()

    at(moment - timedelta(seconds=3))
    with pytest.raises(ClockBehind, match="set the clock; if it is right, wait until then"):
        outages.the_clock_is_not_behind()


def test_a_step_is_on_record_once_and_so_is_that_the_clocks_agree_again(app, monkeypatch):
    known = timedelta(0)
    for apart in (0, 3600, 3601, 0, 0):
        monkeypatch.setattr(outages.STEADY, "apart", lambda apart=apart: timedelta(seconds=apart))
        known = outages.note_step(known)

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "clock"))
    assert [(entry.action, entry.details) for entry in entries] == [
        ("service.clock_stepped", '{"seconds_ahead":3600}'),
        ("service.clock_agrees", '{"seconds_ahead":0}'),
    ]


def test_bids_are_not_opened_while_by_the_machine_bidding_has_not_closed(tender, monkeypatch):
    moment = tender.closes_at + timedelta(minutes=5)
    must_be_openable(tender, moment)

    monkeypatch.setattr(clock, "STEADY", Beside(timedelta(minutes=-6)))
    with pytest.raises(BiddingNotClosed, match="the clock of the machine was set back"):
        must_be_openable(tender, moment)
    monkeypatch.setattr(clock, "STEADY", Beside(timedelta(hours=6)))
    must_be_openable(tender, moment)


class Beside:
    """A clock that the machine's is beside."""

    def __init__(self, apart):
        self.apart = lambda: apart


def test_a_chain_never_goes_back_in_time(app, at):
    moment = at(clock.now())
    for seconds in (0, -60, 60):
        at(moment + timedelta(seconds=seconds))
        with transaction():
            audit.record("service.looked_at", actor=audit.SYSTEM, subject=("service", "a test"))

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject == "a test"))
    assert [(entry.happened_at - moment).total_seconds() for entry in entries] == [0, 0, 60]
