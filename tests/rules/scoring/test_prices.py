"""Points for price by each published formula: exact, 0 to 100, rounded once by who shows them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.prices import Method, lowest_price, money, points_in_words, price_points
from scoring.rules.ranking import (
    Standing,
    is_by_quality,
    label_of_total,
    ranking,
    tied_for_first,
    why_by_quality,
)
from scoring.rules.ties import Tied, break_tie, in_words, with_tie_broken
from scoring.rules.totals import exact_text, half_up
from tenders.rules.award import Award, Formula, Ranking, TieBreak

LOWEST = Award(formula=Formula.LOWEST)
BENCHMARK = Award(formula=Formula.BENCHMARK, ceiling=Decimal(2000), floor=Decimal(1000))
PER_POINT = Award(formula=Formula.PER_POINT, quality_floor=Decimal(50))


def bid(name, quality, price=None, **more):
    return Standing(
        name, name, Fraction(quality), None if price is None else Decimal(price), **more
    )


def ranked(award, weight, *bids):
    return [
        (one.key, one.rank, str(half_up(one.total)) if one.total is not None else one.why_not)
        for one in ranking(Method(award, weight), bids)
    ]


@pytest.mark.parametrize(
    ("price", "points"),
    [("1000", "100.00"), ("1500", "66.67"), ("3000", "33.33"), ("1000.01", "100.00")],
)
def test_the_lowest_price_earns_everything_and_others_by_proportion(price, points):
    assert str(half_up(price_points(LOWEST, Decimal(price), Decimal(1000)))) == points


@pytest.mark.parametrize(
    ("price", "points"),
    [("999", "100.00"), ("1000", "100.00"), ("1250", "75.00"), ("2000", "0.00"), ("9999", "0.00")],
)
def test_between_ceiling_and_floor_points_fall_evenly_and_are_cut_off(price, points):
    assert str(half_up(price_points(BENCHMARK, Decimal(price), None))) == points


def test_a_price_of_zero_is_not_assessable_where_the_lowest_decides_and_is_elsewhere():
    assert price_points(LOWEST, Decimal(0), Decimal(5)) is None
    assert price_points(BENCHMARK, Decimal(0), None) == 100
    assert lowest_price([Decimal(0), None, Decimal(7), Decimal(3)]) == 3


def test_the_price_of_a_bid_that_is_out_measures_nobody():
    cheap = bid("Ash", 50, 1, why_unranked="failed SLP-02", disregarded=True)

    assert ranked(LOWEST, 50, cheap, bid("Birch", 80, 100)) == [
        ("Birch", "1", "90.00"),
        ("Ash", "", "failed SLP-02"),
    ]


def test_the_price_of_a_bid_that_waits_for_a_decision_still_measures():
    waiting = bid("Ash", 50, 50, why_unranked="proposed to fail: SLP-02")

    assert ranked(LOWEST, 50, waiting, bid("Birch", 80, 100))[0] == ("Birch", "1", "65.00")


def test_price_for_a_point_ranks_by_itself_without_weights():
    assert ranked(
        PER_POINT, 60, bid("Ash", 80, 1600), bid("Birch", 50, 900), bid("Cedar", "49.99", 1)
    ) == [
        ("Birch", "1", "18.00"),
        ("Ash", "2", "20.00"),
        ("Cedar", "", "49.99 points for quality, and the tender ranks none below 50"),
    ]


def test_no_points_for_quality_cannot_be_divided_by():
    free = Award(formula=Formula.PER_POINT, quality_floor=Decimal(0))

    assert ranked(free, 60, bid("Ash", 0, 1))[0][1:] == (
        "",
        "no points for quality: its price for a point cannot be worked out",
    )


@pytest.mark.parametrize(
    ("award", "weight"),
    [(Award(), 60), (Award(formula=Formula.FIXED, fixed_price=Decimal(5)), 100), (LOWEST, 100)],
)
def test_elsewhere_fixed_and_without_weight_quality_alone_decides(award, weight):
    assert ranked(award, weight, bid("Ash", 70), bid("Birch", 80, 10**9)) == [
        ("Birch", "1", "80.00"),
        ("Ash", "2", "70.00"),
    ]
    assert "quality alone" in why_by_quality(Method(award, weight)).lower()


UNSEEN = "Prices are not seen yet: this is the order by quality alone."
WITHOUT = "Price does not count: quality alone decides."
PERCENT = (
    "Price counts 40% and is evaluated outside this service, as the tender documents say: this is "
    "the order by quality alone."
)


@pytest.mark.parametrize(
    ("method", "label", "by_quality", "why"),
    [
        (Method(LOWEST, 60), "Total of 100", False, ""),
        (Method(PER_POINT, 60), "Price for each point of quality", False, ""),
        (Method(LOWEST, 60, prices_open=False), "Quality of 100", False, UNSEEN),
        (Method(PER_POINT, 60, prices_open=False), "Quality of 100", False, UNSEEN),
        (Method(LOWEST, 100), "Quality of 100", True, WITHOUT),
        (Method(Award(), 60), "Quality of 100", True, PERCENT),
        (Method(Award(), 99), "Quality of 100", True, PERCENT.replace("40%", "1%")),
        (Method(Award(), 100), "Quality of 100", True, WITHOUT),
        (
            Method(Award(formula=Formula.FIXED, fixed_price=Decimal(5)), 60),
            "Quality of 100",
            True,
            "The price is fixed: quality alone decides.",
        ),
    ],
)
def test_a_ranking_says_what_it_is_by(method, label, by_quality, why):
    assert label_of_total(method) == label
    assert is_by_quality(method) is by_quality
    assert why_by_quality(method) == why


def test_a_bid_whose_price_is_not_known_has_no_rank_where_price_counts():
    assert ranked(LOWEST, 60, bid("Ash", 90), bid("Birch", 80, 100)) == [
        ("Birch", "1", "88.00"),
        ("Ash", "", "no price is known"),
    ]


def test_a_price_of_zero_has_no_rank_where_the_lowest_decides():
    assert ranked(LOWEST, 60, bid("Ash", 90, 0), bid("Birch", 80, 100)) == [
        ("Birch", "1", "88.00"),
        ("Ash", "", "a price of zero cannot be assessed"),
    ]


def test_those_who_share_the_first_place_are_tied_and_nobody_behind_them():
    def tied(*bids):
        return [one.key for one in tied_for_first(ranking(Method(Award(), 100), bids))]

    assert tied(bid("Ash", 70), bid("Birch", 80), bid("Cedar", 80)) == ["Birch", "Cedar"]
    assert tied(bid("Ash", 70), bid("Birch", 80), bid("Cedar", 70)) == []


def test_rounded_totals_share_a_rank_that_exact_ones_do_not():
    exact = Award(ranking=Ranking.EXACT)
    near = (bid("Ash", "70.001"), bid("Birch", "70.0049"), bid("Cedar", "70.005"))

    assert [rank for _, rank, _ in ranked(Award(), 60, *near)] == ["1", "2=", "2="]
    assert [(name, rank) for name, rank, _ in ranked(exact, 60, *near)] == [
        ("Cedar", "1"),
        ("Birch", "2"),
        ("Ash", "3"),
    ]


def test_a_tie_that_nothing_published_ends_stays_and_says_so():
    method = Method(Award(ties=(TieBreak.QUALITY, TieBreak.PRICE)), 60)
    placed = ranking(method, [bid("Ash", 70), bid("Birch", 70)])
    log = break_tie(method, placed, Tied({}))

    assert [one.rank for one in with_tie_broken(placed, log)] == ["1=", "1="]
    assert in_words(log, {"Ash": "Ash", "Birch": "Birch"}) == [
        "Ash and Birch have equal totals and share the first place.",
        "Step 1, the higher score for quality: Ash 70.00, Birch 70.00. These are equal, so the "
        "tie stays.",
        "Step 2, the lower price: Ash not known here, Birch not known here. This cannot be "
        "compared here, so the tie stays.",
        "Nothing more is published to end the tie: the first place stays shared.",
    ]


def test_lots_count_between_exactly_the_bids_that_are_left():
    method = Method(Award(ties=(TieBreak.QUESTION, TieBreak.LOTS), tie_question="Q"), 60)
    placed = ranking(method, [bid("Ash", 70), bid("Birch", 70), bid("Cedar", 70), bid("Elm", 9)])
    tied, marks = placed[:3], {"Ash": 4, "Birch": 4, "Cedar": 3}
    other = break_tie(method, tied, Tied(marks, [["Cedar", "Ash", "Birch"]]))
    drawn = break_tie(method, tied, Tied(marks, [["Ash", "Birch"], ["Birch", "Ash"]]))

    assert (other.winner, other.lots) == ("", ("Ash", "Birch"))
    assert [(one.key, one.rank) for one in with_tie_broken(placed, drawn)] == [
        ("Birch", "1"),
        ("Ash", "2="),
        ("Cedar", "2="),
        ("Elm", "4"),
    ]


def test_a_price_becomes_points_in_words():
    assert points_in_words(BENCHMARK, Decimal(1250), None) == (
        "(£2,000.00 − £1,250.00) ÷ (£2,000.00 − £1,000.00) × 100 = 75.00"
    )
    assert points_in_words(BENCHMARK, Decimal(3000), None).endswith("is below 0, so it earns 0.00")
    assert points_in_words(BENCHMARK, Decimal(5), None).endswith("above 100, so it earns 100.00")
    assert points_in_words(LOWEST, Decimal(0), Decimal(5)) == (
        "The price is £0.00: a price of zero cannot be assessed."
    )
    assert (money(Decimal("1234567.8")), money(Decimal("0.125"))) == ("£1,234,567.80", "£0.125")


@given(st.fractions(0, 100))
def test_half_up_is_never_more_than_half_a_hundredth_away_and_rounds_halves_up(value):
    rounded = Fraction(half_up(value))

    assert -Fraction(1, 200) < rounded - value <= Fraction(1, 200)


@given(st.decimals(0, 100, places=9))
def test_what_is_kept_as_text_has_every_digit(value):
    assert Fraction(exact_text(Fraction(value))) == Fraction(value)
    with pytest.raises(ValueError, match="no last decimal"):
        exact_text(Fraction(value) + Fraction(1, 3))


@given(st.decimals("0.01", 10**9, places=2), st.decimals("0.01", 10**9, places=2))
def test_a_lower_price_never_earns_less(one, other):
    cheap, dear = sorted((one, other))
    for award in (LOWEST, BENCHMARK):
        assert price_points(award, cheap, cheap) >= price_points(award, dear, cheap)
        assert 0 <= price_points(award, dear, cheap) <= 100
