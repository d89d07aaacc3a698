"""Questions before closing and after the opening, the result, and a company's own copies."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db, transaction
from scoring import queries, service
from supplier_portal import service as portal
from tenders.models import Tender
from tests.browser.conftest import PHONE
from tests.browser.filling import option
from tests.deciding import release
from tests.documents.scoring.bids import answer, full
from tests.evaluating import (
    agree_all,
    declare_for,
    let_everybody_declare,
    need_one_evaluator,
)
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_supplier,
    make_tender,
    publish,
    viewer_of,
)

pytestmark = pytest.mark.walk

OFFICER, LEAD, OTHER = "officer@hollowmere.test", "lead@larkfield.test", "lead@rook.test"


@pytest.fixture
def people(records):
    with records():
        officer = make_person(Role.OFFICER, make_authority("Hollowmere Council"), email=OFFICER)
        leads = [
            make_person(Role.BID_LEAD, make_supplier(name), email=email)
            for name, email in (("Larkfield", LEAD), ("Rook", OTHER))
        ]
    return officer, leads


def fill(person, **texts):
    for name, text in texts.items():
        person.page.locator(f"[name='{name}']").fill(text)


def fill_moment(person, name, moment):
    wall = clock.london(moment)
    boxes = {"day": f"{wall.day}", "month": f"{wall.month}", "year": f"{wall.year}"}
    fill(person, **{f"{name}-{box}": text for box, text in boxes.items()})
    fill(person, **{f"{name}-time": f"{wall:%H:%M}"})


def test_one_asks_without_being_named_and_everybody_reads_the_answer(people, records, visitor):
    with records():
        tender = make_open_tender(people[0]).token
    asker, officer = visitor(window=PHONE), visitor()
    asker.sign_in(LEAD)
    asker.go(f"/opportunities/{tender}")
    asker.follow("Questions and answers about this tender")
    asker.follow("Ask a question")
    fill(asker, text="We at Larkfield ask: which formats does the archive use?")
    asker.press("Send the question")
    assert "Take out your company’s name" in asker.text()
    fill(asker, text="Which formats does the present archive use?")
    asker.press("Send the question")
    assert "Waiting for an answer" in asker.text()

    officer.sign_in(OFFICER)
    officer.go(f"/tenders/{tender}")
    assert "(1 waiting for an answer)" in officer.text()
    officer.follow("Questions from suppliers, and what is published to all")
    assert "Larkfield" not in officer.text()
    officer.follow(re.compile("^Answer"))
    fill(officer, published_text="Which formats does the archive use?", answer="As Rook says.")
    officer.press("Publish to everybody now")
    assert "contains a name that would tell who asked" in officer.text()
    fill(officer, answer="CSV and Parquet.")
    officer.press("Publish to everybody now")
    assert "Number 1 is published to everybody" in officer.text()

    reader = visitor(window=PHONE, javascript=False)
    reader.sign_in(OTHER)
    reader.go(f"/opportunities/{tender}")
    reader.press("Start your bid")
    reader.go(f"{reader.path()}/questions/SLP-05")
    reader.follow("Ask about this question")
    reader.go(f"/opportunities/{tender}/questions-and-answers")
    assert "CSV and Parquet." in reader.text()
    assert "asked" not in reader.text().partition("Published to everybody")[2]


@pytest.fixture
def assessed(people, records, clock_set_forward):
    """Two opened bids, every answer marked and explained; return tokens of tender and bids."""
    officer, leads = people
    with records():
        closes_at = clock.now() + timedelta(hours=1)
        tender = make_tender(officer, closes_at=closes_at)
        with transaction():
            need_one_evaluator("tender.created", tender)
        publish(tender, officer)
        bids = []
        for lead in leads:
            by, now = viewer_of(lead), clock.now()
            bid = portal.start_bid(tender, by=by, arrived_at=now)
            answers = {
                part.id: (0, with_exception(answer(part, True, "With care.")))
                for part in full().parts.values()
                if part.kind != "file"
            }
            portal.save_answers(bid, answers, by=by, arrived_at=now)
            portal.submit_bid(
                bid, by=by, arrived_at=now, declared_by="Mara Voss", knows_missing=True
            )
            bids.append(bid.token)
        clock_set_forward(closes_at + timedelta(minutes=2))
        by = viewer_of(officer)
        service.open_bids(tender, by=by)
        with transaction():
            declare_for(tender)
        for token, mark in zip(bids, (5, 3), strict=True):
            assess(token, mark, by)
        return tender.token, bids


def with_exception(value):
    if isinstance(value, dict) and value.get("answer") == "no":
        return value | {"exception": "Not in this version"}
    return value


def assess(token, mark, by):
    bid = queries.bid_in_evaluation(by, token, to="mark:read")
    agree_all(
        bid,
        mark,
        by=by,
        words=lambda question_id: {
            "reason": f"{question_id} is answered as the descriptor says",
            "feedback": f"What you wrote on {question_id} meets the descriptor.",
            "internal_comment": "For colleagues",
        },
    )
    bid = queries.bid_in_evaluation(by, token, to="mark:read")
    for entry in bid.waiting:
        given = service.GivenDecision(
            passed=True, reason="It passes, as its answers show", based_on=0
        )
        service.decide_requirement(bid, entry, given, by=by)


def test_a_bidder_is_asked_answers_and_reads_its_result(assessed, visitor, people, records):
    tender, (first, second) = assessed
    officer, company = visitor(), visitor(window=PHONE)
    officer.sign_in(OFFICER)
    officer.go(f"/evaluation/bids/{second}/questions/SLP-07")
    officer.follow("Ask the bidder about SLP-07")
    fill(officer, text="Which of the two backups do you mean?")
    fill_moment(officer, "answer_until", clock.now() + timedelta(days=3))
    officer.press("Send the question")

    company.sign_in(OTHER)
    company.go(f"/bids/{second}")
    company.follow(
        "Where your bid stands, questions from the council, the result and your own copies"
    )
    company.follow(re.compile("^Read and answer"))
    fill(company, text="The one that is kept offline.")
    company.press("Send the answer")
    assert "There is no result yet" in company.text()

    officer.go(f"/evaluation/tenders/{tender}/results")
    officer.follow(re.compile("^A question to the bidder: answered: decide whether it may count"))
    officer.follow(re.compile("^Decide whether"))
    option(officer.page, "decision", "yes").check()
    fill(officer, reason="It explains SLP-07.f and adds nothing to it")
    officer.press("Save the decision")
    officer.go(f"/evaluation/bids/{second}/questions/SLP-07")
    assert "The one that is kept offline." in officer.text()

    with records():
        let_everybody_declare(current_app)
        why = {second: "The other bid earned more for quality."}
        found = db.session.scalars(select(Tender).where(Tender.token == tender)).one()
        release(found, people[0], {first: True, second: False}, why=why)
    officer.go(f"/evaluation/tenders/{tender}/results")
    assert "Released to every bidder" in officer.text()
    officer.follow("Rook")

    company.go(f"/evaluation/my-bids/{second}/after")
    company.follow("Read the assessment summary")
    assert "The other bid earned more for quality." in company.text()
    assert "The successful bid: Larkfield Limited" in company.text()
    assert company.download("Download the assessment summary (Word)").suffix == ".docx"
