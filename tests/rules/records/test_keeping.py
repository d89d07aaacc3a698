"""How long a record is kept, and what of it is withheld."""

from __future__ import annotations

from datetime import date

import pytest

from records.rules.retention import Kept, NotYet, keep_until, law_until, must_be_destroyable
from records.rules.withholding import Held, held_at, is_within, touches
from tenders.rules.lifecycle import Stage

DAY = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2026, 2, 1), date(2029, 2, 1)),
        (date(2028, 2, 29), date(2031, 3, 1)),
        (date(2025, 12, 31), date(2028, 12, 31)),
    ],
    ids=["a day", "29 February", "the end of a year"],
)
def test_the_law_asks_for_three_years(day, until):
    assert law_until(day) == until


def test_the_later_of_law_and_schedule_counts():
    assert keep_until(Kept(DAY, date(2033, 1, 1), "x")) == date(2033, 1, 1)
    assert keep_until(Kept(DAY, None, "x")) == date(2029, 2, 1)


@pytest.mark.parametrize(
    "stage", [Stage.DRAFT, Stage.OPEN, Stage.CLOSED, Stage.OPENED, Stage.EVALUATING]
)
def test_a_tender_that_is_still_decided_on_is_not_destroyed(stage):
    with pytest.raises(NotYet, match=f"at the {stage} stage"):
        must_be_destroyable(stage, DAY, date(2040, 1, 1), is_destroyed=False)


@pytest.mark.parametrize(
    ("today", "may"), [(date(2029, 1, 31), False), (date(2029, 2, 1), True)], ids=["before", "on"]
)
def test_it_is_destroyed_from_the_day_on_and_not_before(today, may):
    try:
        must_be_destroyable(Stage.DECIDED, date(2029, 2, 1), today, is_destroyed=False)
    except NotYet:
        assert may is False
    else:
        assert may is True


@pytest.mark.parametrize(
    ("path", "branch", "within"),
    [
        ("bids/lark", "bids/lark", True),
        ("bids/lark/marks", "bids/lark", True),
        ("bids/larkfield", "bids/lark", False),
        ("bids", "bids/lark", False),
    ],
)
def test_a_place_lies_within_a_branch_by_whole_names(path, branch, within):
    assert is_within(path, branch) is within


def test_the_decision_about_the_largest_branch_is_named():
    decisions = [Held("bids/a/marks", "foia-36", "x"), Held("bids/a", "foia-43", "y")]

    assert held_at("bids/a/marks/SLP-01", decisions).item == "bids/a"
    assert held_at("bids/b", decisions) is None


def test_a_file_that_repeats_a_branch_is_touched_from_above_and_below():
    decisions = [Held("bids/a/answers/SLP-07", "foia-43", "x")]

    assert touches("bids", decisions) is True
    assert touches("bids/a/answers/SLP-07/SLP-07.f", decisions) is True
    assert touches("bids/b", decisions) is False
