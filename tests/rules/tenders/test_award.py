"""Price, ties and rounding: what goes together, in the words that are published."""

from decimal import Decimal

import pytest

from tenders.rules.award import (
    Award,
    AwardUnclear,
    Formula,
    Ranking,
    TieBreak,
    advice,
    in_words,
    must_go_together,
    price_in_words,
    problems,
    read_award,
    ties_in_words,
    written,
)

BENCHMARK = Award(
    formula=Formula.BENCHMARK,
    ceiling=Decimal("250000"),
    floor=Decimal("100000.50"),
    ties=(TieBreak.QUALITY, TieBreak.QUESTION, TieBreak.LOTS),
    tie_question="SLP-07",
    ranking=Ranking.EXACT,
    low_percent=20,
)


@pytest.mark.parametrize(
    "award",
    [
        Award(),
        BENCHMARK,
        Award(formula=Formula.PER_POINT, quality_floor=Decimal(50)),
        Award(formula=Formula.FIXED, fixed_price=Decimal("1000.00")),
        Award(formula=Formula.LOWEST, ties=(TieBreak.LOTS,)),
    ],
    ids=lambda award: award.formula,
)
def test_what_is_written_reads_as_it_was(award):
    must_go_together(award)

    assert read_award(written(award)) == award


def test_nothing_decided_is_price_outside_this_service():
    assert read_award({}) == Award()
    assert price_in_words(Award(), 60) == (
        "Price is evaluated outside this service, as the council’s tender documents say."
    )


def test_figures_a_formula_does_not_use_are_not_published():
    assert written(Award(formula=Formula.LOWEST, ceiling=Decimal(5), floor=Decimal(1))) == {
        "formula": "F1",
        "ties": [],
        "ranking": "rounded",
    }


@pytest.mark.parametrize(
    ("award", "field"),
    [
        (Award(formula=Formula.BENCHMARK, floor=Decimal(1)), "ceiling"),
        (Award(formula=Formula.BENCHMARK, ceiling=Decimal(1)), "floor"),
        (Award(formula=Formula.BENCHMARK, ceiling=Decimal(1), floor=Decimal(1)), "ceiling"),
        (Award(formula=Formula.PER_POINT), "quality_floor"),
        (Award(formula=Formula.FIXED), "fixed_price"),
        (Award(ties=(TieBreak.PRICE, TieBreak.PRICE)), "tie_2"),
        (Award(ties=(TieBreak.LOTS, TieBreak.PRICE)), "tie_1"),
        (Award(ties=(TieBreak.QUESTION,)), "tie_question"),
        (Award(tie_question="SLP-07"), "tie_question"),
    ],
)
def test_what_does_not_go_together_is_told_at_its_field(award, field):
    with pytest.raises(AwardUnclear) as refused:
        must_go_together(award)

    assert refused.value.field == field


def test_the_words_say_the_figures():
    words = dict(in_words(BENCHMARK, 60))

    assert words["Price"] == (
        "Points for price = (ceiling − price) ÷ (ceiling − floor) × 100, at least 0 and at most "
        "100. The ceiling is £250,000 and the floor £100,000.50."
    )
    assert words["Ties"] == (
        "Bids with equal totals share a rank. A tie for the first place is broken by the higher "
        "score for quality, then the higher score for question SLP-07, then lots, drawn before a "
        "witness from outside the panel."
    )
    assert "more than 20% below the mean" in words["Abnormally low bids"]
    assert "ranked by the exact totals" in words["Rounding and ranking"]


def test_where_quality_is_all_price_does_not_count():
    assert price_in_words(Award(formula=Formula.LOWEST), 100) == (
        "Price does not count: quality alone decides."
    )


def test_a_tie_nobody_decided_about_is_said_to_be_open():
    assert ties_in_words(Award()) == (
        "Bids with equal totals share a rank. How a tie for the first place ends is not set."
    )


@pytest.mark.parametrize(
    ("award", "weight", "asked", "expected"),
    [
        (Award(formula=Formula.FIXED, fixed_price=Decimal(1)), 60, {}, 1),
        (Award(formula=Formula.FIXED, fixed_price=Decimal(1)), 100, {}, 0),
        (BENCHMARK, 60, {"SLP-07": True}, 0),
        (BENCHMARK, 60, {"SLP-07": False}, 1),
        (BENCHMARK, 60, {}, 1),
    ],
)
def test_what_the_rest_of_the_draft_contradicts_stops_publication(award, weight, asked, expected):
    assert len(list(problems(award, weight, asked))) == expected


def test_what_is_left_open_is_worth_a_thought():
    assert [finding.message for finding in advice(Award(), 60)] == [
        "How a tie for the first place ends is not set",
        "The price formula is not published here",
    ]
    assert list(advice(BENCHMARK, 60)) == []
