"""Shares brought to exactly 100, in hundredths of a percent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

HUNDRED = Decimal(100)
HUNDREDTH = Decimal("0.01")


def brought_to_hundred(shares: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Return each share in percent of their sum, with two places; together exactly 100.

    Every share is rounded down to a hundredth; the hundredths left over go one each to the largest
    remainders, the earlier share first where two are equal. A share of nothing stays nothing, and
    nothing but zeros gives zeros. Shares are never negative.
    """
    total = sum(shares, Decimal(0))
    if total == 0:
        return tuple(Decimal(0) for _ in shares)
    divided = [divmod(share * HUNDRED * HUNDRED, total) for share in shares]
    down = [int(whole) for whole, _ in divided]
    left_over = int(HUNDRED * HUNDRED) - sum(down)
    by_remainder = sorted(range(len(shares)), key=lambda place: (-divided[place][1], place))
    for place in by_remainder[:left_over]:
        down[place] += 1
    return tuple(HUNDREDTH * hundredths for hundredths in down)


def as_content(weight: Decimal) -> int | str:
    """Return a weight as content writes it: a whole number, or else exact text such as 66.67."""
    return int(weight) if weight == int(weight) else f"{weight.normalize():f}"
