"""What a figure is rated as, and what the service knows of one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from contract_clauses.kpi_guide import shipped_kpis
from contract_clauses.loader import shipped_library
from contract_clauses.rules.kpis import (
    KpiRefused,
    Measured,
    Rating,
    bands_in_words,
    checked_rating,
    needs_notice,
    next_due,
    proposed_rating,
    shown,
)
from contract_clauses.rules.kpis_offered import Offered, offered_figure
from question_bank.loader import shipped_bank

GUIDE = shipped_kpis()
PARTS = {part.id: part for question in shipped_bank().questions.values() for part in question.parts}


def rated(value, target, *, more=True):
    figure = None if value is None else Decimal(value)
    return proposed_rating(figure, Decimal(target), GUIDE.bands, is_more_better=more)


def test_every_target_names_a_variable_of_the_clause_library():
    topics = shipped_library().topics

    assert [
        one.id for one in GUIDE.indicators if one.variable not in topics[one.clause].variables
    ] == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [("100", Rating.GOOD), ("95", Rating.GOOD), ("94.99", Rating.APPROACHING),
     ("90.25", Rating.APPROACHING), ("90.24", Rating.IMPROVE), ("76", Rating.IMPROVE),
     ("75.99", Rating.INADEQUATE), ("0", Rating.INADEQUATE), (None, Rating.OTHER)],
)  # fmt: skip
def test_where_more_is_better_a_figure_is_rated_by_how_far_it_falls_short(value, expected):
    assert rated(value, "95") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("14", Rating.GOOD), ("14.5", Rating.APPROACHING), ("16", Rating.IMPROVE),
     ("17", Rating.INADEQUATE)],
)  # fmt: skip
def test_where_less_is_better_a_figure_is_rated_by_how_far_it_goes_over(value, expected):
    assert rated(value, "14", more=False) == expected


def test_the_bands_are_said_as_figures_of_the_target():
    assert bands_in_words(Decimal(95), "percent", GUIDE.bands, is_more_better=True)[:4] == [
        (Rating.GOOD, "95% or more"),
        (Rating.APPROACHING, "90.25% or more"),
        (Rating.IMPROVE, "76% or more"),
        (Rating.INADEQUATE, "less than 76%"),
    ]


def test_figures_are_shown_with_their_unit():
    figures = [(Decimal("100.00"), "percent"), (Decimal(1), "days"), (None, "days")]

    assert [shown(*one) for one in figures] == ["100%", "1 day", "No figure"]


def test_the_service_counts_certificates_tests_and_datasets():
    answers = {
        "SLP-05.c": {"expires": "2027-03-01"}, "SLP-05.e": {"expires": "2026-12-31"},
        "SLP-07.i": [{"component": "Platform", "last_restore": "2026-01-15"}],
        "SLP-13.b": [{"name": "Counts"}, {"name": "Alerts "}],
        "SLP-11.a": [{"dataset": "alerts", "endpoint": "/v1/alerts"}],
    }  # fmt: skip
    on = date(2027, 1, 14)

    found = [
        offered_figure(name, PARTS, answers, on)
        for name in ("certificates", "recovery-age", "api", "")
    ]

    half, since = Decimal("50.00"), "15 January 2026"
    assert found == [
        Offered(half, "1 of the 2 certificates that the answers name are valid on that day"),
        Offered(Decimal(11), f"the last test of the part tested longest ago was on {since}"),
        Offered(half, "1 of the 2 datasets listed have an endpoint in the list of the API"),
        None,
    ]


def test_a_period_is_rated_once_it_is_over():
    early = Measured(date(2027, 3, 1), date(2027, 6, 1), Decimal(1), None, "Seen")

    with pytest.raises(KpiRefused, match="a period is rated once it is over"):
        checked_rating(early, date(2027, 3, 1), date(2027, 5, 1))


def test_it_is_due_a_year_after_the_last_period_and_at_the_end():
    start, end = date(2027, 3, 1), date(2028, 6, 1)

    assert next_due(start, [], end) == date(2028, 3, 1)
    assert next_due(start, [date(2028, 2, 29)], end) == end
    assert next_due(start, [end], end) is None


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [([], False), ([Rating.INADEQUATE], True), ([Rating.IMPROVE], False),
     ([Rating.IMPROVE, Rating.IMPROVE], True), ([Rating.INADEQUATE, Rating.GOOD], False)],
)  # fmt: skip
def test_a_notice_is_thought_of_where_it_is_inadequate_or_does_not_improve(ratings, expected):
    assert needs_notice(ratings) is expected


def test_section_52_asks_for_them_above_five_million():
    values = (None, Decimal(5_000_000), Decimal("5000000.01"))

    assert [GUIDE.are_needed(value) for value in values] == [False, False, True]
