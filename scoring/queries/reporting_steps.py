"""What a recommendation report tells of single bids: exclusions, questions asked, low prices."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from accounts.models import Person
from foundation.clock import show_date, show_moment
from foundation.database import db
from scoring.models import PriceOpening
from scoring.queries.bid_questions import AskedOfBidder, asked_of_bidders
from scoring.queries.deciding import Deciding
from scoring.queries.exclusions import parties_of
from scoring.queries.low_hints import hints_in
from scoring.queries.low_prices import CaseStep, case_of, standings_of
from scoring.queries.reporting_people import Block
from scoring.rules.bid_questions import AskedState
from scoring.rules.exclusions import DECISIONS, Decision, Kind
from scoring.rules.low_prices import State, Step
from tenders.models import Tender


def exclusion_decisions(now: Deciding) -> Iterator[Block]:
    """Yield every decision about a party with its reason, those that were changed included."""
    parties = parties_of([bid.opened.bid for bid in now.bids])
    rows = [["Bid", "Party", "Decision on exclusion", "Decided", "Reason"]]
    rows += [
        [
            bid.name,
            party.name,
            DECISIONS[Decision(step.outcome)],
            f"{step.recorded_by}, {show_date(step.done_on)}",
            step.words["text"],
        ]
        for bid in now.bids
        for party in parties[bid.opened.bid.id]
        for step in party.of_kind(Kind.DECIDED)
    ]
    if len(rows) > 1:
        yield Block(rows=rows)


def questions_asked(now: Deciding) -> Iterator[Block]:
    """Yield what bidders were asked about their bids, and whether the answer may count."""
    asked = asked_of_bidders(bid.opened.bid for bid in now.bids)
    rows = [["Bid", "About", "Question", "Answer", "Does it count?"]]
    rows += [
        [
            bid.name,
            one.question_id or "The bid",
            f"{one.text}\nAsked by {one.asked_by}, {show_moment(one.asked_at)}",
            one.answer or "None",
            _counts(one),
        ]
        for bid in now.bids
        for one in asked[bid.opened.bid.id]
    ]
    yield Block(rows=rows) if len(rows) > 1 else Block(["No bidder was asked about its bid."])


def _counts(one: AskedOfBidder) -> str:
    if one.may_count is None:
        return AskedState(one.state).value
    return f"{one.state.value}. {one.may_count_because} ({one.decided_by})"


def low_prices(now: Deciding) -> Iterator[Block]:
    """Yield of each bid whose price seems abnormally low what hints at it, and its case."""
    hinted = hints_in(now.ranked)
    raised = standings_of(bid.opened.bid.id for bid in now.bids)
    for bid in now.bids:
        for hint in hinted.get(bid.token, ()):
            yield Block([f"The price of {bid.name} is {hint.says}."])
        if bid.opened.bid.id not in raised:
            if bid.token in now.hints_left:
                yield Block([f"Nobody has looked into the price of {bid.name} yet."])
            continue
        if raised[bid.opened.bid.id].state is State.NOT_NEEDED:
            yield Block([f"No case was begun about the price of {bid.name}."])
        else:
            why = "because it seemed abnormally low"
            yield Block([f"The price of {bid.name} was looked into {why}."])
        rows = [["Step", "When and by whom", "What was recorded"]]
        rows += [
            [_step(one), f"{show_moment(one.recorded_at)}, {one.recorded_by}", one.text]
            for one in case_of(bid.opened.bid).steps
        ]
        yield Block(rows=rows)


def _step(one: CaseStep) -> str:
    match one.step:
        case Step.NOT_NEEDED:
            return "Why no case is needed"
        case Step.RAISED:
            return "Why it was raised"
        case Step.ASKED:
            until = "" if one.due_at is None else f", reply until {show_moment(one.due_at)}"
            return f"Letter to the bidder{until}"
        case Step.REPLIED:
            return "Reply"
        case Step.DECIDED:
            return f"Decision: {one.decision}"


def prices_opened(tender: Tender) -> list[list[str]]:
    """Return a line for each time prices were opened: the step, and when and by whom."""
    found = db.session.execute(
        select(PriceOpening.number, PriceOpening.opened_at, Person.name)
        .join(Person, Person.id == PriceOpening.opened_by_id)
        .where(PriceOpening.tender_id == tender.id)
        .order_by(PriceOpening.number)
    )
    return [
        ["Prices opened" if number == 1 else "Prices opened again", f"{show_moment(at)}, by {name}"]
        for number, at, name in found
    ]
