"""Points against price, as the planned formula makes them of made-up bids."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from scoring.rules.prices import Method, lowest_price, price_points
from scoring.rules.trying import HUNDRED, STEP, Found, Model, TriedBid, text_of
from tenders.rules.award import Formula

# From the lowest price to so many times it, in so many steps.
TIMES, STEPS = 3, 40


def curve(model: Model, bids: Sequence[TriedBid]) -> Found:
    """Return points against price, as the formula makes them, and where the bids lie.

    Under F5 it is the price at which a bid of some quality draws level with the first.
    """
    method = model.method
    if not method.uses_price:
        return {}
    if method.is_per_point:
        return _level_with_first(model, bids)
    known = [bid for bid in bids if bid.price is not None]
    lowest = lowest_price(bid.price for bid in known)
    if lowest is None:
        return {}
    lines = [_line(method, "As tried", bids, lowest, _range(method, bids, lowest))]
    if method.award.formula is Formula.LOWEST:
        half = lowest / 2
        name = "With a bid at half"
        lines.append(_line(method, name, [], half, _range(method, bids, lowest)))
    return {"across": "Price", "up": "Points for price", "lines": lines}


def _range(method: Method, bids: Sequence[TriedBid], lowest: Decimal) -> tuple[Decimal, Decimal]:
    """Return from which price to which a curve is drawn: around every bid that was tried."""
    highest = max((bid.price for bid in bids if bid.price is not None), default=lowest)
    if method.award.ceiling is not None and method.award.floor is not None:
        tenth = (method.award.ceiling - method.award.floor) / 10
        low = min(lowest, max(method.award.floor - tenth, Decimal(0)))
        return low, max(highest, method.award.ceiling + tenth)
    return lowest, max(highest, lowest * TIMES)


def _line(
    method: Method,
    name: str,
    bids: Sequence[TriedBid],
    lowest: Decimal,
    between: tuple[Decimal, Decimal],
) -> Found:
    start, end = between
    step = (end - start) / STEPS
    turns = [one for one in (method.award.floor, method.award.ceiling) if one is not None]
    prices = sorted({start + step * number for number in range(STEPS + 1)} | set(turns))
    marked = sorted({bid.price for bid in bids if bid.price is not None})
    return {
        "name": name,
        "points": _on_curve(method, prices, lowest),
        "marked": _on_curve(method, marked, lowest),
    }


def _on_curve(method: Method, prices: Sequence[Decimal], lowest: Decimal) -> list[list[str]]:
    found = ((price, price_points(method.award, price, lowest)) for price in prices)
    return [[f"{price:.2f}", text_of(points)] for price, points in found if points is not None]


def _level_with_first(model: Model, bids: Sequence[TriedBid]) -> Found:
    placed = [one for one in model.placed(bids) if one.total is not None and one.rank]
    if not placed or not placed[0].total:
        return {}
    ratio = placed[0].total
    marked = [one for one in placed if one.bid.quality is not None and one.bid.price is not None]
    return {
        "across": "Points for quality",
        "up": "Price",
        "lines": [
            {
                "name": "Level with the first",
                "points": [[str(q), text_of(ratio * q)] for q in range(0, HUNDRED + 1, STEP)],
                "marked": [[text_of(one.bid.quality), f"{one.bid.price:.2f}"] for one in marked],
            }
        ],
    }
