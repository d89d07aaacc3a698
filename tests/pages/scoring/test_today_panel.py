"""The start page leads the chair and officers from the first locked marks to the release."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from accounts.models import Person
from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db, transaction
from scoring import service
from scoring.models import AllocationEvent, MarkLock
from scoring.rules.allocation import Ground
from scoring.rules.interests import Nature
from scoring.service import low_prices
from scoring.service.price_opening import open_prices
from supplier_portal import service as portal
from tenders.models import Tender
from tests import pricing
from tests.deciding import approve, colleague, read_letters, recommend, write_letters
from tests.evaluating import agree_all, give, pass_all
from tests.factories import make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, OPENS_AT

CHECKS = "List and check whom exclusion may concern: 1 bid without a check"
RECOMMEND = "See what is missing for a decision, and recommend an outcome"
QUALITY = "Say that quality is agreed: every answer has its mark"


@pytest.fixture
def chair(authority):
    return make_person(Role.MODERATOR, authority, name="Mo Chair")


@pytest.fixture
def told(client_for, tender):
    """Return (words, where they lead) of what needs somebody, but the checks for exclusion."""

    def read(person):
        page = client_for(person).get("/tenders/", query_string={"tasks": "all"}).text
        own = rf'href="(/evaluation/(?:tenders/{tender.token}|bids/[^"]*)[^"]*)"[^>]*>(.*?)</a>'
        found = [
            (html.unescape(words), link.rpartition("/")[2]) for link, words in re.findall(own, page)
        ]
        return [one for one in found if one[1] != "exclusions"]

    return read


@pytest.fixture
def bid(make_bid, opened):
    made = make_bid("Ash")
    opened()
    return made


def agree_everything(bid, evaluated, officer):
    """Agree every mark with words for the bidder, and pass every requirement."""
    by = viewer_of(officer)
    agree_all(evaluated(bid), by=by, words=lambda _: {"feedback": "It is answered in full"})
    pass_all(evaluated(bid), by=by)


def lock_a_mark(tender, bid, evaluated, person, question="SLP-07"):
    by = viewer_of(person)
    give(evaluated(bid), question, 3, by=by)
    service.lock_marks(tender, by=by)


def test_the_chair_reads_of_answers_ready_to_agree_once_everybody_locked_them(
    told, tender, bid, chair, evaluator, officer, evaluated
):
    by = viewer_of(chair)
    service.allocate(tender, ["SLP-07", "SLP-08"], [evaluator.id], by=by)
    service.allocate(tender, ["SLP-08"], [officer.id], by=by)
    before = told(chair)
    given = (("SLP-07", evaluator), ("SLP-08", evaluator))
    for question, person in given:
        give(evaluated(bid), question, 3, by=viewer_of(person))
    unlocked = told(chair)
    service.lock_marks(tender, by=viewer_of(evaluator))

    one = told(chair)
    while_marking = told(officer)
    lock_a_mark(tender, bid, evaluated, officer, "SLP-08")
    two = told(chair)

    ready = "Agree a mark for {} that every evaluator has locked"
    assert (before, unlocked) == ([], [])
    assert one == [(ready.format("1 answer"), "moderation")]
    assert two == [(ready.format("2 answers"), "moderation")]
    # An officer who still marks alone is led to his own marks, and to nothing of others.
    assert while_marking == [("Mark 1 bid: 0 marks given so far", "marks")]


def test_the_chair_reads_of_questions_an_evaluator_declined(told, tender, bid, chair, evaluator):
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(chair))
    service.decline(
        tender,
        ["SLP-07"],
        Ground.EXPERTISE,
        "I know nothing of the supply of sensors",
        by=viewer_of(evaluator),
    )

    assert told(chair) == [("Decide on 1 question that an evaluator declined", "allocation")]


def test_whoever_was_relieved_of_his_questions_is_not_asked_to_mark(
    told, tender, bid, chair, evaluator, officer
):
    by = viewer_of(chair)
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=by)
    service.replace(
        tender, evaluator.id, officer.id, None, reason="He leaves the council in March", by=by
    )

    assert told(evaluator) == []
    assert told(officer) == [("Mark 1 bid: 0 marks given so far", "marks")]


def test_each_step_from_agreed_marks_to_the_release_is_told_when_its_turn_has_come(
    told, tender, bid, officer, evaluated
):
    second, seen = colleague(tender), []

    def look():
        seen.append((told(officer), told(second)))

    agree_everything(bid, evaluated, officer)
    look()
    service.agree_quality(tender, by=viewer_of(officer))
    look()
    recommend(tender, officer, {bid.token: True})
    look()
    approve(tender, second)
    look()
    write_letters(tender, officer, {})
    look()
    read_letters(tender, second)
    look()

    # Agreeing is what the second person finds where the others find nothing.
    steps = [officers for officers, _second in seen]
    assert steps == [
        [(QUALITY, "quality")],
        [(RECOMMEND, "results")],
        [],
        [("Prepare the letters to the bidders", "letters")],
        [("Finish and read 1 letter to bidders", "letters")],
        [("Release the results: every letter is read", "letters")],
    ]
    assert [where for _, where in seen[2][1]] == ["recommendation"]
    assert [both[1] for both in seen if both != seen[2]] == [one for one in steps if one]


def test_a_reviewer_is_told_of_letters_to_read_and_not_of_the_release(
    told, tender, bid, officer, evaluated, authority
):
    reviewer = make_person(Role.REVIEWER, authority)
    agree_everything(bid, evaluated, officer)
    second = colleague(tender)
    recommend(tender, officer, {bid.token: True})
    approve(tender, second)
    prepared = told(reviewer)
    write_letters(tender, officer, {})
    to_read = told(reviewer)
    read_letters(tender, second)

    assert (prepared, told(reviewer)) == ([], [])
    assert to_read == [("Finish and read 1 letter to bidders", "letters")]


def test_an_answer_of_a_bidder_waits_for_the_officer_to_say_whether_it_may_count(
    told, tender, bid, officer, evaluated
):
    asked = service.ask_bidder(
        evaluated(bid),
        "SLP-07",
        "Which copy do you mean?",
        OPENS_AT + timedelta(days=3),
        by=viewer_of(officer),
        arrived_at=clock.now(),
    )
    before = told(officer)
    lead = viewer_of(db.session.get_one(Person, bid.created_by_id))
    service.answer_council(bid, asked.token, "The second", by=lead, arrived_at=clock.now())

    words = "Decide whether an answer of a bidder may count"
    assert (before, told(officer)) == ([], [(words, "questions-to-bidder")])


def test_nobody_kept_away_is_told_of_what_is_made_of_all_bids(
    told, tender, make_bid, opened, officer, evaluated, authority
):
    near, away = make_bid("Ash"), make_bid("Birch")
    opened()
    for bid in (near, away):
        agree_everything(bid, evaluated, officer)
    kept = make_person(Role.OFFICER, authority)
    family = service.Connection(Nature.FAMILY, "A cousin works there")
    service.declare(tender, service.Declared(connections={away.id: family}), by=viewer_of(kept))

    assert told(officer) == [
        ("Decide on the interests of 1 person", "declared"),
        (QUALITY, "quality"),
    ]
    assert told(kept) == []


class TestOfPrices:
    @pytest.fixture
    def tender(self, officer):
        draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
        pricing.design(draft, by=viewer_of(officer))
        publish(draft, officer)
        return draft

    @pytest.fixture
    def bid(self, make_bid, opened):
        made = make_bid("Ash")
        lead = viewer_of(db.session.get_one(Person, made.created_by_id))
        pricing.offer(made, "1000", "5000", "0", "600", by=lead)
        portal.submit_bid(
            made, by=lead, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
        )
        opened()
        return made

    def test_prices_are_opened_before_an_outcome_is_recommended(
        self, told, tender, bid, officer, evaluated
    ):
        by = viewer_of(officer)
        agree_everything(bid, evaluated, officer)
        service.agree_quality(tender, by=by)
        shut = told(officer)
        open_prices(tender, by=by)

        assert shut == [("Open the prices: quality is agreed", "prices")]
        assert told(officer) == [(RECOMMEND, "results")]

    def test_a_low_price_is_told_while_the_next_step_is_the_officer_s(
        self, told, tender, bid, officer, evaluated
    ):
        by = viewer_of(officer)
        agree_everything(bid, evaluated, officer)
        service.agree_quality(tender, by=by)
        open_prices(tender, by=by)
        low_prices.raise_case(bid, "It is far below what hosting costs", based_on=0, by=by)
        raised = told(officer)
        due = clock.now() + timedelta(days=3)
        low_prices.ask_bidder(bid, "Explain how you price it", due, based_on=1, by=by)
        asked = told(officer)
        lead = viewer_of(db.session.get_one(Person, bid.created_by_id))
        low_prices.reply(bid, "We host it ourselves", by=lead, arrived_at=clock.now())

        words = ("Go on with 1 price that seems abnormally low", "prices")
        recommends = (RECOMMEND, "results")
        assert (raised, asked) == ([words, recommends], [recommends])
        assert told(officer) == [words, recommends]


def test_as_many_statements_for_many_tenders_under_evaluation_as_for_two(
    told, tender, bid, officer, evaluator, evaluated, client_for, statements_counted
):
    lock_a_mark(tender, bid, evaluated, evaluator)
    web = client_for(officer)
    copied(tender, 0)
    # What was published is read once by each process.
    web.get("/tenders/")
    with statements_counted() as few:
        web.get("/tenders/")
    for number in range(1, 200):
        copied(tender, number)
    with statements_counted() as many:
        page = web.get("/tenders/")

    assert page.text.count('class="app-card"') == 201
    assert len(few) == len(many) <= 35


def copied(first, number):
    """Add a tender like ``first`` with the same people marking, and their locks."""
    left_out = ("id", "token", "reference")
    with transaction():
        columns = columns_of(first, left_out)
        one = Tender(token=f"copy{number:018}", reference=f"HC-B{number}", **columns)
        db.session.add(one)
        db.session.flush()
        for model in (AllocationEvent, MarkLock):
            rows = db.session.query(model).filter_by(tender_id=first.id).all()
            for row in rows:
                db.session.add(model(**columns_of(row, ("id",)) | {"tender_id": one.id}))


def columns_of(row, left_out):
    return {
        column.name: getattr(row, column.name)
        for column in row.__table__.columns
        if column.name not in left_out
    }
