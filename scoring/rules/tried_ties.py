"""How often the first place would be shared: many made-up tenders, the same ones for everybody.

Each is worked out exactly, as real bids will be. The numbers come from a seed by a rule that stands
here, so that anybody finds the same again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm

from scoring.rules.prices import Method
from scoring.rules.ranking import Placed, Standing, ranking, tied_for_first
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.ties import Tied, break_tie
from scoring.rules.totals import half_up
from scoring.rules.tried_ready import prices_of
from scoring.rules.trying import Found, Model
from tenders.rules.award import TieBreak

SEED = 20260101
BIDS = 4
MOST_RUNS = 1000
# No more marks than this are drawn, so that the page comes at once.
MOST_MARKS = 300_000
LOWEST_LEVEL = 2
PRICE_STEPS = 1000
NEAR = Fraction(1, 2)
STAYS, TO_DRAW = "nothing planned ends it", "lots would be drawn"
ENDED_BY = {
    TieBreak.QUALITY: "the higher score for quality",
    TieBreak.QUESTION: "the score for one question",
    TieBreak.PRICE: "the lower price",
}
HOW = (
    "Each made-up tender has {bids} bids. Each bid has a level of 2 to 5; each of its marks is "
    "that level, one less or one more, within the scale{prices}. Every number is drawn with equal "
    "chances from seed {seed}."
)
PRICES = "; its price is one of 1,001 evenly between {low} and {high}"


class Draws:
    """Numbers from a seed: a linear congruential generator of 64 bits (Knuth's MMIX)."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def below(self, limit: int) -> int:
        """Return the next number from 0 up to ``limit``, which is left out."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 32) * limit >> 32


@dataclass(frozen=True)
class Drawn:
    """Everything the runs depend on, so that the same is not run twice."""

    method: Method
    shares: tuple[Decimal, ...]
    # The place of the question that breaks ties; None where none does.
    tie_question: int | None
    low: Decimal
    high: Decimal
    bids: int = BIDS
    seed: int = SEED

    @property
    def runs(self) -> int:
        return max(min(MOST_RUNS, MOST_MARKS // (self.bids * max(len(self.shares), 1))), 1)


def ties(model: Model) -> Found:
    """Return how often the first place is shared, and what then ends it."""
    prices = prices_of(model)
    ids = [one.id for one in model.scored]
    question = model.method.award.tie_question
    drawn = Drawn(
        model.method,
        tuple(one.share_of_quality for one in model.scored),
        ids.index(question) if question in ids else None,
        prices.cheap,
        prices.dear,
    )
    return dict(_counted(drawn))


@lru_cache(maxsize=64)
def _counted(drawn: Drawn) -> Found:
    draws, ended, near = Draws(drawn.seed), Counter[str](), 0
    scale = lcm(*(Fraction(share).denominator for share in drawn.shares)) if drawn.shares else 1
    weights = tuple(int(Fraction(share) * scale) for share in drawn.shares)
    for _ in range(drawn.runs):
        bids, marks = _one_tender(drawn, draws, weights, scale)
        placed = ranking(drawn.method, bids)
        tied = tied_for_first(placed)
        if tied:
            ended[_ending(drawn, tied, marks)] += 1
        elif _is_near(drawn.method, placed):
            near += 1
    return _found(drawn, ended, near)


def _one_tender(
    drawn: Drawn, draws: Draws, weights: tuple[int, ...], scale: int
) -> tuple[list[Standing], dict[str, int]]:
    """Return made-up bids. Quality = Σ share × mark ÷ 5, as exact as the engine works it out."""
    bids, marks = [], {}
    for number in range(drawn.bids):
        level = LOWEST_LEVEL + draws.below(TOP_OF_SCALE - LOWEST_LEVEL + 1)
        given = [min(level - 1 + draws.below(3), TOP_OF_SCALE) for _ in weights]
        points = sum(weight * mark for weight, mark in zip(weights, given, strict=True))
        quality = Fraction(points, scale * TOP_OF_SCALE)
        span = drawn.high - drawn.low
        price = drawn.low + span * draws.below(PRICE_STEPS + 1) / PRICE_STEPS
        key = str(number)
        bids.append(Standing(key, key, quality, price))
        if drawn.tie_question is not None:
            marks[key] = given[drawn.tie_question]
    return bids, marks


def _ending(drawn: Drawn, tied: tuple[Placed, ...], marks: dict[str, int]) -> str:
    log = break_tie(drawn.method, tied, Tied(marks))
    if log.lots:
        return TO_DRAW
    return ENDED_BY[log.steps[-1].kind] if log.winner else STAYS


def _is_near(method: Method, placed: tuple[Placed, ...]) -> bool:
    """Whether the second is less than half a point behind; under F5 there are no such points."""
    first, second = placed[0].total, placed[1].total if len(placed) > 1 else None
    if method.is_per_point or first is None or second is None:
        return False
    return first - second < NEAR


def _found(drawn: Drawn, ended: Counter[str], near: int) -> Found:
    shared = sum(ended.values())
    prices = PRICES.format(low=f"£{drawn.low:,.2f}", high=f"£{drawn.high:,.2f}")
    return {
        "runs": drawn.runs,
        "bids": drawn.bids,
        "seed": drawn.seed,
        "shared": shared,
        "percent": str(half_up(Fraction(100 * shared, drawn.runs))),
        "near": near,
        "near_percent": str(half_up(Fraction(100 * near, drawn.runs))),
        "ended": dict(sorted(ended.items())),
        "how": HOW.format(
            bids=drawn.bids, seed=drawn.seed, prices=prices if drawn.method.uses_price else ""
        ),
    }
