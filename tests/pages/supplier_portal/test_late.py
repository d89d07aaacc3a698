"""A bid handed in after the closing time: sealed, unread, beside what came in time."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from supplier_portal import queries, service
from supplier_portal.models import LateSubmission, Submission
from supplier_portal.queries.late import (
    late_receipt_of,
    late_submission_of,
    late_text,
    why_said_to_council,
)
from supplier_portal.rules.lateness import StillInTime
from supplier_portal.rules.receipt import verify
from supplier_portal.rules.submission import NotOpen, NotReady, TooLate
from supplier_portal.rules.teamwork import SignOffNeeded
from supplier_portal.service.late import hand_in_late
from tenders import service as tenders
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.seals import StillSealed
from tests.factories import make_person, viewer_of

WHY = "Our connection failed at noon"
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def hand_in(bid, lead):
    def late(*, arrived_at=None, by=None, **said):
        return hand_in_late(
            bid,
            by=viewer_of(by or lead),
            arrived_at=arrived_at or clock.now(),
            **{"declared_by": "Mara Voss", "why": WHY, "knows_missing": True, **said},
        )

    return late


@pytest.fixture
def submit(bid, lead):
    def hand_in():
        return service.submit_bid(
            bid,
            by=viewer_of(lead),
            arrived_at=clock.now(),
            declared_by="Mara Voss",
            knows_missing=True,
        )

    return hand_in


def open_the_tender(tender):
    officer = db.session.get_one(Tender, tender.id)
    by = viewer_of(make_person(Role.OFFICER, officer.authority))
    tenders.open_bids(tender, by=by)
    service.note_opened(tender, by=by)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.both_databases
def test_a_late_bid_is_kept_sealed_with_its_receipt_its_entry_and_a_letter(
    bid, tender, save, hand_in, after_closing, lead
):
    save({"SLP-07.a": "We do this with care."})
    moment = after_closing()

    late = hand_in()

    assert (late.number, late.arrived_at, bid.stage, bid.key_for_tender) == (
        1,
        moment,
        "draft",
        None,
    )
    assert count(Submission) == 0
    said = late_text(bid, late_submission_of(bid, 1))
    assert json.loads(said)["answers"] == {"SLP-07.a": "We do this with care."}
    receipt = late_receipt_of(bid, late)
    assert verify(receipt.as_json(), said)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "bid.handed_in_late")
    ).one()
    assert (entry.hash, json.loads(entry.details)["arrived_at"]) == (
        late.audit_hash,
        moment.isoformat(),
    )
    letter = db.session.scalars(select(Message)).one()
    assert letter.recipient == lead.email
    assert letter.subject == (
        f"Receipt: your bid for {tender.reference} was handed in LATE, version 1"
    )
    assert f"Exactly: {receipt.arrived_at} (UTC)" in letter.text
    assert "1 minute after the closing time" in letter.text
    assert WHY not in letter.text


def test_a_submission_in_time_stands_beside_it_untouched(bid, save, submit, hand_in, after_closing):
    save({"SLP-07.a": "in time"})
    first = submit()
    key, stage = bid.key_for_tender, bid.stage
    after_closing()

    late = hand_in()

    assert (late.number, bid.stage, bid.key_for_tender) == (2, stage, key)
    assert [one.number for one in queries.submissions_of(bid)] == [first.number]


def test_a_form_sent_again_is_the_late_bid_it_made_the_first_time(
    hand_in, after_closing, tender, at
):
    after_closing()
    key = "0123456789abcdefghijkl"
    first, again = hand_in(form_key=key), hand_in(form_key=key, why="something else")
    open_the_tender(tender)
    at(clock.now() + timedelta(hours=1))

    assert (again.id, hand_in(form_key=key).id) == (first.id, first.id)
    receipts = db.session.scalars(select(Message).where(Message.kind == "bid.handed_in_late"))
    assert (count(LateSubmission), len(receipts.all())) == (1, 1)


def test_the_last_late_bid_of_several_has_the_highest_number(hand_in, after_closing, submit):
    submit()
    after_closing()

    assert [hand_in().number, hand_in().number] == [2, 3]


@pytest.mark.parametrize("offset", [-MICROSECOND, timedelta(0), MICROSECOND])
def test_late_is_from_the_closing_time_on_to_the_microsecond(hand_in, tender, at, offset):
    moment = at(tender.closes_at + offset)

    if offset < timedelta(0):
        with pytest.raises(StillInTime):
            hand_in()
    else:
        assert hand_in().arrived_at == moment


def test_after_the_opening_nothing_can_be_handed_in_and_the_attempt_is_on_record(
    hand_in, after_closing, tender
):
    after_closing()
    open_the_tender(tender)

    with pytest.raises(TooLate, match="the bids are opened"):
        hand_in()

    refused = select(AuditEntry).where(AuditEntry.action == "bid.refused_late")
    assert len(db.session.scalars(refused).all()) == 1
    assert count(LateSubmission) == 0


def test_what_arrived_before_the_opening_is_taken_although_it_is_done_after(
    hand_in, after_closing, tender
):
    moment = after_closing()
    open_the_tender(tender)

    assert hand_in(arrived_at=moment - MICROSECOND).number == 1


def test_nothing_is_handed_in_late_for_a_tender_that_was_cancelled(hand_in, after_closing, tender):
    after_closing()
    db.session.execute(
        text("UPDATE tender SET stage = 'cancelled' WHERE id = :id"), {"id": tender.id}
    )
    db.session.commit()

    with pytest.raises(NotOpen):
        hand_in()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"why": "  "}, "why"),
        ({"why": "x" * 3001}, "why"),
        ({"agreed": False}, "agreed"),
        ({"declared_by": ""}, "declared_by"),
        ({"knows_missing": False}, "knows_missing"),
    ],
)
def test_what_is_missing_is_named_at_its_field(hand_in, after_closing, said, field):
    after_closing()

    with pytest.raises(NotReady) as refused:
        hand_in(**said)

    assert (refused.value.field, count(LateSubmission)) == (field, 0)


def test_a_company_that_wants_a_certifiers_word_needs_one_for_a_late_bid(
    bid, lead, supplier, hand_in, after_closing
):
    service.require_sign_off(bid, True, by=viewer_of(lead), arrived_at=clock.now())
    after_closing()

    with pytest.raises(SignOffNeeded):
        hand_in()

    assert hand_in(by=make_person(Role.CERTIFIER, supplier)).number == 1


def test_before_the_opening_not_even_the_reason_can_be_read(bid, hand_in, after_closing, tender):
    after_closing()
    late = hand_in()

    with pytest.raises(StillSealed):
        why_said_to_council(bid, late)

    open_the_tender(tender)
    db.session.expire_all()
    assert why_said_to_council(bid, late) == WHY


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", ["UPDATE late_submission SET number = 9", "DELETE"])
def test_what_came_late_is_never_changed(hand_in, after_closing, statement):
    after_closing()
    hand_in()
    statement = "DELETE FROM late_submission" if statement == "DELETE" else statement

    with pytest.raises(DatabaseError):
        db.session.execute(text(statement))
    db.session.rollback()


def test_the_pages_say_plainly_that_it_is_late(client_for, bid, lead, save, tender, at):
    save({"SLP-07.a": "We do this with care."})
    at(tender.closes_at + timedelta(minutes=12, seconds=30))
    client = client_for(lead)

    check = client.get(f"/bids/{bid.token}/check")
    page = client.get(f"/bids/{bid.token}/late")
    wrong = client.post(f"/bids/{bid.token}/late", data={"declared_by": "Mara", "agreed": "yes"})
    sent = {
        "declared_by": "Mara Voss",
        "agreed": "yes",
        "knows_missing": "yes",
        "why": WHY,
    }
    done = client.post(f"/bids/{bid.token}/late", data=sent)
    receipt = client.get(done.location)
    home = client.get(f"/bids/{bid.token}")

    assert f"/bids/{bid.token}/late" in check.text
    assert f"Bidding closed on {clock.show_moment(tender.closes_at)}" in page.text
    assert "12 minutes 30 seconds after the closing time" in page.text
    assert (wrong.status_code, "Enter why the bid is late" in wrong.text) == (422, True)
    assert done.location == f"/bids/{bid.token}/late/1"
    assert "LATE: 12 minutes 30 seconds after the closing time" in receipt.text
    assert WHY in receipt.text
    assert "Handed in LATE" in home.text


def test_a_late_submit_is_refused_as_before_and_shown_the_way(client_for, bid, lead, tender, at):
    at(tender.closes_at)
    sent = {"declared_by": "Mara Voss", "agreed": "yes", "knows_missing": "yes"}

    answer = client_for(lead).post(f"/bids/{bid.token}/check", data=sent)

    assert answer.status_code == 422
    assert f'href="/bids/{bid.token}/late"' in answer.text
    assert count(Submission) == 0


def test_before_the_closing_time_the_page_leads_to_submitting(client_for, bid, lead):
    answer = client_for(lead).get(f"/bids/{bid.token}/late")

    assert (answer.status_code, answer.location) == (302, f"/bids/{bid.token}/check")


def test_the_list_of_bids_says_what_was_handed_in_late(
    client_for, bid, lead, hand_in, after_closing
):
    after_closing()
    hand_in()

    page = client_for(lead).get("/opportunities").text

    words = "Handed in late: the council has not decided whether to admit it"
    assert page.count(words) == 1
    assert f'href="/bids/{bid.token}/late/1"' in page


def test_another_company_finds_nothing_of_it(client_for, bid, hand_in, after_closing):
    after_closing()
    hand_in()
    stranger = client_for(Role.BID_LEAD)

    pages = ["late", "late/1", "late/1/receipt.json", "late/1/bid.json"]
    assert [stranger.get(f"/bids/{bid.token}/{page}").status_code for page in pages] == [404] * 4


@pytest.mark.parametrize("number", ["0", "2", "99999999999999999999"])
def test_a_late_bid_that_is_none_is_not_found(
    client_for, bid, lead, hand_in, after_closing, number
):
    after_closing()
    hand_in()

    assert client_for(lead).get(f"/bids/{bid.token}/late/{number}").status_code == 404


def test_after_the_opening_late_commitments_are_listed_apart_and_the_program_finds_them(
    client_for, bid, lead, hand_in, after_closing, tender, tmp_path
):
    after_closing()
    late = hand_in()
    client = client_for(lead)
    before = client.get(f"/opportunities/{tender.token}/commitments.json")
    open_the_tender(tender)

    published = client.get(f"/opportunities/{tender.token}/commitments.json")
    page = client.get(f"/opportunities/{tender.token}/commitments")
    files = {
        "receipt.json": client.get(f"/bids/{bid.token}/late/1/receipt.json").data,
        "bid.json": client.get(f"/bids/{bid.token}/late/1/bid.json").data,
        "published.json": published.data,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    program = Path(__file__).parents[3] / "tools" / "verify_receipt.py"
    checked = subprocess.run(
        [sys.executable, program, "receipt.json", "bid.json", "--published", "published.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert before.status_code == 404
    assert (published.json["commitments"], published.json["late"]) == ([], [late.commitment])
    assert "1 bid handed in late" in page.text
    assert (checked.returncode, "published list of late bids" in checked.stdout) == (0, True)


def test_the_stage_of_a_tender_with_a_late_bid_is_as_without(hand_in, after_closing, tender):
    after_closing()
    hand_in()

    assert db.session.get_one(Tender, tender.id).stage is Stage.OPEN
