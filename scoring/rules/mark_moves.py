"""Which single agreed marks would change the first place, each by itself and as published.

Totals are compared rounded or exact, as the tender says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from scoring.rules.prices import Method
from scoring.rules.ranking import Placed
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.sensitivity import (
    MarkMove,
    price_of,
    quality_of,
    total_of,
)
from scoring.rules.totals import HUNDRED

HUNDREDTH = Fraction(1, 100)


def moves_of(
    method: Method,
    placed: Sequence[Placed],
    marks: Mapping[str, Mapping[str, int]],
    shares: Mapping[str, Fraction],
) -> tuple[MarkMove, ...]:
    """Return every single mark that would change the first place, the smallest moves first.

    ``placed``: as in the ranking, the winner first; ``marks`` by key and question of those that
    matter (``within_reach``); ``shares``: of quality, in percent, by question. Totals are compared
    as published: rounded or exact.
    """
    winner, others = placed[0], placed[1:]
    second = [one for one in others if one.rank][:1]
    found = [
        _first_move(method, winner, winner, second, question, marks[winner.key], share, -1)
        for question, share in shares.items()
        if second
    ]
    for other in others:
        if other.key in marks:
            found += [
                _first_move(method, winner, other, [other], question, marks[other.key], share, 1)
                for question, share in shares.items()
            ]
    return tuple(
        sorted(
            (move for move in found if move is not None),
            key=lambda move: (move.steps, move.levels, move.key != winner.key, move.question_id),
        )
    )


def _first_move(
    method: Method,
    winner: Placed,
    moved: Placed,
    rivals: Sequence[Placed],
    question: str,
    marks: Mapping[str, int],
    share: Fraction,
    sign: int,
) -> MarkMove | None:
    """Return the smallest move of one mark, down for the winner's and up for others', or None."""
    now, rival = marks[question], rivals[0]
    level: MarkMove | None = None
    for to in range(now + sign, -1 if sign < 0 else TOP_OF_SCALE + 1, sign):
        total = _moved(method, moved, share * (to - now) / TOP_OF_SCALE)
        if total is None:
            return MarkMove(moved.key, question, now, to, rival.key, levels=False)
        mine, theirs = (total, total_of(rival)) if sign < 0 else (total_of(winner), total)
        order = _order(method, mine, theirs)
        if order < 0:
            return level or MarkMove(moved.key, question, now, to, rival.key, levels=False)
        if order == 0 and level is None:
            level = MarkMove(moved.key, question, now, to, rival.key, levels=True)
    return level


def _moved(method: Method, bid: Placed, by: Fraction) -> Fraction | None:
    """Return the total with quality moved ``by`` points; None where it then has no rank."""
    quality = quality_of(bid) + by
    if method.is_per_point:
        floor = method.least_quality
        if quality <= 0 or (floor is not None and method.compared(quality) < floor):
            return None
        return price_of(bid) / quality
    return total_of(bid) + (by * method.quality_weight / HUNDRED if method.uses_price else by)


def _order(method: Method, mine: Fraction, theirs: Fraction) -> int:
    """Return 1 where the winner is ahead, 0 where level, -1 where behind; as published."""
    a, b = method.compared(mine), method.compared(theirs)
    if a == b:
        return 0
    return 1 if (a < b) is method.is_per_point else -1


def within_reach(method: Method, placed: Sequence[Placed], largest: Fraction) -> list[Placed]:
    """Return the winner and those one mark could lift level; ``largest``: share of quality."""
    winner = placed[0]
    found = [winner]
    # Totals only fall from here on; rounding moves none by more than a hundredth.
    least = total_of(winner) - HUNDREDTH
    for other in placed[1:]:
        best = _moved(method, other, largest)
        if best is not None and _order(method, total_of(winner), best) <= 0:
            found.append(other)
        elif best is not None and best < least and not method.is_per_point:
            break
    return found
