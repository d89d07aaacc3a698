"""Which of several things stand in another order than before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def out_of_order(places: Sequence[int]) -> set[int]:
    """Return the fewest positions whose places would have to go for the others to ascend."""
    tails: list[int] = []
    at_tail: list[int] = []
    before: list[int] = []
    for position, place in enumerate(places):
        at = bisect_left(tails, place)
        before.append(at_tail[at - 1] if at else -1)
        if at == len(tails):
            tails.append(place)
            at_tail.append(position)
        else:
            tails[at], at_tail[at] = place, position
    kept = set()
    position = at_tail[-1] if at_tail else -1
    while position >= 0:
        kept.add(position)
        position = before[position]
    return set(range(len(places))) - kept
