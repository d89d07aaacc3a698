"""Cancelling a tender: two people, a reason for everybody, and bids that stay sealed for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from app import JOB_HANDLERS
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.jobs import run_due_jobs
from foundation.mail import Message
from supplier_portal import service as portal
from tenders.models import Approval, Tender
from tenders.rules.approvals import ApprovalState
from tenders.rules.lifecycle import Stage
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_supplier,
    make_tender,
    viewer_of,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
REASON = "The council will share sensors with its neighbours instead of buying its own."


@pytest.fixture
def authority(app, at):
    at(NOON)
    return make_authority()


@pytest.fixture
def first(authority):
    return make_person(Role.OFFICER, authority, name="Ines Roy")


@pytest.fixture
def second(authority):
    return make_person(Role.OFFICER, authority, name="Dan Okoro")


@pytest.fixture
def tender(first):
    return make_open_tender(first, closes_at=NOON + timedelta(days=20))


def submit(tender, name="Larkfield"):
    lead = make_person(Role.BID_LEAD, make_supplier(name))
    by = viewer_of(lead)
    bid = portal.start_bid(tender, by=by, arrived_at=NOON)
    portal.submit_bid(bid, by=by, arrived_at=NOON, declared_by="Mara Voss", knows_missing=True)
    return lead, bid


def ask(client, tender, reason=REASON):
    return client.post(f"/tenders/{tender.token}/cancel", data={"reason": reason})


def decide(client, tender, decision, **fields):
    approval = db.session.scalars(select(Approval.token).order_by(Approval.id.desc())).first()
    return client.post(
        f"/tenders/{tender.token}/cancel/decision",
        data={"decision": decision, "approval": approval or "", **fields},
    )


def stage_of(tender):
    return db.session.scalars(select(Tender.stage).where(Tender.id == tender.id)).one()


def test_two_officers_cancel_a_published_tender(client_for, tender, first, second):
    assert ask(client_for(first), tender).status_code == 302
    assert stage_of(tender) is Stage.OPEN

    answer = decide(client_for(second), tender, "agree")

    assert answer.status_code == 302
    assert stage_of(tender) is Stage.CANCELLED
    page = client_for(first).get(f"/tenders/{tender.token}").text
    assert "The council cancelled this tender on 1 December 2026" in page
    assert REASON in page


def test_whoever_asked_cannot_agree_and_the_attempt_is_recorded(client_for, tender, first):
    client = client_for(first)
    ask(client, tender)

    answer = decide(client, tender, "agree")

    assert answer.status_code == 422
    assert "another person must" in answer.text
    assert stage_of(tender) is Stage.OPEN
    assert (
        db.session.scalar(select(func.count()).where(AuditEntry.action == "tender.approval_denied"))
        == 1
    )


def test_an_evaluator_can_neither_ask_nor_agree(client_for, tender, authority, first):
    evaluator = client_for(make_person(Role.EVALUATOR, authority))

    assert ask(evaluator, tender).status_code == 403
    ask(client_for(first), tender)
    assert decide(evaluator, tender, "agree").status_code == 422
    assert stage_of(tender) is Stage.OPEN


def test_the_second_person_refuses_with_a_reason_and_the_tender_goes_on(
    client_for, tender, first, second
):
    ask(client_for(first), tender)

    without = decide(client_for(second), tender, "refuse")
    refused = decide(client_for(second), tender, "refuse", refusal="We still need it")

    assert (without.status_code, refused.status_code) == (422, 302)
    approval = db.session.scalars(select(Approval)).one()
    assert (approval.state, approval.reason) == (ApprovalState.REFUSED, "We still need it")
    assert stage_of(tender) is Stage.OPEN


def test_agreeing_to_another_request_than_the_one_read_is_refused(
    client_for, tender, first, second
):
    ask(client_for(first), tender)
    old = db.session.scalars(select(Approval.token)).one()
    decide(client_for(first), tender, "take-back")
    ask(client_for(first), tender, REASON + " Another reason.")

    answer = client_for(second).post(
        f"/tenders/{tender.token}/cancel/decision", data={"decision": "agree", "approval": old}
    )

    assert answer.status_code == 422
    assert stage_of(tender) is Stage.OPEN


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("", "Enter why the tender is cancelled"),
        ("Too short", "in at least 20 characters"),
        ("x" * 2001, "2,000 characters or fewer"),
    ],
    ids=["none", "short", "long"],
)
def test_a_reason_that_does_not_do_is_kept_and_named(client_for, tender, first, reason, says):
    answer = ask(client_for(first), tender, reason)

    assert answer.status_code == 422
    assert says in answer.text
    assert reason in answer.text


def test_one_officer_cancels_a_draft_and_nobody_is_told(client_for, first):
    draft = make_tender(first)

    answer = ask(client_for(first), draft)
    run_due_jobs(JOB_HANDLERS)

    assert answer.status_code == 302
    assert stage_of(draft) is Stage.CANCELLED
    assert db.session.scalar(select(func.count(Message.id))) == 0


def test_a_cancelled_draft_without_a_closing_time_says_nothing_of_closing(client_for, first):
    draft = make_tender(first)
    draft.closes_at = None
    db.session.commit()

    ask(client_for(first), draft)

    page = client_for(first).get("/tenders/").text
    assert page.count("Cancelled on 1 December 2026") == 1
    assert page.count("Closing time not set") == 0


def test_another_authority_finds_nothing_to_cancel(client_for, tender):
    stranger = client_for(Role.OFFICER)

    assert stranger.get(f"/tenders/{tender.token}/cancel").status_code == 404
    assert ask(stranger, tender).status_code == 404
    assert decide(stranger, tender, "agree").status_code == 404


def test_everybody_who_follows_is_told_why_once(client_for, tender, first, second):
    lead, _bid = submit(tender)
    ask(client_for(first), tender)
    decide(client_for(second), tender, "agree")

    run_due_jobs(JOB_HANDLERS)
    run_due_jobs(JOB_HANDLERS)

    told = db.session.scalars(select(Message).where(Message.kind == "tender.cancelled")).all()
    assert [message.recipient for message in told] == [lead.email]
    assert REASON in told[0].text
    assert "never will be" in told[0].text


def test_the_company_reads_that_it_is_cancelled_and_can_hand_nothing_in(
    client_for, tender, first, second
):
    lead, bid = submit(tender)
    ask(client_for(first), tender)
    decide(client_for(second), tender, "agree")
    client = client_for(lead)

    home = client.get(f"/bids/{bid.token}")
    listed = client.get("/opportunities")
    handed_in = client.post(
        f"/bids/{bid.token}/submit", data={"declared_by": "M", "agreed": "yes", "form_key": "k"}
    )

    assert "The council cancelled this tender on" in home.text
    assert "closes" not in home.text.casefold().split("the council cancelled")[0][-400:]
    assert "The council has cancelled this tender" in listed.text
    assert (listed.text.count("Closes on"), listed.text.count("Cancelled on")) == (0, 1)
    assert handed_in.status_code != 302
    newcomer = client_for(Role.BID_LEAD).get(f"/opportunities/{tender.token}").text
    assert "Start your bid" not in newcomer


def test_bids_of_a_tender_cancelled_before_the_opening_stay_sealed_for_good(
    client_for, tender, first, second, at
):
    _lead, bid = submit(tender)
    ask(client_for(first), tender)
    decide(client_for(second), tender, "agree")
    at(NOON + timedelta(days=400))
    client = client_for(first)

    opening = client.post(f"/scoring/tenders/{tender.token}/open", follow_redirects=True)

    assert opening.status_code in (404, 409)
    assert client.get(f"/scoring/tenders/{tender.token}").status_code == 404
    assert client.get(f"/scoring/bids/{bid.token}").status_code == 404
    assert db.session.scalars(select(Tender.opened_at).where(Tender.id == tender.id)).one() is None


def test_nothing_on_the_buying_side_tells_a_cancelled_tender_with_bids_from_one_without(
    client_for, authority, first, second
):
    def walk(with_bids):
        tender = make_open_tender(
            first, reference="HC-1" if with_bids else "HC-2", closes_at=NOON + timedelta(days=20)
        )
        if with_bids:
            submit(tender, "Larkfield")
            submit(tender, "Brook")
        pages = [client_for(first).get(f"/tenders/{tender.token}/cancel").text]
        ask(client_for(first), tender)
        decide(client_for(second), tender, "agree")
        run_due_jobs(JOB_HANDLERS)
        pages.append(client_for(first).get(f"/tenders/{tender.token}").text)
        return [
            page.replace(tender.token, "T")
            .replace(tender.reference, "R")
            .split("<main")[1]
            .split("</main>")[0]
            .split("app-fingerprint")[0]
            for page in pages
        ]

    with_bids, without = walk(True), walk(False)

    assert with_bids == without


def test_a_cancelled_tender_cannot_be_cancelled_again_or_amended(client_for, tender, first, second):
    ask(client_for(first), tender)
    decide(client_for(second), tender, "agree")

    again = ask(client_for(first), tender)

    assert again.status_code == 422
    assert "cancelled stage" in again.text
    assert client_for(first).get(f"/tenders/{tender.token}/cancel").status_code == 302


@pytest.mark.both_databases
def test_cancelling_overtakes_what_else_waits_for_a_second_person(
    client_for, tender, first, second
):
    from tenders.rules.approvals import ApprovalKind
    from tenders.service import approvals

    approvals.ask(tender, ApprovalKind.AMEND, "0" * 64, by=viewer_of(first))
    ask(client_for(first), tender)
    decide(client_for(second), tender, "agree")

    states = db.session.scalars(select(Approval.state).order_by(Approval.id)).all()
    assert states == [ApprovalState.OVERTAKEN, ApprovalState.GIVEN]


def test_a_draft_wants_a_short_reason_and_speaks_of_no_company(client_for, first):
    draft = make_tender(first)
    client = client_for(first)

    page = client.get(f"/tenders/{draft.token}/cancel").text.split("<main")[1]
    answer = ask(client, draft, "A mistake")

    assert "company" not in page
    assert "A short reason will do." in page
    assert (answer.status_code, stage_of(draft)) == (302, Stage.CANCELLED)


def test_each_of_the_two_is_offered_what_they_can_do(client_for, tender, first, second):
    ask(client_for(first), tender)

    mine = client_for(first).get(f"/tenders/{tender.token}/cancel").text
    theirs = client_for(second).get(f"/tenders/{tender.token}/cancel").text

    assert [words in mine for words in OFFERED] == [False, False, True]
    assert [words in theirs for words in OFFERED] == [True, True, False]


OFFERED = ("Cancel the tender for good", "Refuse: the tender goes on", "Take my request back")


@pytest.mark.parametrize("decision", ["", "agree", "refuse", "take-back", "other"])
def test_a_decision_with_no_request_waiting_links_to_nothing(client_for, tender, first, decision):
    answer = decide(client_for(first), tender, decision)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert 'href="#decision' not in answer.text
