"""The published descriptors of a question, split into the points that an answer meets or not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scoring.rules.results import TOP_OF_SCALE

# A point ends with a sentence, or with a semicolon between clauses of one. Commas and "or" join
# what is read together ("no arrangement, or no answer"), and so does an "or" that begins a sentence
# or a clause: an alternative is no point of its own.
_ENDS = re.compile(r"(?<=[.!?;])\s+(?=[A-Z0-9\"“‘'(]|(?<=;\s)\S)")
# A full stop after one of these ends no sentence.
_SHORT = re.compile(r"\b(?:e\.g|i\.e|etc|cf|approx|incl|vs|nos|para|reg|art|Mr|Ms|Dr)\.$")
_ALTERNATIVE = re.compile(r"or\b", re.IGNORECASE)

# How a form names the box of a point, and what it says there.
BOX, MET, UNMET = "point-", "met", "unmet"


@dataclass(frozen=True, slots=True)
class Point:
    """One published point: "4.1" is the first of the descriptor of 4. Its words are as published.

    What a tender asks is frozen, so that a key means the same words for as long as there are marks.
    """

    key: str
    level: int
    words: str


def points_of(levels: Mapping[int, str]) -> dict[int, tuple[Point, ...]]:
    """Return the points of each descriptor, from the top of the scale down to 0."""
    return {
        level: tuple(
            Point(f"{level}.{number}", level, words)
            for number, words in enumerate(_split(levels.get(level, "")), 1)
        )
        for level in range(TOP_OF_SCALE, -1, -1)
    }


def _split(text: str) -> list[str]:
    found: list[str] = []
    for piece in _ENDS.split(text.strip()):
        if found and (_ALTERNATIVE.match(piece) or _is_unfinished(found[-1])):
            found[-1] = f"{found[-1]} {piece}"
        elif piece:
            found.append(piece)
    return found


def _is_unfinished(piece: str) -> bool:
    """Return whether it ends in an abbreviation, or within a bracket or a quotation."""
    return (
        _SHORT.search(piece) is not None
        or piece.count("(") > piece.count(")")
        or piece.count("“") > piece.count("”")
        or piece.count('"') % 2 == 1
    )


def points_said(levels: Mapping[int, str], sent: Mapping[str, str]) -> dict[str, bool]:
    """Return which published points a form says are met or not; of the others nothing is said."""
    said = {
        point.key: sent.get(BOX + point.key)
        for points in points_of(levels).values()
        for point in points
    }
    return {key: word == MET for key, word in said.items() if word in (MET, UNMET)}
