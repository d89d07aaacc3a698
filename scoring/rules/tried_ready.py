"""Made-up bids that are ready to try, and what they are to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.trying import Model, TriedBid, all_good, with_marks

# Around which price bids are made up where the tender names none.
MIDDLE = Decimal(100_000)
CENT = Decimal("0.01")


class ReadySet(StrEnum):
    USUAL = "usual"
    CLOSE = "close"
    LOW = "low"


SET_WORDS: Mapping[ReadySet, str] = {
    ReadySet.USUAL: "Good, cheap and poor, dear and excellent, and one that fails",
    ReadySet.CLOSE: "Three bids close together",
    ReadySet.LOW: "One bid at a very low price",
}


@dataclass(frozen=True, slots=True)
class Prices:
    cheap: Decimal
    middle: Decimal
    dear: Decimal
    very_low: Decimal


def prices_of(model: Model) -> Prices:
    """Return prices around the middle of what the tender expects."""
    award = model.method.award
    if award.ceiling is not None and award.floor is not None:
        span = award.ceiling - award.floor
        floor = award.floor
        cheap, middle, dear = (_pounds(floor + span * share / 100) for share in (10, 50, 90))
        return Prices(cheap, middle, dear, _pounds(floor / 2))
    cheap, middle, dear, low = (_pounds(MIDDLE * share / 100) for share in (70, 100, 130, 5))
    return Prices(cheap, middle, dear, low)


def _pounds(amount: Decimal) -> Decimal:
    return max(amount.quantize(CENT), CENT)


def ready_bids(model: Model, which: ReadySet) -> list[TriedBid]:
    """Return made-up bids; without prices where price is not worked out here."""
    made = _MAKERS[which](model, prices_of(model))
    if model.method.uses_price:
        return made
    return [TriedBid(bid.name, bid.marks) for bid in made]


def _usual(model: Model, prices: Prices) -> list[TriedBid]:
    return [
        TriedBid("Good throughout", all_good(model), prices.middle),
        TriedBid("Cheap and poor", with_marks(model, 2), prices.cheap),
        TriedBid("Dear and excellent", with_marks(model, TOP_OF_SCALE), prices.dear),
        _failing(model, prices),
    ]


def _failing(model: Model, prices: Prices) -> TriedBid:
    """Return an excellent bid that falls below a least mark; where none is planned, one that has
    nothing to say on the question that weighs most."""
    for question_id, least in model.least.items():
        marks = with_marks(model, TOP_OF_SCALE, **{question_id: least - 1})
        return TriedBid("Fails a least mark", marks, prices.cheap)
    heaviest = max(model.scored, key=lambda one: one.share_of_quality)
    marks = with_marks(model, TOP_OF_SCALE, **{heaviest.id: 0})
    return TriedBid(f"Nothing on {heaviest.id}", marks, prices.cheap)


def _close(model: Model, prices: Prices) -> list[TriedBid]:
    half = len(model.scored) // 2
    uneven = {one.id: 5 if number < half else 3 for number, one in enumerate(model.scored)}
    lightest = min(model.scored, key=lambda one: one.share_of_quality)
    almost = with_marks(model, TOP_OF_SCALE - 1, **{lightest.id: TOP_OF_SCALE - 2})
    cheaper = prices.middle - (prices.middle - prices.cheap) / 10
    return [
        TriedBid("Good throughout", all_good(model), prices.middle),
        TriedBid("Better in half, worse in half", uneven, prices.middle),
        TriedBid("A little cheaper, a little worse", almost, _pounds(cheaper)),
    ]


def _low(model: Model, prices: Prices) -> list[TriedBid]:
    return [
        TriedBid("Good throughout", all_good(model), prices.middle),
        TriedBid("Dear and excellent", with_marks(model, TOP_OF_SCALE), prices.dear),
        TriedBid("Very low price", with_marks(model, 1), prices.very_low),
    ]


_MAKERS: Mapping[ReadySet, Callable[[Model, Prices], list[TriedBid]]] = {
    ReadySet.USUAL: _usual,
    ReadySet.CLOSE: _close,
    ReadySet.LOW: _low,
}
