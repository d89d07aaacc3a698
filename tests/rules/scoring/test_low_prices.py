"""What hints at an abnormally low price, and the order of the steps before it may count."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from scoring.rules.low_prices import (
    Event,
    NotNow,
    State,
    Step,
    WrongEntry,
    checked_decision,
    checked_text,
    hints,
    must_be_next,
    standing,
)

NOW = datetime(2026, 12, 10, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=5)


def asked(due_at=LATER):
    return Event(Step.ASKED, due_at=due_at)


RAISED, REPLIED = Event(Step.RAISED), Event(Step.REPLIED)
NOT_NEEDED = Event(Step.NOT_NEEDED)
KEPT, OUT = Event(Step.DECIDED, "kept"), Event(Step.DECIDED, "disregarded")


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], State.NONE),
        ([RAISED], State.RAISED),
        ([NOT_NEEDED], State.NOT_NEEDED),
        ([NOT_NEEDED, RAISED], State.RAISED),
        ([RAISED, asked()], State.ASKED),
        ([RAISED, asked(NOW)], State.TO_DECIDE),
        ([RAISED, asked(), REPLIED], State.TO_DECIDE),
        ([RAISED, asked(), REPLIED, KEPT], State.KEPT),
        ([RAISED, asked(), REPLIED, KEPT, OUT], State.DISREGARDED),
        ([RAISED, asked(), REPLIED, OUT, asked()], State.ASKED),
    ],
)
def test_where_a_case_stands_follows_from_its_events(events, state):
    assert standing(events, NOW).state is state


@pytest.mark.parametrize(
    ("events", "step", "outcome"),
    [
        ([], Step.ASKED, ""),
        ([], Step.DECIDED, "disregarded"),
        ([RAISED], Step.DECIDED, "disregarded"),
        ([RAISED], Step.NOT_NEEDED, ""),
        ([NOT_NEEDED], Step.NOT_NEEDED, ""),
        ([NOT_NEEDED], Step.DECIDED, "disregarded"),
        ([RAISED, asked()], Step.DECIDED, "disregarded"),
        ([RAISED, asked(NOW)], Step.REPLIED, ""),
        ([RAISED, RAISED], Step.RAISED, ""),
    ],
)
def test_nobody_is_disregarded_without_a_chance_to_reply(events, step, outcome):
    with pytest.raises(NotNow):
        must_be_next(step, standing(events, NOW), outcome)


@pytest.mark.parametrize(
    ("events", "step", "outcome"),
    [
        ([RAISED], Step.DECIDED, "kept"),
        ([RAISED, asked(NOW)], Step.DECIDED, "disregarded"),
        ([RAISED, asked(), REPLIED], Step.DECIDED, "disregarded"),
        ([RAISED, asked(), REPLIED], Step.ASKED, ""),
        ([RAISED, asked(), REPLIED, OUT], Step.DECIDED, "kept"),
    ],
)
def test_a_step_that_follows_is_taken(events, step, outcome):
    must_be_next(step, standing(events, NOW), outcome)


def test_a_price_is_hinted_at_below_the_mean_and_below_the_estimate():
    prices = {"a": Decimal(100), "b": Decimal(100), "c": Decimal(40)}

    found = hints(prices, Decimal(50), 30)
    assert {bid: [hint.says for hint in said] for bid, said in found.items()} == {
        "c": ["50.0% below the mean of all prices, £80.00"]
    }
    both = hints(prices, Decimal(1000), 30)["c"]
    assert [hint.says for hint in both] == [
        "50.0% below the mean of all prices, £80.00",
        "96.0% below the estimated value, £1,000.00",
    ]


@pytest.mark.parametrize(
    ("price", "found"), [("70.00", 0), ("69.99", 1)], ids=["just not", "just below"]
)
def test_more_than_the_percentage_means_more(price, found):
    assert len(hints({"a": Decimal(price)}, Decimal(100), 30)) == found


def test_without_a_published_percentage_or_prices_nothing_is_hinted_at():
    assert hints({"a": Decimal(1)}, Decimal(100), None) == {}
    assert hints({}, Decimal(100), 30) == {}
    assert hints({"a": Decimal(1)}, None, 30) == {}


@pytest.mark.parametrize("wrong", ["", "   ", "short", "x" * 8001])
def test_words_are_wanted_and_kept_within_bounds(wrong):
    with pytest.raises(WrongEntry):
        checked_text(wrong, ask="Enter why")


def test_only_the_two_decisions_are_known():
    assert checked_decision("kept") == "kept"
    with pytest.raises(WrongEntry):
        checked_decision("gone")
