"""What a scoring model may do that nobody meant: a third bid that turns two others round, and bids
that fail at something and come first all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from scoring.rules.prices import Method, lowest_price, money
from scoring.rules.ranking import Standing, ranking
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.totals import HUNDRED, half_up
from scoring.rules.tried_ready import MIDDLE, prices_of
from scoring.rules.trying import Found, Model, TriedBid, all_good, text_of, with_marks
from tenders.rules.award import Formula

WINS, LEVEL, LOSES = "comes first", "draws level", "does not come first"
OUT, UNRANKED = "is proposed to fail", "is not ranked"
# How far below the price of a good bid one with the least acceptable marks is tried, in percent.
CHEAPER = (100, 90, 75, 50, 25)


def third_bid(model: Model, bids: Sequence[TriedBid]) -> Found:
    """Return how a third price turns two bids round: of those tried, or of two made for it.

    Only where points are measured by the lowest price (F1), and price and quality both count.
    """
    method = model.method
    if method.award.formula is not Formula.LOWEST or not 0 < method.quality_weight < HUNDRED:
        return {}
    standings = [model.standing(str(number), bid) for number, bid in enumerate(bids)]
    sound = [one for one in standings if one.quality is not None and not one.why_unranked]
    for one, other in combinations(sound, 2):
        turned = _turned(method, one, other)
        if turned:
            return {**turned, "made": False}
    first, second = _made_for_it(method)
    turned = _turned(method, first, second)
    return {**turned, "made": True} if turned else {}


def _turned(method: Method, one: Standing, other: Standing) -> Found:
    """Return the two before and after a third, very low price; nothing where none turns them."""
    lowest = lowest_price((one.price, other.price))
    if lowest is None or not one.price or not other.price:
        return {}
    at = _where_level(method, one, other)
    if at is None or not 0 < at < lowest:
        return {}
    price = (at / 2).quantize(Decimal("0.01"))
    if price <= 0:
        return {}
    third = Standing("third", "A third bid", Fraction(0), price)
    before, after = ranking(method, [one, other]), ranking(method, [one, other, third])
    two = [placed for placed in after if placed.key != "third"]
    if before[0].rank != "1" or two[0].rank == two[1].rank or two[0].key == before[0].key:
        return {}
    figures = {placed.key: placed for placed in after}
    return {
        "level_at": money(at.quantize(Decimal("0.01"))),
        "third": money(price),
        "first": before[0].bid.name,
        "then": two[0].bid.name,
        "rows": [
            {
                "name": placed.bid.name,
                "quality": text_of(placed.bid.quality),
                "price": "" if placed.bid.price is None else money(placed.bid.price),
                "before": text_of(placed.total),
                "after": text_of(figures[placed.key].total),
            }
            for placed in before
        ],
    }


def _where_level(method: Method, one: Standing, other: Standing) -> Decimal | None:
    """Return the lowest price of all at which the two have equal totals; None where none is.

    Total = quality × weight + 100 × lowest ÷ price × (100 − weight): it moves evenly with the
    lowest price.
    """
    quality = ((one.quality or 0) - (other.quality or 0)) * method.quality_weight
    per_pound = Fraction(1) / Fraction(one.price or 1) - Fraction(1) / Fraction(other.price or 1)
    if per_pound == 0:
        return None
    at = Fraction(-quality) / (HUNDRED * (HUNDRED - method.quality_weight) * per_pound)
    return Decimal(at.numerator) / Decimal(at.denominator)


def _made_for_it(method: Method) -> tuple[Standing, Standing]:
    """Return a cheaper bid that is ahead, and a better one behind by half of what price gives."""
    dearer = MIDDLE * 5 / 4
    ahead = Fraction(20 * (HUNDRED - method.quality_weight), method.quality_weight)
    better = min(ahead / 2, Fraction(50))
    return (
        Standing("cheaper", "A cheaper bid", Fraction(50), MIDDLE),
        Standing("better", "A better, dearer bid", 50 + better, dearer),
    )


def could_fail(model: Model) -> Found:
    """Return whether a bid with nothing on one question, or with the least it must have throughout,
    would come before one that is good throughout, at the same price or cheaper."""
    prices = prices_of(model)
    good = model.standing("good", TriedBid("Good throughout", all_good(model), prices.middle))
    best = model.standing("it", TriedBid("It", with_marks(model, TOP_OF_SCALE), prices.middle))
    rows = []
    for asked in model.scored:
        share = Fraction(asked.share_of_quality)
        bid = replace(best, quality=None if best.quality is None else best.quality - share)
        without = _outcome(model.method, bid, good)
        rows.append(
            {
                "id": asked.id,
                "title": asked.question.title,
                "share": f"{half_up(share)}%",
                "least": "" if asked.threshold is None else str(asked.threshold),
                "outcome": OUT if asked.threshold is not None else without,
                "without": without,
            }
        )
    return {"questions": rows, "lowest": _lowest(model, good), "words": _said(rows)}


def _lowest(model: Model, good: Standing) -> list[Found]:
    """Return how a bid with the least marks it must have does, the cheaper it is."""
    marks = {one.id: one.threshold or 0 for one in model.scored}
    bid = model.standing("it", TriedBid("It", marks, good.price))
    found: list[Found] = []
    for percent in CHEAPER if model.method.uses_price else CHEAPER[:1]:
        price = (good.price or MIDDLE) * percent / HUNDRED
        found.append(
            {
                "percent": percent,
                "price": money(price) if model.method.uses_price else "",
                "quality": text_of(bid.quality),
                "outcome": _outcome(model.method, replace(bid, price=price), good),
            }
        )
    return found


def _outcome(method: Method, bid: Standing, good: Standing) -> str:
    """Return how ``bid`` does against a good one."""
    placed = {one.key: one for one in ranking(method, [bid, good])}
    match placed["it"].rank:
        case "1":
            return WINS
        case "1=":
            return LEVEL
    return LOSES if placed["it"].rank else UNRANKED


def _said(rows: Sequence[Found]) -> list[str]:
    won = [row["id"] for row in rows if row["outcome"] in (WINS, LEVEL)]
    kept = [row["id"] for row in rows if row["outcome"] == OUT and row["without"] in (WINS, LEVEL)]
    said = []
    if won:
        said.append(
            f"A bid that is excellent otherwise and has nothing on {_some(won)} would come first, "
            "or draw level, against one that is good throughout. Where that must not be, publish a "
            "least mark for the question, or make it a requirement."
        )
    else:
        said.append(
            "No bid with nothing on a question comes before one that is good throughout, however "
            "excellent it is otherwise."
        )
    if kept:
        said.append(
            f"A least mark keeps such a bid back on {_some(kept)}: failure is proposed, and an "
            "officer decides, with a reason."
        )
    return said


def _some(ids: Sequence[str]) -> str:
    """Return the ids, the first few of many."""
    shown = list(ids[:5])
    more = len(ids) - len(shown)
    if more:
        return f"{', '.join(shown)} or one of {more} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
