"""Shares become weights that sum to exactly 100."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.rules.triage import brought_to_hundred
from question_bank.rules.triage.weights import HUNDREDTH, as_content

SHARES = st.lists(st.decimals("0", "1000", places=4), min_size=1, max_size=40)


@given(SHARES)
def test_weights_sum_to_exactly_a_hundred_and_keep_their_share_to_a_hundredth(shares):
    weights = brought_to_hundred(shares)
    total = sum(shares)

    assert sum(weights) == (100 if total else 0)
    assert all(weight == weight.quantize(HUNDREDTH) for weight in weights)
    assert all(
        abs(weight - 100 * share / total) < HUNDREDTH
        for weight, share in zip(weights, shares, strict=True)
        if total
    )


@given(SHARES)
def test_what_counts_more_never_weighs_less(shares):
    weights = brought_to_hundred(shares)
    ranked = sorted(zip(shares, weights, strict=True))

    assert [weight for _, weight in ranked] == sorted(weights)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (["1", "1", "1"], ["33.34", "33.33", "33.33"]),
        (["1", "2", "0"], ["33.33", "66.67", "0"]),
        (["0", "0"], ["0", "0"]),
        (["7"], ["100"]),
        ([], []),
    ],
    ids=["a tie goes to the first", "nothing stays nothing", "only zeros", "one", "none"],
)
def test_the_hundredths_left_over_go_to_the_largest_remainders(shares, expected):
    assert brought_to_hundred([Decimal(share) for share in shares]) == tuple(
        Decimal(weight) for weight in expected
    )


def test_a_weight_is_written_as_content_writes_it():
    assert [as_content(Decimal(weight)) for weight in ("100.00", "66.67", "8.30", "0")] == [
        100,
        "66.67",
        "8.3",
        0,
    ]
