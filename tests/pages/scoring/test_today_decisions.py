"""The start page says of marks, quality and prices what their pages say: not before they can be."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from accounts.models import Person
from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db
from scoring import queries, service
from scoring.queries.exclusions import checks_of
from scoring.queries.standing_rows import requirements_undecided
from scoring.service.exclusion_gate import begin_before_checks
from supplier_portal import service as portal
from tests import pricing
from tests.evaluating import agree, agree_all, agree_quality, give, pass_all
from tests.factories import make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS, OPENS_AT
from tests.pages.scoring.test_prices import settle_all

READY = "Agree a mark for {} that every evaluator has locked"
QUALITY = "Say that quality is agreed: every answer has its mark"
PRICES = "Open the prices: quality is agreed"
ONLY_THEN = "quality is agreed, and prices are opened, only then"
TO_MARK = ["SLP-07", "SLP-08"]


@pytest.fixture
def told(client_for, tender):
    """Return the words of what needs somebody on a page of the evaluation."""

    def read(person):
        page = client_for(person).get("/tenders/", query_string={"tasks": "all"}).text
        own = rf'href="/evaluation/(?:tenders/{tender.token}|bids/)[^"]*"[^>]*>(.*?)</a>'
        return [html.unescape(words) for words in re.findall(own, page)]

    return read


@pytest.fixture
def chair(authority):
    return make_person(Role.MODERATOR, authority)


@pytest.fixture
def bid(make_bid, opened):
    made = make_bid("Ash", best=False)
    opened()
    return made


def locked_by(person, bid, questions=TO_MARK):
    by = viewer_of(person)
    for question in questions:
        give(queries.bid_in_evaluation(by, bid.token, to="mark:read"), question, 3, by=by)
    service.lock_marks(bid.tender, by=by)


@pytest.mark.usefixtures("two_evaluators")
def test_an_answer_with_fewer_evaluators_than_were_published_is_not_ready(
    told, tender, bid, chair, evaluator, authority
):
    locked_by(evaluator, bid)
    of_one = told(chair)
    locked_by(make_person(Role.EVALUATOR, authority), bid, ["SLP-07"])

    assert of_one == []
    assert told(chair) == [READY.format("1 answer")]


def test_an_answer_waits_while_a_question_to_the_bidder_is_open(
    told, tender, bid, chair, evaluator, officer, evaluated
):
    locked_by(evaluator, bid)
    both, by = told(chair), viewer_of(officer)
    due = clock.now() + timedelta(days=3)
    asked = service.ask_bidder(
        evaluated(bid), "SLP-07", "Which copy?", due, by=by, arrived_at=clock.now()
    )
    waits = told(chair)
    lead = viewer_of(db.session.get_one(Person, bid.created_by_id))
    service.answer_council(bid, asked.token, "The second", by=lead, arrived_at=clock.now())
    to_decide = told(chair)
    why = "SLP-07.a says the same, and this only says which copy"
    service.decide_answer(evaluated(bid), asked.token, True, why, by=by)

    assert both == told(chair) == [READY.format("2 answers")]
    assert waits == to_decide == [READY.format("1 answer")]


def test_an_agreed_answer_about_which_the_bidder_is_asked_takes_none_of_the_others_away(
    told, tender, bid, chair, evaluator, officer, evaluated
):
    by, due = viewer_of(officer), OPENS_AT + timedelta(days=3)
    locked_by(evaluator, bid)
    agree(bid, "SLP-07", 3, by=by, feedback="More evidence would have helped")
    service.ask_bidder(evaluated(bid), "SLP-07", "Which?", due, by=by, arrived_at=clock.now())

    assert told(chair) == [READY.format("1 answer")]


def test_requirements_are_decided_before_quality_is_said_to_be_agreed(
    told, tender, bid, chair, officer, evaluated
):
    agree_all(evaluated(bid), 1, by=viewer_of(officer))
    left = sum(map(len, requirements_undecided(tender).values()))
    before, of_chair = told(officer), told(chair)
    pass_all(evaluated(bid), by=viewer_of(officer))

    assert left > 1
    assert f"Decide on {left} requirements: {ONLY_THEN}" in before
    assert QUALITY not in before
    assert of_chair == []
    assert QUALITY in told(officer)
    assert told(chair) == [QUALITY]


class TestOfPrices:
    @pytest.fixture
    def tender(self, officer):
        """Publish that bidders are checked for grounds to exclude."""
        facts = FACTS | {"procedure": "open", "above_threshold": "yes"}
        draft = make_tender(officer, closes_at=CLOSES_AT, facts=facts)
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

    def test_checks_are_finished_before_prices_are_said_to_be_opened(
        self, told, tender, bid, officer, evaluated
    ):
        by = viewer_of(officer)
        begin_before_checks(tender, "The platform is down until Monday", by=by)
        agree_all(evaluated(bid), by=by, words=lambda _: {"feedback": "Answered in full"})
        agree_quality(tender, by=by)
        left = checks_of(tender).unsettled
        before = told(officer)
        settle_all(bid, by=by)

        words = f"Finish {left} checks for grounds to exclude: prices are opened only then"
        assert left > 1
        assert (words in before, PRICES in before) == (True, False)
        assert told(officer) == [PRICES]
