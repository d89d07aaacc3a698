"""When the outcome of a tender is measured, and how far it has come."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from contract_clauses.rules.outcomes import (
    Figures,
    OutcomeRefused,
    Reading,
    checked_figures,
    checked_reading,
    days_to_measure,
    how_far,
    picture_of,
    share_of_way,
)

FIGURES = Figures("cold homes", Decimal(400), Decimal(100))
START, END = date(2027, 3, 1), date(2030, 2, 28)


def test_it_is_measured_each_year_on_the_day_the_tender_named_and_at_the_end():
    assert days_to_measure(START, date(2028, 12, 1), END) == (
        date(2028, 3, 1), date(2028, 12, 1), date(2029, 3, 1), END,
    )  # fmt: skip
    assert days_to_measure(START, None, date(2027, 9, 1)) == (date(2027, 9, 1),)


def test_how_far_it_came_is_told_also_where_less_is_better():
    assert share_of_way(FIGURES, Decimal(250)) == 50
    readings = [Reading(date(2028, 3, 1), Decimal(250)), Reading(date(2028, 4, 1), None)]
    assert how_far(FIGURES, readings) == (
        "The last figure is 250 cold homes: 50% of the way from 400 to 100 cold homes."
    )
    assert "the target is met" in how_far(FIGURES, [Reading(START, Decimal(90))])
    assert "further away" in how_far(FIGURES, [Reading(START, Decimal(500))])


def test_the_picture_has_its_figures_in_a_table():
    drawn = picture_of(FIGURES, [Reading(date(2028, 3, 1), Decimal(250))], START, END)

    assert drawn.table.rows == (
        ("1 March 2027", "Before", "400"),
        ("1 March 2028", "Measured", "250"),
        ("28 February 2030", "Target", "100"),
    )


def test_a_target_that_changes_nothing_is_refused():
    with pytest.raises(OutcomeRefused, match="other than"):
        checked_figures(Figures("homes", Decimal(1), Decimal(1)))


def test_a_reading_is_for_one_of_the_days_and_not_of_tomorrow():
    today = date(2028, 3, 2)
    with pytest.raises(OutcomeRefused, match="Select one of the days"):
        checked_reading(date(2028, 3, 2), today, None, [date(2028, 3, 1)], today)
    with pytest.raises(OutcomeRefused, match="today or before"):
        checked_reading(date(2028, 3, 1), date(2028, 3, 3), None, [date(2028, 3, 1)], today)
