"""The order of bids as published: shared ranks, and none for a bid that cannot have one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rules.prices import NO_PRICE, ZERO, Method, lowest_price, per_point, price_points
from scoring.rules.totals import half_up, weighed
from tenders.rules.award import Formula

NOT_MARKED = "not fully marked"
NO_POINTS = "no points for quality: its price for a point cannot be worked out"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bid to rank. ``unranked_because`` says why it cannot be ranked, or is empty."""

    key: str
    name: str
    quality: Decimal | None
    unranked_because: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """``rank`` is "1", "2=" when shared, or "" for a bid that is not ranked."""

    candidate: Candidate
    rank: str
    why_not: str = ""


def rank(candidates: Iterable[Candidate]) -> tuple[Ranked, ...]:
    """Return the bids by quality alone, best first, the unranked last by name.

    The order given does not matter. Totals are compared rounded to 2 places.
    """
    bids = list(candidates)
    ranked = [bid for bid in bids if bid.quality is not None and not bid.unranked_because]
    ranked.sort(key=lambda bid: (-(bid.quality or Decimal(0)), bid.name.casefold(), bid.key))
    places = shared_places([bid.quality for bid in ranked])
    keys = {bid.key for bid in ranked}
    others = sorted(
        (bid for bid in bids if bid.key not in keys), key=lambda bid: (bid.name.casefold(), bid.key)
    )
    return (
        *(Ranked(bid, place) for bid, place in zip(ranked, places, strict=True)),
        *(Ranked(bid, "", bid.unranked_because or NOT_MARKED) for bid in others),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A bid as far as its rank needs it. ``quality`` is exact, 0 to 100.

    ``why_unranked``: what keeps it from a rank whatever its figures. ``disregarded``: it is out, so
    its price is not one that others are measured by.
    """

    key: str
    name: str
    quality: Fraction | None
    price: Decimal | None = None
    why_unranked: str = ""
    disregarded: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A bid in the ranking; figures exact, None where there is none.

    ``total`` is what it is ranked by: of 100, or under F5 the price of one point of quality.
    """

    bid: Standing
    rank: str
    points: Fraction | None = None
    total: Fraction | None = None
    why_not: str = ""

    @property
    def key(self) -> str:
        return self.bid.key


def ranking(method: Method, bids: Iterable[Standing]) -> tuple[Placed, ...]:
    """Return the bids as published, best first; equal totals share a rank, also the first.

    Those without a rank come last, by name. The order given does not matter.
    """
    known = list(bids)
    lowest = lowest_price(bid.price for bid in known if not bid.disregarded)
    figured = [_figured(method, bid, lowest) for bid in known]
    inside = sorted(
        (
            (method.place_of(one.total), one.bid.name.casefold(), one.key, one)
            for one in figured
            if one.total is not None
        ),
        key=lambda entry: entry[:3],
    )
    places = shared_places([entry[0] for entry in inside])
    outside = sorted(
        (one for one in figured if one.why_not), key=lambda one: (one.bid.name.casefold(), one.key)
    )
    return (
        *(
            Placed(one.bid, place, one.points, one.total)
            for (*_, one), place in zip(inside, places, strict=True)
        ),
        *outside,
    )


def _figured(method: Method, bid: Standing, lowest: Decimal | None) -> Placed:
    """Return a bid with its figures and, where it gets no rank, why."""
    if bid.quality is None or bid.why_unranked:
        return Placed(bid, "", why_not=bid.why_unranked or NOT_MARKED)
    if not method.uses_price:
        return Placed(bid, "", total=bid.quality)
    if bid.price is None:
        return Placed(bid, "", why_not=NO_PRICE)
    if method.is_per_point:
        return _by_point(method, bid, bid.quality, bid.price)
    points = price_points(method.award, bid.price, lowest)
    if points is None:
        return Placed(bid, "", why_not=ZERO)
    return Placed(bid, "", points, weighed(bid.quality, points, method.quality_weight))


def _by_point(method: Method, bid: Standing, quality: Fraction, price: Decimal) -> Placed:
    floor = method.award.quality_floor
    if floor is not None and method.compared(quality) < floor:
        why = f"{half_up(quality)} points for quality, and the tender ranks none below {floor:f}"
        return Placed(bid, "", why_not=why)
    total = per_point(price, quality)
    return Placed(bid, "", total=total, why_not="" if total is not None else NO_POINTS)


def shared_places(totals: Sequence[object]) -> list[str]:
    """Return "1", "2=", "2=", "4" for totals in order, the best first."""
    first: dict[object, int] = {}
    for number, total in enumerate(totals, start=1):
        first.setdefault(total, number)
    shared = Counter(totals)
    return [f"{first[total]}{'=' if shared[total] > 1 else ''}" for total in totals]


def tied_for_first(placed: Sequence[Placed]) -> tuple[Placed, ...]:
    """Return the bids that share the first place; none where one alone has it."""
    return tuple(one for one in placed if one.rank == "1=")


def label_of_total(method: Method) -> str:
    """Return what the figure is that bids are ranked by."""
    if method.is_per_point:
        return "Price for each point of quality"
    return "Total of 100" if method.uses_price else "Quality of 100"


def is_by_quality(method: Method) -> bool:
    """Whether price decides nothing at all here, or is worked out outside this service."""
    return not method.price_counts


def why_by_quality(method: Method) -> str:
    """Return in words why quality alone ranks the bids, or "" where price does too."""
    if method.uses_price:
        return ""
    if method.price_counts:
        return "Prices are not seen yet: this is the order by quality alone."
    if method.award.formula is Formula.ELSEWHERE and method.quality_weight < 100:
        return (
            f"Price counts {100 - method.quality_weight}% and is evaluated outside this service, "
            "as the tender documents say: this is the order by quality alone."
        )
    if method.award.formula is Formula.FIXED:
        return "The price is fixed: quality alone decides."
    return "Price does not count: quality alone decides."
