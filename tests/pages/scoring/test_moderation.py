"""What the panel has before it: the queue, marks of one evaluator adopted, quality, minutes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from scoring import queries, service
from scoring.forms import READ_BY
from scoring.models import AgreedMark, QualityAgreed
from scoring.queries.standings import quality_is_agreed
from scoring.rules.interests import Nature
from tests.evaluating import agree_all, pass_all
from tests.factories import make_person, viewer_of
from tests.pages.scoring.test_agreeing import agreed_for, alone, page_of, sent

QUESTIONS = ["SLP-07", "SLP-08", "SLP-11"]


@pytest.fixture
def chair(authority):
    return make_person(Role.MODERATOR, authority, name="Nadia Cole")


@pytest.fixture
def second(authority):
    return make_person(Role.EVALUATOR, authority, name="Uma Price")


@pytest.fixture
def queue(tender):
    return f"/evaluation/tenders/{tender.token}/moderation"


@pytest.fixture
def marked(tender, chair, evaluator, second, make_bid, opened):
    """Let two people mark three questions of two bids: spreads of 0, 1 and 3."""

    def mark(lock=True, **more):
        bids = [make_bid("Larkfield"), make_bid("Quay")]
        opened()
        people = [evaluator, second]
        service.allocate(tender, QUESTIONS, [one.id for one in people], by=viewer_of(chair))
        for bid in bids:
            for question, (first, other) in zip(QUESTIONS, ((4, 4), (4, 3), (5, 2)), strict=True):
                alone(bid, evaluator, question, first)
                alone(bid, second, question, other)
        if lock:
            for person in people:
                service.lock_marks(tender, by=viewer_of(person))
        return bids

    return mark


def order_in(page, bids):
    """Return (question, bidder) of the links to agree, as they stand on the page."""
    names = {bid.token: name for bid, name in zip(bids, ("Larkfield", "Quay"), strict=True)}
    found = re.findall(r"/bids/([^/]+)/questions/([^/\"]+)/agree", page.text)
    return [(question, names[token]) for token, question in found]


def test_the_widest_disagreement_comes_first(client_for, marked, chair, queue):
    bids = marked()

    page = client_for(chair).get(queue)

    assert order_in(page, bids) == [
        ("SLP-11", "Larkfield"),
        ("SLP-11", "Quay"),
        ("SLP-08", "Larkfield"),
        ("SLP-08", "Quay"),
        ("SLP-07", "Larkfield"),
        ("SLP-07", "Quay"),
    ]


def test_what_waits_says_for_whom_and_shows_no_mark(client_for, marked, chair, evaluator, queue):
    bids = marked(lock=False)
    service.lock_marks(bids[0].tender, by=viewer_of(evaluator))
    client = client_for(chair)

    ready, waiting = client.get(queue), client.get(queue + "?state=waiting&question=SLP-07")

    assert order_in(ready, bids) == []
    assert waiting.text.count("Uma Price to lock") == 2
    assert "Tom Hale" not in waiting.text


def test_a_signed_question_leaves_the_queue_for_those_agreed(client_for, marked, chair, queue):
    bids = marked()
    client = client_for(chair)
    client.post(page_of(bids[0]), data=sent(chair))

    ready, agreed = client.get(queue), client.get(queue + "?state=agreed")

    assert ("SLP-07", "Larkfield") not in order_in(ready, bids)
    assert order_in(agreed, bids) == [("SLP-07", "Larkfield")]


def test_the_queue_takes_as_many_statements_for_many_bids(
    client_for, marked, make_bid, chair, queue, statements_counted
):
    marked()
    client = client_for(chair)
    client.get(queue)

    with statements_counted() as counted:
        client.get(queue)

    assert len(counted) <= 15, counted


def test_a_chair_who_is_kept_from_a_bid_sees_nothing_of_it_and_agrees_nothing(
    client_for, marked, tender, chair, officer, queue
):
    bids = marked()
    service.declare(
        tender,
        service.Declared(connections={bids[0].id: service.Connection(Nature.FAMILY, "A cousin")}),
        by=viewer_of(chair),
    )
    client = client_for(chair)

    page = client.get(queue)

    assert "Larkfield" not in page.text
    assert {bidder for _, bidder in order_in(page, bids)} == {"Quay"}
    assert client.get(page_of(bids[0])).status_code == 404
    assert client.post(page_of(bids[0]), data=sent(chair)).status_code == 404
    assert client.get(f"/evaluation/tenders/{tender.token}/quality").status_code == 403


def test_marks_of_one_evaluator_are_adopted_together_and_each_is_signed(
    client_for, tender, chair, evaluator, make_bid, opened
):
    bid = make_bid("Larkfield")
    opened()
    service.allocate(tender, ["SLP-07", "SLP-08"], [evaluator.id], by=viewer_of(chair))
    alone(bid, evaluator, "SLP-07", 5)
    alone(bid, evaluator, "SLP-08", 3)
    service.lock_marks(tender, by=viewer_of(evaluator))
    client, page = client_for(chair), f"/evaluation/bids/{bid.token}/adopt"

    shown = client.get(page).text
    without = client.post(page, data={"questions": ["SLP-07", "SLP-08"], "why-SLP-08": ""})
    answer = client.post(
        page, data={"questions": ["SLP-07", "SLP-08"], "why-SLP-08": "Keys are shared"}
    )

    assert shown.count("Read by Tom Hale.") == 2
    assert READ_BY in shown
    assert without.status_code == 422
    assert "SLP-08: Enter what the answer lacks for a mark of 4" in without.text
    assert answer.status_code == 302
    found = agreed_for(bid)
    assert [(one.question_id, one.mark, one.why_not_higher) for one in found] == [
        ("SLP-07", 5, ""),
        ("SLP-08", 3, "Keys are shared"),
    ]
    assert {one.signed_by_id for one in found} == {chair.id}


def test_what_two_people_marked_is_not_adopted(client_for, marked, chair):
    bids = marked()

    page = client_for(chair).post(
        f"/evaluation/bids/{bids[0].token}/adopt", data={"questions": ["SLP-07"]}
    )

    assert page.status_code == 422
    assert db.session.scalars(select(AgreedMark)).all() == []


def test_quality_is_agreed_once_nothing_is_missing_and_opens_again_with_a_mark(
    client_for, tender, officer, chair, make_bid, opened, evaluated, at
):
    bid = make_bid("Larkfield")
    opened()
    client, page = client_for(chair), f"/evaluation/tenders/{tender.token}/quality"

    early = client.post(page, data={"sure": ["yes"]})
    agree_all(bid, 4, by=viewer_of(officer))
    undecided = client.post(page, data={"sure": ["yes"]})
    [waiting] = evaluated(bid).waiting
    to_officer = client_for(officer).get(page).text
    pass_all(bid, by=viewer_of(officer))
    client.post(page, data={"sure": ["yes"]})
    twice = client.post(page, data={"sure": ["yes"]})

    assert early.status_code == 422
    assert "SLP-07 Disaster recovery" in early.text
    assert undecided.status_code == 422
    assert "because 1 requirement waits for a decision" in undecided.text
    assert f"Larkfield: {waiting.question_id} waits for an officer to decide" in undecided.text
    assert f"/evaluation/bids/{bid.token}/requirements/{waiting.question_id}" in to_officer
    assert twice.status_code == 422
    assert "no mark has moved since" in twice.text
    [said] = db.session.scalars(select(QualityAgreed)).all()
    assert (said.number, said.agreed_by_id) == (1, chair.id)
    assert quality_is_agreed(tender)


def test_an_open_question_to_the_bidder_stands_in_the_way(
    client_for, marked, chair, officer, evaluated
):
    bids = marked()
    until = clock.now() + timedelta(days=3)
    service.ask_bidder(
        evaluated(bids[0]),
        "SLP-07",
        "What does the word partial mean in your answer to SLP-07.g3?",
        until,
        by=viewer_of(officer),
        arrived_at=clock.now(),
    )
    client = client_for(chair)

    asked = client.post(page_of(bids[0]), data=sent(chair))
    other = client.post(page_of(bids[1]), data=sent(chair))

    assert asked.status_code == 422
    assert (
        "You cannot agree a mark because a question to the bidder waits for its answer"
        in asked.text
    )
    assert other.status_code == 302


def test_the_published_rule_stands_beside_a_question_to_the_bidder(
    client_for, officer, make_bid, opened
):
    bid = make_bid("Larkfield")
    opened()

    page = client_for(officer).get(f"/evaluation/bids/{bid.token}/questions-to-bidder/ask")

    assert "it cannot add to the bid, change it or improve it" in page.text


def test_the_minutes_hold_who_was_there_each_mark_and_what_was_agreed(
    client_for, marked, chair, evaluator, second
):
    bids = marked()
    client = client_for(chair)
    client.post(page_of(bids[0]), data=sent(chair, evaluator, second))

    page = client.get(f"/evaluation/bids/{bids[0].token}/minutes?question=SLP-07")

    assert "There: Nadia Cole, Tom Hale and Uma Price" in page.text
    assert [f"Read by {name}." in page.text for name in ("Tom Hale", "Uma Price")] == [True, True]
    assert "Why not higher:</strong> The test was partial" in page.text


def test_an_evaluator_who_still_marks_reads_no_minutes(client_for, marked, evaluator):
    bids = marked(lock=False)

    page = client_for(evaluator).get(f"/evaluation/bids/{bids[0].token}/minutes")

    assert "You cannot see the marks of others yet" in page.text


def test_a_replaced_evaluators_mark_stays_and_is_not_agreed_on(
    client_for, marked, tender, chair, evaluator, officer
):
    bids = marked()
    service.replace(
        tender,
        evaluator.id,
        officer.id,
        bids[0],
        reason="She has an interest in this bidder now",
        by=viewer_of(chair),
    )
    for question in QUESTIONS:
        alone(bids[0], officer, question, 3)
    service.lock_marks(tender, by=viewer_of(officer))
    client = client_for(chair)

    shown = client.get(page_of(bids[0])).text
    client.post(
        page_of(bids[0]), data=sent(chair, seen="spread@3-4 reason-thin@4 no-answer-named@4")
    )

    assert "Marked by people who were replaced since" in shown
    assert "Read by Tom Hale." in shown
    [agreed] = agreed_for(bids[0])
    givers = {
        mark.evaluator.name
        for people in queries.marks_given([bids[0].id], question_id="SLP-07").values()
        for mark in people.values()
        if mark.id in agreed.considered
    }
    assert givers == {"Ines Roy", "Uma Price"}
