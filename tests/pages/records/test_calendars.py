"""Dates of tenders as calendar files: right moments, names that stay, and nothing of bids."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation.database import db, transaction
from records.models import CalendarAddress
from scoring.models import StandstillEvent
from scoring.rules.standstill import Kind
from supplier_portal import service as portal
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.service import cancelling, prepare_amendment, publish_amendment, set_amendment_terms
from tenders.service.notices import strike_notice
from tenders.service.planning import save_sheet
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_supplier,
    make_tender,
    viewer_of,
)
from tests.open_data_made import record_notice

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
FACTS = {"award_date": "2027-02-01", "contract_start": "2027-03-01", "contract_end": "2030-02-28"}


@pytest.fixture
def authority(app, at):
    at(NOON)
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority)


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, closes_at=NOON + timedelta(days=20), facts=FACTS)


def events(data):
    return {str(event["uid"]): event for event in Calendar.from_ical(data).walk("VEVENT")}


def of_point(data, point):
    return next(event for uid, event in events(data).items() if f"-{point}@" in uid)


def new_address(client):
    page = client.post("/calendar").text
    return re.search(r"/calendar/[\w-]+\.ics", page).group()


def test_a_closing_time_is_given_in_utc_and_days_as_days(client_for, officer, tender):
    sent = client_for(officer).get(f"/tenders/{tender.token}/calendar.ics")

    closes, start = of_point(sent.data, "closes"), of_point(sent.data, "contract-start")
    assert sent.mimetype == "text/calendar"
    assert closes.decoded("dtstart") == tender.closes_at
    assert b"DTSTART:20261221T120000Z" in sent.data
    assert start.decoded("dtstart") == date(2027, 3, 1)
    assert str(closes["summary"]) == f"{tender.reference}: bids close"


def test_in_summer_time_the_moment_is_still_the_same_instant(client_for, officer, at):
    at(datetime(2027, 6, 1, 12, tzinfo=UTC))
    tender = make_open_tender(officer, closes_at=datetime(2027, 7, 1, 11, tzinfo=UTC))

    sent = client_for(officer).get(f"/tenders/{tender.token}/calendar.ics")

    assert b"DTSTART:20270701T110000Z" in sent.data


def test_a_moved_closing_time_is_an_update_of_the_same_event(client_for, officer, tender):
    client = client_for(officer)
    before = of_point(client.get("/calendar.ics").data, "closes")
    by = viewer_of(officer)
    later = tender.closes_at + timedelta(days=7)
    prepare_amendment(tender, by=by, arrived_at=NOON)
    db.session.refresh(tender)
    set_amendment_terms(
        tender, closes_at=later, questions_until=None, reason="More time is needed by all.",
        based_on=tender.plan_sha256, by=by, arrived_at=NOON,
    )  # fmt: skip
    db.session.refresh(tender)
    publish_amendment(tender, based_on=tender.plan_sha256, by=by, arrived_at=NOON)

    after = of_point(client.get("/calendar.ics").data, "closes")

    assert str(after["uid"]) == str(before["uid"])
    assert int(after["sequence"]) > int(before["sequence"])
    assert after.decoded("dtstart") == later


def test_a_cancelled_tender_takes_every_date_out_of_calendars(
    client_for, officer, tender, authority
):
    client = client_for(officer)
    before = events(client.get("/calendar.ics").data)
    second = make_person(Role.OFFICER, authority)
    asked = cancelling.ask_to_cancel(tender, "Nobody needs the sensors now.", by=viewer_of(officer))
    cancelling.cancel_tender(tender, based_on=asked.token, by=viewer_of(second), arrived_at=NOON)

    found = events(client.get("/calendar.ics").data)

    assert len(before) > 3
    assert set(found) == set(before)
    assert {str(event["status"]) for event in found.values()} == {"CANCELLED"}
    assert all(int(found[uid]["sequence"]) > int(before[uid]["sequence"]) for uid in found)


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ({"above_threshold": "yes", "procedure": "open"}, 1),
        ({"above_threshold": "no", "procedure": "open"}, 0),
        ({"procedure": "below-threshold"}, 0),
    ],
    ids=["above", "below", "procedure below"],
)
def test_a_standstill_is_entered_only_where_one_is_kept(client_for, officer, facts, count):
    tender = awarded(officer, facts)

    data = client_for(officer).get(f"/tenders/{tender.token}/calendar.ics").data

    assert sum("-standstill@" in uid for uid in events(data)) == count


def test_an_award_notice_of_a_tender_that_is_not_opened_begins_no_standstill(
    client_for, officer, tender
):
    record_notice(tender, officer, "UK6")

    data = client_for(officer).get(f"/tenders/{tender.token}/calendar.ics").data

    assert [uid for uid in events(data) if "-standstill@" in uid] == []


def test_an_award_notice_recorded_or_struck_out_makes_a_newer_calendar(client_for, officer):
    tender = awarded(officer, {"above_threshold": "yes", "procedure": "open"}, notice=False)
    client = client_for(officer)

    def sequence():
        data = client.get(f"/tenders/{tender.token}/calendar.ics").data
        return int(of_point(data, "closes")["sequence"])

    before = sequence()
    notice = record_notice(tender, officer, "UK6")
    recorded = sequence()
    strike_notice(tender, notice, "Wrong tender", by=viewer_of(officer))

    assert (recorded, sequence()) == (before + 1, before + 2)


def test_a_recorded_signature_takes_the_place_of_the_planned_one(client_for, officer):
    tender = awarded(officer, {}, notice=False)
    save_sheet(tender, "timetable", {"signature": "2027-01-20"}, version=0, by=viewer_of(officer))
    client = client_for(officer)

    def entry():
        found = of_point(client.get(f"/tenders/{tender.token}/calendar.ics").data, "signature")
        return str(found["summary"]).split(": ")[1], found["dtstart"].dt, int(found["sequence"])

    words, day, sequence = entry()
    with transaction():
        db.session.get_one(Tender, tender.id).stage = Stage.AWARDED
        event = StandstillEvent(
            tender_id=tender.id, number=1, kind=Kind.AWARDED, ends_on=date(2026, 12, 22),
            reason="Ada Poole", recorded_at=NOON, recorded_by_id=officer.id,
        )  # fmt: skip
        db.session.add(event)

    assert (words, day) == ("contract to be signed", date(2027, 1, 20))
    assert entry() == ("contract signed", date(2026, 12, 22), sequence + 1)


def awarded(officer, facts, *, notice=True):
    tender = make_open_tender(officer, closes_at=NOON + timedelta(minutes=1), facts=facts)
    with transaction():
        row = db.session.get_one(Tender, tender.id)
        row.stage, row.opened_at = Stage.DECIDED, NOON
    if notice:
        record_notice(tender, officer, "UK6")
    return tender


def test_a_draft_is_tentative(client_for, officer):
    make_tender(officer)

    closes = of_point(client_for(officer).get("/calendar.ics").data, "closes")

    assert str(closes["status"]) == "TENTATIVE"


def test_the_secret_address_works_without_signing_in_until_it_is_ended(
    client_for, client, officer, tender
):
    mine = client_for(officer)
    address = new_address(mine)

    fetched = client.get(address)
    shown_again = mine.get("/calendar").text
    mine.post("/calendar", data={"end": "yes"})

    assert of_point(fetched.data, "closes").decoded("dtstart") == tender.closes_at
    assert address not in shown_again
    assert client.get(address).status_code == 404


def test_the_database_does_not_know_the_address(client_for, officer, tender):
    secret = new_address(client_for(officer)).split("/")[-1].removesuffix(".ics")

    row = db.session.scalars(select(CalendarAddress)).one()
    assert secret not in (row.secret_hash, str(row.id))
    assert len(row.secret_hash) == 64


def test_a_new_address_ends_the_one_before(client_for, client, officer, tender):
    mine = client_for(officer)
    first, second = new_address(mine), new_address(mine)

    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert db.session.scalar(select(func.count(CalendarAddress.id))) == 1


def test_whoever_left_the_council_fetches_nothing_more(client_for, client, officer, tender):
    address = new_address(client_for(officer))
    with transaction():
        officer.active = False

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("secret", ["", "x", "x" * 4000, "%00", "..%2F..", "a/b"])
def test_no_other_address_finds_anything(client, officer, tender, secret):
    assert client.get(f"/calendar/{secret}.ics").status_code in (400, 404)


def test_another_authority_s_dates_are_in_no_calendar(client_for, tender):
    stranger = client_for(Role.OFFICER)

    assert events(stranger.get("/calendar.ics").data) == {}
    assert stranger.get(f"/tenders/{tender.token}/calendar.ics").status_code == 404


def test_sealed_bids_change_nothing_in_a_calendar(client_for, officer, tender):
    client = client_for(officer)
    before = client.get("/calendar.ics").data
    by = viewer_of(make_person(Role.BID_LEAD, make_supplier()))
    bid = portal.start_bid(tender, by=by, arrived_at=NOON)
    portal.submit_bid(bid, by=by, arrived_at=NOON, declared_by="Mara", knows_missing=True)

    assert client.get("/calendar.ics").data == before


def test_a_calendar_of_many_tenders_asks_as_many_statements_as_of_one(
    client_for, officer, tender, statements_counted
):
    client = client_for(officer)
    with statements_counted() as one:
        client.get("/calendar.ics")
    for _ in range(5):
        make_tender(officer)

    with statements_counted() as many:
        client.get("/calendar.ics")

    assert len(one) == len(many) <= 15
