"""In time means before the closing time, to the microsecond, whatever is done and whatever night.

Each request is stamped when it comes in and worked on five seconds later, as on a busy server: the
decision, the receipt, the record and the letter go by the stamp.
"""

from __future__ import annotations

import io
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.clock import TimeUnclear, from_london
from foundation.database import db
from foundation.mail import Message
from supplier_portal import service
from supplier_portal.models import AnswerVersion, Bid, Evidence, Submission, TypedDraft
from tests import proving
from tests.factories import make_open_tender, make_person, make_supplier, viewer_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DECLARED = {"agreed": "yes", "knows_missing": "yes", "declared_by": "Mara Voss"}
MICROSECOND = timedelta(microseconds=1)
MILLISECOND = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)
OFFSETS = (
    -SECOND,
    -MILLISECOND,
    -MICROSECOND,
    timedelta(0),
    MICROSECOND,
    MILLISECOND,
    SECOND,
)
# The clocks go back at 2:00 on 25 October 2026 and forward at 1:00 on 28 March 2027: the times
# shown on clocks in London, and the moments they are.
CLOSINGS = {
    "2026-10-25T00:30:00": datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
    "2026-10-25T00:59:00": datetime(2026, 10, 24, 23, 59, tzinfo=UTC),
    "2026-10-25T02:00:00": datetime(2026, 10, 25, 2, 0, tzinfo=UTC),
    "2026-10-25T02:30:00": datetime(2026, 10, 25, 2, 30, tzinfo=UTC),
    "2027-03-28T00:30:00": datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    "2027-03-28T00:59:00": datetime(2027, 3, 28, 0, 59, tzinfo=UTC),
    "2027-03-28T02:00:00": datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
    "2027-03-28T02:30:00": datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
}
UNCLEAR = (
    "2026-10-25T01:00:00",
    "2026-10-25T01:30:00",
    "2026-10-25T01:59:59",
    "2027-03-28T01:00:00",
    "2027-03-28T01:30:00",
    "2027-03-28T01:59:59",
)


NIGHTS = (
    "2026-10-25T00:59:00",
    "2026-10-25T02:30:00",
    "2027-03-28T00:30:00",
    "2027-03-28T02:00:00",
)
# Where the machine may believe to be: what its own clocks do on their nights is nothing to us.
ZONES = ("Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland")
# The second time they show the same hour, and the first moment after the hour they skip.
OWN_NIGHTS = {
    "America/New_York": ("2026-11-01T06:30:00", "2027-03-14T07:00:00"),
    "Australia/Lord_Howe": ("2027-04-03T15:15:00", "2026-10-03T15:30:00"),
    "Pacific/Auckland": ("2027-04-03T14:30:00", "2026-09-26T14:00:00"),
}
ONE_ZONE = proving.size("zone", -1)
DATABASES = pytest.mark.both_databases if ONE_ZONE >= 0 else pytest.mark.sqlite


def closings():
    """Return (closing time, zone of the machine): each zone with a night, or one with all."""
    if ONE_ZONE < 0:
        return [(of_london(night), zone) for night, zone in zip(NIGHTS, ZONES, strict=True)]
    zone = ZONES[ONE_ZONE]
    own = [datetime.fromisoformat(night).replace(tzinfo=UTC) for night in OWN_NIGHTS.get(zone, ())]
    return [(closing, zone) for closing in [*map(of_london, NIGHTS), *own]]


def of_london(wall):
    return from_london(datetime.fromisoformat(wall))


@pytest.fixture(params=closings(), ids=lambda param: f"{param[0]:%Y-%m-%d-%H%M}-{param[1]}")
def closes_at(request, app, monkeypatch):
    """A closing time before and after the change of the clocks, on both nights."""
    closing, zone = request.param
    for name in ("TZ", "PGTZ"):
        monkeypatch.setenv(name, zone)
    time.tzset()
    if db.engine.dialect.name == "postgresql":
        # A connection keeps the zone it was begun with.
        db.session.remove()
        db.engine.dispose()
    yield closing
    proving.tell(closings_tried=1, moments_tried=len(OFFSETS))
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def at_each_offset(closes_at, at, client_for, monkeypatch):
    """Do something with a bid of its own at each moment around the closing time.

    ``at_each_offset(do, submitted=…)`` yields (moment, bid, browser, answer); ``do`` gets the
    function that posts and the bid's address.
    """

    def each(do, *, submitted=False):
        at(closes_at - timedelta(days=10))
        tender = make_open_tender(closes_at=closes_at)
        at(closes_at - timedelta(hours=1))
        bids = []
        for number in range(len(OFFSETS)):
            lead = make_person(Role.BID_LEAD, make_supplier(f"Larkfield {number}"))
            by = viewer_of(lead)
            bid = service.start_bid(tender, by=by, arrived_at=clock.now())
            service.save_answers(bid, {"SLP-07.f": (0, "offline")}, by=by, arrived_at=clock.now())
            if submitted:
                service.submit_bid(
                    bid, by=by, arrived_at=clock.now(), declared_by="Mara", knows_missing=True
                )
            bids.append((bid, client_for(lead)))
        for offset, (bid, client) in zip(OFFSETS, bids, strict=True):
            arrived = closes_at + offset
            # The clock is read as the request comes in; whoever reads it afterwards is late.
            first = iter([arrived])
            monkeypatch.setattr(
                "foundation.clock.now",
                lambda first=first, later=arrived + 5 * SECOND: next(first, later),
            )
            answer = do(client.post, f"/bids/{bid.token}")
            db.session.expire_all()
            yield arrived, db.session.get_one(Bid, bid.id), client, answer

    return each


def entry_of(bid, action):
    found = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == bid.token, AuditEntry.action == action)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).one_or_none()
    return found and json.loads(found.details)["arrived_at"]


def letter_about(bid, kind, about=""):
    found = db.session.scalars(
        select(Message).where(Message.kind == kind, Message.about.startswith(f"{bid.token}:"))
    ).all()
    return [one.text for one in found if not about or one.about == f"{bid.token}:{about}"]


def exactly(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def submit(post, address):
    return post(f"{address}/check", data=DECLARED)


@DATABASES
@pytest.mark.parametrize("before", [False, True], ids=["submit", "replace"])
def test_a_bid_submitted_or_replaced(at_each_offset, closes_at, before):
    number = 2 if before else 1
    for arrived, bid, client, answer in at_each_offset(submit, submitted=before):
        rows = db.session.scalars(select(Submission.arrived_at).where(Submission.bid_id == bid.id))
        moments, letters = rows.all(), letter_about(bid, "bid.submitted", str(number))
        if arrived < closes_at:
            assert answer.status_code == 302, arrived
            receipt = client.get(f"{answer.location}/receipt.json").json
            shown = client.get(answer.location).text
            assert (len(moments), max(moments)) == (number, arrived)
            assert receipt["arrived_at"] == exactly(arrived)
            assert exactly(arrived) in shown
            assert clock.show_moment(arrived) in shown
            assert entry_of(bid, "bid.submitted") == arrived.isoformat()
            assert [f"Exactly: {exactly(arrived)} (UTC)" in text for text in letters] == [True]
            assert entry_of(bid, "bid.refused_late") is None
        else:
            assert (answer.status_code, len(moments), letters) == (422, number - 1, []), arrived
            assert entry_of(bid, "bid.refused_late") == arrived.isoformat()


@DATABASES
def test_a_bid_withdrawn(at_each_offset, closes_at):
    for arrived, bid, _client, answer in at_each_offset(
        lambda post, address: post(f"{address}/withdraw", data={}), submitted=True
    ):
        letters = letter_about(bid, "bid.withdrawn")
        if arrived < closes_at:
            assert (answer.status_code, bid.stage, bid.key_for_tender) == (
                302,
                "withdrawn",
                None,
            ), arrived
            assert entry_of(bid, "bid.withdrawn") == arrived.isoformat()
            assert [f"Exactly: {exactly(arrived)} (UTC)" in text for text in letters] == [True]
        else:
            assert (answer.status_code, bid.stage, letters) == (409, "submitted", []), arrived
            assert bid.key_for_tender is not None
            assert entry_of(bid, "bid.refused_late") == arrived.isoformat()


@DATABASES
def test_a_file_uploaded(at_each_offset, closes_at):
    def upload(post, address):
        sent = {"title": "Report", "file": (io.BytesIO(PDF), "report.pdf")}
        files = f"{address}/questions/SLP-07/SLP-07.g2/files"
        return post(files, data=sent, content_type="multipart/form-data")

    for arrived, bid, _client, answer in at_each_offset(upload):
        added = db.session.scalars(select(Evidence.added_at).where(Evidence.bid_id == bid.id)).all()
        if arrived < closes_at:
            assert (answer.status_code, added, bid.changed_at) == (302, [arrived], arrived)
        else:
            assert (answer.status_code, added) == (422, []), arrived
            assert bid.changed_at < closes_at


@DATABASES
def test_an_answer_saved(at_each_offset, closes_at):
    def save(post, address):
        fields = {"v-SLP-07.a": "0", "SLP-07.a": "Typed words"}
        return post(f"{address}/questions/SLP-07", data=fields)

    for arrived, bid, _client, answer in at_each_offset(save):
        saved = db.session.scalars(
            select(AnswerVersion.saved_at).where(
                AnswerVersion.bid_id == bid.id, AnswerVersion.part_id == "SLP-07.a"
            )
        ).all()
        if arrived < closes_at:
            assert (answer.status_code, saved) == (302, [arrived]), arrived
        else:
            # Nothing typed is lost: it is shown back.
            assert (saved, "Typed words" in answer.text) == ([], True), arrived


@DATABASES
def test_what_is_kept_while_somebody_types_is_no_change_of_the_bid(at_each_offset, closes_at):
    def type_words(post, address):
        return post(f"{address}/typed/questions/SLP-07", data={"SLP-07.a": "Typed words"})

    for arrived, bid, _client, answer in at_each_offset(type_words, submitted=True):
        saved = select(AnswerVersion).where(
            AnswerVersion.bid_id == bid.id, AnswerVersion.part_id == "SLP-07.a"
        )
        kept = db.session.scalars(select(TypedDraft).where(TypedDraft.bid_id == bid.id)).all()
        assert (answer.status_code, len(kept)) == (200, 1), arrived
        assert (db.session.scalars(saved).all(), bid.stage) == ([], "submitted")
        assert bid.changed_at < closes_at


@DATABASES
def test_a_bid_handed_in_late(at_each_offset, closes_at):
    def late(post, address):
        return post(f"{address}/late", data=DECLARED | {"why": "The network failed"})

    for arrived, bid, client, answer in at_each_offset(late):
        letters = letter_about(bid, "bid.handed_in_late")
        if arrived < closes_at:
            assert (answer.status_code, letters) == (422, []), arrived
        else:
            receipt = client.get(f"{answer.location}/receipt.json").json
            assert receipt["arrived_at"] == exactly(arrived)
            assert entry_of(bid, "bid.handed_in_late") == arrived.isoformat()
            assert [f"Exactly: {exactly(arrived)} (UTC)" in text for text in letters] == [True]


@pytest.mark.parametrize("wall", CLOSINGS)
def test_a_closing_time_is_the_moment_at_which_clocks_in_london_show_it(wall):
    assert from_london(datetime.fromisoformat(wall)) == CLOSINGS[wall]


@pytest.mark.parametrize("wall", UNCLEAR, ids=str)
def test_a_closing_time_that_clocks_show_twice_or_never_is_refused(wall):
    with pytest.raises(TimeUnclear):
        from_london(datetime.fromisoformat(wall))
