"""Shares brought to exactly 100, in whole percent: what a person would publish and can check."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

HUNDRED = 100


def brought_to_hundred(shares: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Return each share in whole percent of their sum; together exactly 100.

    Every share is rounded down; the percents left over go one each to the largest remainders, the
    earlier share first where two are equal. A share of more than nothing stays at least 1: what is
    marked must not stop counting, so the largest give way. A share of nothing stays nothing, and
    nothing but zeros gives zeros. Shares are never negative, and at most 100 are above nothing.
    """
    total = sum(shares, Decimal(0))
    if total == 0:
        return tuple(Decimal(0) for _ in shares)
    divided = [divmod(share * HUNDRED, total) for share in shares]
    percents = [int(whole) for whole, _ in divided]
    by_remainder = sorted(range(len(shares)), key=lambda place: (-divided[place][1], place))
    for place in by_remainder[: HUNDRED - sum(percents)]:
        percents[place] += 1
    for place, share in enumerate(shares):
        if share > 0 and percents[place] == 0:
            largest = max(range(len(percents)), key=lambda other: (percents[other], -shares[other]))
            percents[largest] -= 1
            percents[place] = 1
    return tuple(Decimal(percent) for percent in percents)


def as_content(weight: Decimal) -> int | str:
    """Return a weight as content writes it: a whole number, or else exact text such as 66.67."""
    return int(weight) if weight == int(weight) else f"{weight.normalize():f}"
