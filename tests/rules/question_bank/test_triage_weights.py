"""Shares become weights that sum to exactly 100."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from question_bank.rules.triage import brought_to_hundred
from question_bank.rules.triage.weights import as_content

SHARES = st.lists(st.decimals("0", "1000", places=4), min_size=1, max_size=40)


@given(SHARES)
def test_weights_are_whole_percents_that_sum_to_exactly_a_hundred(shares):
    weights = brought_to_hundred(shares)

    assert sum(weights) == (100 if sum(shares) else 0)
    assert all(weight == int(weight) for weight in weights)
    assert [weight > 0 for weight in weights] == [share > 0 for share in shares]


@given(st.lists(st.decimals("1", "20", places=2), min_size=1, max_size=20))
def test_weights_keep_their_share_to_a_percent(shares):
    total = sum(shares)
    exact = [100 * share / total for share in shares]
    assume(min(exact) >= 1)

    assert all(
        abs(weight - wanted) < 1
        for weight, wanted in zip(brought_to_hundred(shares), exact, strict=True)
    )


@given(SHARES)
def test_what_counts_more_never_weighs_less(shares):
    weights = brought_to_hundred(shares)
    ranked = sorted(zip(shares, weights, strict=True))

    assert [weight for _, weight in ranked] == sorted(weights)


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (["1", "1", "1"], [34, 33, 33]),
        (["1", "2", "0"], [33, 67, 0]),
        (["0", "0"], [0, 0]),
        (["7"], [100]),
        (["1000", "0.01"], [99, 1]),
        ([], []),
    ],
    ids=[
        "a tie goes to the first",
        "nothing stays nothing",
        "only zeros",
        "one",
        "little stays something",
        "none",
    ],
)
def test_the_percents_left_over_go_to_the_largest_remainders(shares, expected):
    assert list(brought_to_hundred([Decimal(share) for share in shares])) == expected


def test_a_weight_is_written_as_content_writes_it():
    assert [as_content(Decimal(weight)) for weight in ("100.00", "66.67", "8.30", "0")] == [
        100,
        "66.67",
        "8.3",
        0,
    ]
