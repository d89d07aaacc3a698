"""Points against price, as the planned formula makes them of made-up bids."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from scoring.rules.prices import Method, lowest_price, price_points
from scoring.rules.ranking import Placed
from scoring.rules.trying import HUNDRED, STEP, Found, Model, TriedBid, text_of
from tenders.rules.award import Formula

# From the lowest price to so many times it, in so many steps.
TIMES, STEPS = 3, 40


def curve(model: Model, bids: Sequence[TriedBid]) -> Found:
    """Return points against price, as the formula makes them, and where made-up bids lie."""
    return curve_of(model.method, model.placed(bids), what_if=True)


def curve_of(method: Method, placed: Sequence[Placed], *, what_if: bool = False) -> Found:
    """Return points against price, and where the bids lie; ``what_if``: beside a lower price too.

    Under F5 it is the price at which a bid of some quality draws level with the first.
    """
    if not method.uses_price:
        return {}
    if method.is_per_point:
        return _level_with_first(placed)
    counting = [one.bid.price for one in placed if not one.bid.disregarded]
    lowest, prices = lowest_price(counting), sorted(price for price in counting if price)
    if lowest is None:
        return {}
    between = _range(method, prices, lowest)
    lines = [_line(method, "As tried" if what_if else "As published", prices, lowest, between)]
    if what_if and method.award.formula is Formula.LOWEST:
        lines.append(_line(method, "With a bid at half", [], lowest / 2, between))
    return {"across": "Price", "up": "Points for price", "lines": lines}


def _range(method: Method, prices: Sequence[Decimal], lowest: Decimal) -> tuple[Decimal, Decimal]:
    """Return from which price to which a curve is drawn: around every bid."""
    highest = prices[-1]
    if method.award.ceiling is not None and method.award.floor is not None:
        tenth = (method.award.ceiling - method.award.floor) / 10
        low = min(lowest, max(method.award.floor - tenth, Decimal(0)))
        return low, max(highest, method.award.ceiling + tenth)
    return lowest, max(highest, lowest * TIMES)


def _line(
    method: Method,
    name: str,
    marked: Sequence[Decimal],
    lowest: Decimal,
    between: tuple[Decimal, Decimal],
) -> Found:
    start, end = between
    step = (end - start) / STEPS
    turns = [one for one in (method.award.floor, method.award.ceiling) if one is not None]
    prices = sorted({start + step * number for number in range(STEPS + 1)} | set(turns))
    return {
        "name": name,
        "points": _on_curve(method, prices, lowest),
        "marked": _on_curve(method, marked, lowest),
    }


def _on_curve(method: Method, prices: Sequence[Decimal], lowest: Decimal) -> list[list[str]]:
    found = ((price, price_points(method.award, price, lowest)) for price in prices)
    return [[f"{price:.2f}", text_of(points)] for price, points in found if points is not None]


def _level_with_first(placed: Sequence[Placed]) -> Found:
    ranked = [one for one in placed if one.total is not None and one.rank]
    if not ranked or not ranked[0].total:
        return {}
    ratio = ranked[0].total
    return {
        "across": "Points for quality",
        "up": "Price",
        "lines": [
            {
                "name": "Level with the first",
                "points": [[str(q), text_of(ratio * q)] for q in range(0, HUNDRED + 1, STEP)],
                "marked": [[text_of(one.bid.quality), f"{one.bid.price:.2f}"] for one in ranked],
            }
        ],
    }
