"""How safe a first place is: the smallest move of a weight or a mark that would change it.

For reading alone, once everything is agreed. Bounds are exact and those of the exact totals: where
the tender ranks by rounded totals, two bids less than a hundredth apart share a place, and the
tie-break decides. A weight moves while the others of its kind keep their proportions; what other
bids are measured by (the lowest price) stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import inf

from scoring.rules.prices import Method
from scoring.rules.ranking import Placed
from scoring.rules.totals import HUNDRED

NOTHING = Fraction(0)
QUALITY = "quality"
# Up to so many other bids every sum is exact from the start; beyond, those that matter are found
# first, with a margin.
FEW = 200
MARGIN = 1e-9


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight as published, in percent; ``key``: the section's id, or "quality"."""

    key: str
    title: str
    now: Fraction


@dataclass(frozen=True, slots=True)
class Crossing:
    """The weight, in percent, at which the first place stops being the winner's alone.

    ``by``: who draws level there, by key; empty where the winner itself falls below the least
    quality that is ranked.
    """

    at: Fraction
    by: str = ""


@dataclass(frozen=True, slots=True)
class Swing:
    """How far one weight may move: the nearest crossing below and above; None: none to the end."""

    weight: Weight
    below: Crossing | None
    above: Crossing | None

    @property
    def nearest(self) -> Fraction | None:
        """Return how many percentage points away the nearer crossing is."""
        away = [abs(one.at - self.weight.now) for one in (self.below, self.above) if one]
        return min(away, default=None)


@dataclass(frozen=True, slots=True)
class MarkMove:
    """One mark that would change the winner by itself: of which bid and question, from what to
    what. ``levels``: the bid then only draws level, and the tie-break decides."""

    key: str
    question_id: str
    now: int
    to: int
    by: str
    levels: bool

    @property
    def steps(self) -> int:
        return abs(self.to - self.now)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """The single marks that would change the first place. ``bids``: those whose marks were moved,
    the winner first; ``further``: how many others might draw level by one mark low enough now."""

    moves: tuple[MarkMove, ...]
    bids: tuple[str, ...]
    further: int = 0


@dataclass(frozen=True, slots=True)
class Safety:
    """How safe the first place of ``winner`` is; keys are those of bids.

    ``lead``: by how much its exact total is better than that of ``runner_up``; not above zero where
    a tie was broken.
    """

    winner: str
    runner_up: str
    lead: Fraction
    swings: tuple[Swing, ...]
    marks: LookedAt

    @property
    def by_tie(self) -> bool:
        return bool(self.runner_up) and self.lead <= 0


# Of each bid, by its key: the exact score of each section, by its id, as a fraction or its digits.
Sections = Mapping[str, Mapping[str, Fraction | str]]


@dataclass(frozen=True, slots=True)
class _Line:
    """A figure that moves evenly with a weight: how much it is now, and by how much it grows."""

    now: Fraction
    growth: Fraction

    def reached(self) -> tuple[Fraction | None, Fraction | None] | None:
        """Return the moves at which the figure is zero or less, from and to; None for open ends.

        None altogether where it never is.
        """
        if self.growth == 0:
            return (None, None) if self.now <= 0 else None
        at = -self.now / self.growth
        return (at, None) if self.growth < 0 else (None, at)


def lead_over(method: Method, winner: Placed, other: Placed) -> Fraction:
    """Return by how much the winner is ahead by exact totals."""
    ahead = total_of(winner) - total_of(other)
    return -ahead if method.is_per_point else ahead


def swings_of(
    method: Method, weights: Iterable[Weight], placed: Sequence[Placed], sections: Sections
) -> tuple[Swing, ...]:
    """Return how far each weight may move before the first of ``placed`` loses the first place.

    ``placed``: every bid that has a rank, the winner first; and under F5 those below the least
    quality, which a weight could lift above it.
    """
    roughly = [_roughly(one) for one in placed]
    return tuple(_swing(method, weight, placed, sections, roughly) for weight in weights)


def _swing(
    method: Method,
    weight: Weight,
    placed: Sequence[Placed],
    sections: Sections,
    roughly: Sequence[_Roughly],
) -> Swing:
    winner = placed[0]
    below: Crossing | None = None
    above: Crossing | None = None
    others = _near(method, weight, placed, sections, roughly)
    for lines, key in _contests(method, weight, winner, others, sections):
        found = _both(lines)
        if found is None:
            continue
        low, high = found
        below = _nearer(below, _crossing(weight, _down(low, high), key), weight)
        above = _nearer(above, _crossing(weight, _up(low, high), key), weight)
    return Swing(weight, below, above)


def _contests(
    method: Method,
    weight: Weight,
    winner: Placed,
    others: Sequence[Placed],
    sections: Sections,
) -> Iterable[tuple[list[_Line], str]]:
    """Yield what must all be zero or less for somebody to draw level, and who that is."""
    growth = _growth(method, weight, winner, sections)
    floor = method.least_quality
    if floor is not None:
        yield [_Line(quality_of(winner) - floor, growth)], ""
    for other in others:
        grows = _growth(method, weight, other, sections)
        if method.is_per_point:
            price, mine = price_of(other), price_of(winner)
            ahead = price * quality_of(winner) - mine * quality_of(other)
            lines = [_Line(ahead, price * growth - mine * grows)]
            if floor is not None:
                lines.append(_Line(floor - quality_of(other), -grows))
        else:
            lines = [_Line(total_of(winner) - total_of(other), growth - grows)]
        yield lines, other.key


def _growth(method: Method, weight: Weight, bid: Placed, sections: Sections) -> Fraction:
    """Return by how much a bid's total (F5: its quality) grows with each percent of a weight."""
    quality = quality_of(bid)
    if weight.key == QUALITY:
        return (quality - (bid.points or NOTHING)) / HUNDRED
    score = Fraction(sections[bid.key][weight.key])
    growth = (score - quality) / (HUNDRED - weight.now)
    if method.uses_price and not method.is_per_point:
        return growth * method.quality_weight / HUNDRED
    return growth


def _both(lines: Sequence[_Line]) -> tuple[Fraction | None, Fraction | None] | None:
    """Return the moves at which every line is zero or less; None where there are none."""
    low: Fraction | None = None
    high: Fraction | None = None
    for line in lines:
        found = line.reached()
        if found is None:
            return None
        start, end = found
        low = start if low is None else (low if start is None else max(low, start))
        high = end if high is None else (high if end is None else min(high, end))
    if low is not None and high is not None and low > high:
        return None
    return low, high


def _up(low: Fraction | None, high: Fraction | None) -> Fraction | None:
    """Return the nearest move upwards between these ends; None without any."""
    if high is not None and high < 0:
        return None
    return max(low, NOTHING) if low is not None else NOTHING


def _down(low: Fraction | None, high: Fraction | None) -> Fraction | None:
    if low is not None and low > 0:
        return None
    return min(high, NOTHING) if high is not None else NOTHING


def _crossing(weight: Weight, move: Fraction | None, key: str) -> Crossing | None:
    if move is None or not 0 <= weight.now + move <= HUNDRED:
        return None
    return Crossing(weight.now + move, key)


def _nearer(known: Crossing | None, new: Crossing | None, weight: Weight) -> Crossing | None:
    if known is None or new is None:
        return new if known is None else known
    return new if abs(new.at - weight.now) < abs(known.at - weight.now) else known


# A bid's total, quality and price points in floating point.
_Roughly = tuple[float, float, float]


def _roughly(bid: Placed) -> _Roughly:
    return float(total_of(bid)), float(quality_of(bid)), float(bid.points or 0)


def _near(
    method: Method,
    weight: Weight,
    placed: Sequence[Placed],
    sections: Sections,
    roughly: Sequence[_Roughly],
) -> Sequence[Placed]:
    """Return those of many bids that may be the first to draw level, so that the exact sums are
    done for few. Floating point with a margin far beyond its error leaves out nobody who may."""
    if len(placed) <= FEW or method.is_per_point:
        return placed[1:]
    part = method.quality_weight / HUNDRED if method.uses_price else 1.0
    by = HUNDRED if weight.key == QUALITY else float(HUNDRED - weight.now) / part
    growths = [
        (quality - points) / by
        if weight.key == QUALITY
        else (float(sections[one.key][weight.key]) - quality) / by
        for one, (_, quality, points) in zip(placed, roughly, strict=True)
    ]
    ahead, grows = roughly[0][0], growths[0]
    rows = [
        (ahead - total, grows - growth, other)
        for (total, _, _), growth, other in zip(roughly[1:], growths[1:], placed[1:], strict=True)
    ]
    up = min(((d + MARGIN) / (-g - MARGIN) for d, g, _ in rows if g < -MARGIN), default=inf)
    down = min(((d + MARGIN) / (g - MARGIN) for d, g, _ in rows if g > MARGIN), default=inf)
    return [
        other
        for lead, slope, other in rows
        if (slope < MARGIN and lead - MARGIN <= up * (MARGIN - slope))
        or (slope > -MARGIN and lead - MARGIN <= down * (slope + MARGIN))
    ]


def total_of(bid: Placed) -> Fraction:
    return bid.total if bid.total is not None else NOTHING


def quality_of(bid: Placed) -> Fraction:
    return bid.bid.quality if bid.bid.quality is not None else NOTHING


def price_of(bid: Placed) -> Fraction:
    return Fraction(bid.bid.price or 0)
