"""What the recommendation report tells is what the record holds: grounds, figures, steps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Person
from foundation import clock
from foundation.clock import show_moment
from foundation.database import db, transaction
from scoring import service
from scoring.models import AgreedMark
from scoring.queries.deciding import deciding
from scoring.queries.exclusions import parties_of, today
from scoring.queries.low_prices import case_of
from scoring.queries.price_opening import last_opening
from scoring.queries.reporting import report_of
from scoring.rules.exclusions import Found, PartyRole
from scoring.rules.low_prices import Decision
from scoring.service import bid_questions, exclusions, low_prices
from scoring.service.price_opening import open_prices
from scoring.word_recommendation import widths_of
from supplier_portal import service as portal
from tests.evaluating import agree, agree_all, agree_quality, give
from tests.factories import make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS
from tests.pricing import design, offer

pytestmark = pytest.mark.slow

PRICES = {"Larkfield": ("1000", "5000", "0", "600"), "Rook": ("111.11", "777.77", "9", "1")}
WHY = "It is far below the others, and the platform costs more than that to host"
LETTER = "Your price seems abnormally low to us. Please show how it is made up, in detail."
REPLY = "We own the platform, and its hosting is paid for until the contract ends."
NO_HOLD = "What was shown does not cover the hosting, and leaves out the training asked for"


@pytest.fixture
def tender(officer):
    draft = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS)
    design(draft, by=viewer_of(officer))
    publish(draft, officer)
    return draft


@pytest.fixture
def bids(make_bid, tender, opened):
    made = {name: make_bid(name) for name in PRICES}
    for name, bid in made.items():
        lead = lead_of(bid)
        offer(bid, *PRICES[name], by=lead)
        portal.submit_bid(
            bid, by=lead, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
        )
    opened()
    return made


def lead_of(bid):
    return viewer_of(db.session.get_one(Person, bid.created_by_id))


@pytest.fixture
def told(tender, officer):
    """Return a chapter's words and rows, in one string: ``told("Marks")``."""

    def read(title):
        by = viewer_of(officer)
        [chapter] = [
            one for one in report_of(by, deciding(by, tender)).chapters if one.title == title
        ]
        lines = [line for block in chapter.blocks for line in block.words]
        rows = [" | ".join(row) for block in chapter.blocks for row in block.rows]
        return "\n".join(lines + rows)

    return read


@pytest.fixture
def too_low(bids, tender, officer):
    """Rook's tender is disregarded for its price, after it was asked."""
    bid, by = bids["Rook"], viewer_of(officer)
    for one in bids.values():
        agree_all(one, 5, by=by)
    agree_quality(tender, by=by)
    open_prices(tender, by=by)
    lead, due = lead_of(bid), clock.now() + timedelta(days=7)
    low_prices.raise_case(bid, WHY, based_on=0, by=by)
    low_prices.ask_bidder(bid, LETTER, due, based_on=1, by=by)
    low_prices.reply(bid, REPLY, by=lead, arrived_at=clock.now())
    low_prices.decide(bid, Decision.DISREGARDED, NO_HOLD, based_on=3, by=by)
    return case_of(bid)


def test_a_tender_disregarded_for_its_price_is_not_said_to_be_excluded(too_low, told, monkeypatch):
    chapter = "Requirements and exclusions"
    monkeypatch.setattr("scoring.queries.reporting_people.checks_required", lambda _tender: True)

    said = told(chapter)

    assert "because of a ground to exclude: Rook" not in said
    assert "Disregarded because of an abnormally low price: Rook." in said
    assert "checks for grounds to exclude are finished" in said


def test_only_marks_that_moved_are_counted_and_listed(bids, tender, officer, evaluated, told):
    by, bid = viewer_of(officer), bids["Rook"]
    words = "The panel read the answer again together"
    first = agree(evaluated(bid), "SLP-05", 4, by=by, why_moved="Nothing moved")
    columns = {one.key for one in AgreedMark.__table__.columns} - {"id"}
    kept = {name: getattr(first, name) for name in columns}
    # As it was recorded before such words were left out.
    with transaction():
        db.session.add(AgreedMark(**kept | {"number": 2, "why_moved": "Nothing moved"}))
    give(evaluated(bid), "SLP-07", 3, by=by)
    service.lock_marks(tender, by=by)
    agree(evaluated(bid), "SLP-07", 4, by=by, why_moved=words)

    said = told("Moderation")

    assert first.why_moved == ""
    assert "1 is not what every evaluator gave alone" in said
    assert f"Rook | SLP-07 | 4 | {words}" in said
    assert "Nothing moved" not in said


def test_no_column_is_too_narrow_for_its_longest_word():
    """Arial 11 sets "Requirement" in about 1,180 twentieths of a point, "£346,380.00" in 1,260."""
    sentence = "The reply shows that the contract can be performed for the price. " * 6
    rows = [
        ["Bid", "Requirement", "Decision", "Decided by", "Reason"],
        ["Larkmead", "SLP-07", "Passed", "£346,380.00", sentence],
    ]

    bid, requirement, decision, by, reason = widths = widths_of(rows)

    assert sum(widths) <= 9000
    assert bid >= 1150
    assert requirement >= 1400
    assert decision >= 1150
    assert by >= 1480
    assert reason > max(bid, requirement, decision, by)
    assert widths_of([["About", sentence], ["SLP-07", sentence]])[0] >= 1000


def test_the_case_of_a_low_price_is_told_with_every_step(too_low, told, officer):
    said = told("Price, ranking and ties")

    raised, asked, reply, decided = too_low.steps
    for step, words in (
        (raised, f"Why it was raised | {{}} | {WHY}"),
        (asked, f"Letter to the bidder, reply until {show_moment(asked.due_at)} | {{}} | {LETTER}"),
        (reply, f"Reply | {{}} | {REPLY}"),
        (decided, f"Decision: {decided.decision} | {{}} | {NO_HOLD}"),
    ):
        assert words.format(f"{show_moment(step.recorded_at)}, {step.recorded_by}") in said


def test_who_opened_the_prices_and_when_stands_under_the_process(too_low, told, tender, officer):
    opened_at = show_moment(last_opening(tender).opened_at)

    assert f"Prices opened | {opened_at}, by {officer.name}" in told("Process followed")


def test_a_bid_that_is_excludable_and_kept_is_told_with_the_reason(bids, told, officer):
    bid, by = bids["Rook"], viewer_of(officer)
    exclusions.add_party(bid, "Rook Cabling", PartyRole.SUBCONTRACTOR, "The bid", by=by)
    [party] = parties_of([bid])[bid.id]
    check = exclusions.Check(
        done_on=today(),
        looked_at=["debarment-list"],
        reference="Read on the web",
        found=Found.DISCRETIONARY,
        ground="performance",
        text="A contract of 2024 was ended early",
    )
    exclusions.record_check(bid, party.token, check, based_on=0, by=by)
    reply_by = today() + timedelta(days=7)
    notice = "We found that a contract was ended early. Please say what you did since."
    exclusions.give_notice(bid, party.token, notice, reply_by, based_on=1, by=by)
    answer = exclusions.Reply(text="We changed the people who led it.", replacement="")
    exclusions.reply_to_notice(bid, party.token, answer, by=lead_of(bid), arrived_at=clock.now())
    why = "The people who led it have left, and two contracts since went well"
    exclusions.decide_party(bid, party.token, "kept", why, based_on=3, by=by)

    said = told("Requirements and exclusions")

    assert f"Rook | {party.name} | Excludable: the tender may be disregarded, and is not" in said
    assert why in said


def test_what_bidders_were_asked_is_told_and_whether_it_counts(bids, told, officer, evaluated):
    by, bid = viewer_of(officer), bids["Rook"]
    moment = clock.now()
    until = moment + timedelta(days=7)
    read = evaluated(bid)
    asked = bid_questions.ask_bidder(
        read, "SLP-07", "Which test do you mean?", until, by=by, arrived_at=moment
    )
    bid_questions.answer_council(
        bid, asked.token, "The test of May.", by=lead_of(bid), arrived_at=moment
    )
    because = "It only says which of the tests in the bid is meant"
    bid_questions.decide_answer(read, asked.token, True, because, by=by)

    said = told("Questions to bidders")

    assert "Rook | SLP-07 | Which test do you mean?\nAsked by " in said
    assert f"| The test of May. | May count. {because} ({officer.name})" in said
    assert "No bidder was asked" not in said
