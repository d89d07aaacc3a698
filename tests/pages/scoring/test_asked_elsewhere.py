"""A question to a bidder whose bid came from another portal: put there, and recorded here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from scoring.models import BidQuestion
from supplier_portal.models import Bid
from tests.factories import make_person
from tests.pages.scoring.conftest import OPENS_AT

REASON = "It explains what SLP-07.f already says and adds nothing"


@pytest.fixture
def bid(make_bid, opened, officer):
    """A bid of a company that has nobody here, as if an officer had brought it in."""
    made = make_bid("Brindle Hosting")
    db.session.get_one(Bid, made.id).brought_by_id = officer.id
    db.session.commit()
    opened()
    return made


def moment(name, at):
    wall = clock.london(at)
    parts = {"day": wall.day, "month": wall.month, "year": wall.year, "time": f"{wall:%H:%M}"}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def of_bid(bid, *rest):
    return "/".join([f"/evaluation/bids/{bid.token}/questions-to-bidder", *rest])


def question(until=OPENS_AT + timedelta(days=3)):
    return {"text": "Which backup?", "question": "SLP-07"} | moment("answer_until", until)


def reply(at, **changed):
    typed = {"written_by": "Ines Brindle", "text": "The offline one."}
    return typed | moment("received_at", at) | changed


@pytest.fixture
def asked(client_for, officer, bid):
    client_for(officer).post(of_bid(bid, "ask"), data=question())
    return db.session.scalars(select(BidQuestion)).one()


def test_nothing_is_sent_and_the_page_says_where_to_ask(client_for, officer, bid):
    make_person(Role.BID_LEAD, db.session.get_one(Bid, bid.id).supplier, email="lead@brindle.test")
    before = len(db.session.scalars(select(Message)).all())
    web = client_for(officer)

    form = web.get(of_bid(bid, "ask")).text
    sent = web.post(of_bid(bid, "ask"), data=question())
    page = web.get(sent.location).text

    assert "Ask on that portal, record the question here" in form
    assert "Only this bidder reads the question" not in form
    assert sent.status_code == 302
    assert "The question is recorded, and nothing was sent" in page
    assert "is sent to" not in page
    assert len(db.session.scalars(select(Message)).all()) == before


def test_the_reply_is_entered_as_received_and_decided_as_any_answer(
    client_for, officer, bid, asked, at
):
    web = client_for(officer)
    path = of_bid(bid, asked.token, "reply")
    received = asked.answer_until - timedelta(hours=1)
    at(asked.answer_until + timedelta(hours=2))
    web = client_for(officer)
    waiting = web.get(of_bid(bid)).text

    form = web.get(path)
    entered = web.post(path, data=reply(received))
    page = web.get(of_bid(bid)).text
    again = web.post(path, data=reply(received))
    decided = web.post(of_bid(bid, asked.token), data={"decision": "yes", "reason": REASON})

    assert path in waiting
    assert (form.status_code, entered.status_code, again.status_code) == (200, 302, 422)
    assert "Ines Brindle wrote: The offline one." in page
    assert "entered by Ines Roy" in page
    assert path not in page
    assert "one is entered already" in again.text
    assert decided.status_code == 302
    noted = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "bid.reply_entered")
    ).one()
    assert noted.actor == officer.token
    assert "offline" not in str(noted.details)


def test_a_question_already_answered_there_can_be_recorded_afterwards(client_for, officer, bid, at):
    at(OPENS_AT + timedelta(days=4))
    web = client_for(officer)

    sent = web.post(of_bid(bid, "ask"), data=question())
    asked = db.session.scalars(select(BidQuestion)).one()
    entered = web.post(of_bid(bid, asked.token, "reply"), data=reply(OPENS_AT + timedelta(days=2)))

    assert (sent.status_code, entered.status_code) == (302, 302)


@pytest.mark.parametrize(
    ("after", "changed", "says"),
    [
        (timedelta(days=5), {}, "Enter a time that is not in the future"),
        (timedelta(days=3), {}, "because the time to answer ended on"),
        (timedelta(days=1), {"written_by": " "}, "Enter who wrote the reply"),
        (timedelta(days=1), {"text": " "}, "Enter the reply"),
    ],
)
def test_what_cannot_be_entered_is_said_at_its_field(
    after, changed, says, client_for, officer, bid, asked, at
):
    at(OPENS_AT + timedelta(days=4))

    page = client_for(officer).post(
        of_bid(bid, asked.token, "reply"), data=reply(OPENS_AT + after, **changed)
    )

    assert page.status_code == 422
    assert says in page.text
    db.session.expire_all()
    assert db.session.scalars(select(BidQuestion)).one().answered_at is None


def test_no_officer_answers_for_a_company_that_bids_here(client_for, officer, make_bid, opened):
    bid = make_bid("Larkfield")
    opened()
    web = client_for(officer)
    web.post(of_bid(bid, "ask"), data=question())
    asked = db.session.scalars(select(BidQuestion)).one()
    path = of_bid(bid, asked.token, "reply")

    assert path not in web.get(of_bid(bid)).text
    assert [web.get(path).status_code, web.post(path, data=reply(OPENS_AT)).status_code] == [
        404,
        404,
    ]


def test_before_it_decides_an_officer_reads_that_the_decision_stands(
    client_for, officer, bid, asked, at
):
    at(OPENS_AT + timedelta(days=1))
    web = client_for(officer)
    web.post(of_bid(bid, asked.token, "reply"), data=reply(OPENS_AT + timedelta(hours=2)))

    page = web.get(of_bid(bid, asked.token)).text

    assert "You cannot change this decision later" in page
    assert "The published rule for questions about bids" in page
