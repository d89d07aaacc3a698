"""The heat map of a register as a picture: how many risks stand where, and where they move to.

An arrow leads from where a risk stands before contract terms to where it stands after what is in
place or contractually binding. Few risks are drawn one by one, many by how many move alike.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scoring.rules.drawing import (
    WIDTH,
    Arrow,
    Box,
    Drawing,
    Mark,
    Point,
    Sign,
    Table,
    Words,
    at,
    short,
)
from scoring.rules.matrix import LEVELS, Band, Scale
from scoring.rules.ratings import Rating
from scoring.rules.register import RegisterRow, placed
from scoring.rules.register_history import rating_in_words

LEFT, TOP, CELL, ROW, BELOW = 118.0, 6.0, 120.0, 78.0, 40.0
HEIGHT = TOP + ROW * 5 + BELOW
# Where marks begin and end in a cell, under the number and the word of the cell.
STARTS, ENDS = 50.0, 66.0
# Up to so many risks, each has an arrow with its name.
ONE_BY_ONE = 10
# From how many risks on an arrow is drawn thicker.
THICKER = (2, 4, 8)
HEAD = 7.0
NOTHING = "No risk is rated after contract terms yet, so no arrow is drawn."

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Movement:
    """Risks that go from one cell (likelihood, impact) to another, or stay there.

    ``label``: the name of the one risk, or how many they are.
    """

    label: str
    count: int
    before: Place
    left: Place

    @property
    def stays(self) -> bool:
        return self.before == self.left

    @property
    def weight(self) -> int:
        """Return how thick its arrow is, 1 to 4."""
        return 1 + sum(self.count >= least for least in THICKER)


def movements(rows: Iterable[RegisterRow]) -> tuple[Movement, ...]:
    """Return how the risks that stand move, those not rated after contract terms left out."""
    rated = [(row, row.residual) for row in rows if row.stands and row.residual is not None]
    if len(rated) <= ONE_BY_ONE:
        return tuple(
            Movement(row.risk_id, 1, _place(row.inherent), _place(left)) for row, left in rated
        )
    alike = Counter((_place(row.inherent), _place(left)) for row, left in rated)
    return tuple(
        Movement(str(count), count, before, left)
        for (before, left), count in sorted(alike.items(), reverse=True)
    )


def heat_map_picture(name: str, rows: Sequence[RegisterRow], scale: Scale) -> Drawing:
    """Return the heat map of the risks that stand; ``name`` is unique on its page."""
    counts, moves = placed(rows), movements(rows)
    not_rated = sum(1 for row in rows if row.stands and row.residual is None)
    arrows, labels = _moved(moves)
    # Words last, so that no arrow runs over them.
    marks: list[Mark] = [*_cells(scale), *_axes(scale), *arrows, *_numbers(counts, scale), *labels]
    return Drawing(
        name,
        "Heat map: before contract terms, and what is left after",
        _description(moves, not_rated, sum(counts.values())),
        WIDTH,
        HEIGHT,
        tuple(marks),
        table_of_cells(counts, scale),
    )


def table_of_cells(counts: Mapping[Place, int], scale: Scale) -> Table:
    """Return the figures of the cells: the count and the band of each in words."""
    return Table(
        "How many risks, before contract terms (those dropped, merged or closed left out)",
        ("Likelihood", *(f"Impact {word_of(scale.impact_words, level)}" for level in LEVELS)),
        tuple(
            (
                word_of(scale.likelihood_words, down),
                *(f"{counts[down, across]} {scale.band(down * across)}" for across in LEVELS),
            )
            for down in reversed(LEVELS)
        ),
    )


def table_of_moves(rows: Iterable[RegisterRow]) -> Table:
    """Return every risk that stands with its ratings: what the arrows show."""
    return Table(
        "What each risk is rated",
        ("Risk", "Before contract terms", "What is left", "Target"),
        tuple(
            (f"{row.risk_id} {row.title}", *(_rated(one) for one in (row.inherent, *_after(row))))
            for row in rows
            if row.stands
        ),
    )


def word_of(words: Mapping[int, str], level: int) -> str:
    """Return a level with the first words of its meaning: "4 Likely"."""
    return f"{level} {words[level].partition(':')[0]}"


def _after(row: RegisterRow) -> tuple[Rating | None, Rating | None]:
    return row.residual, row.target


def _rated(rating: Rating | None) -> str:
    return rating_in_words(rating) or "Not rated"


def _description(moves: Sequence[Movement], not_rated: int, standing: int) -> str:
    said = [
        "Each cell has the number of risks that stand there before contract terms, and its band in "
        "words."
    ]
    if any(not move.stays for move in moves):
        named = "its name" if all(move.count == 1 for move in moves) else "how many go that way"
        said.append(
            "An arrow leads to where a risk stands after what is in place or contractually "
            f"binding, with {named} where it begins"
            + ("." if named == "its name" else "; the more, the thicker.")
        )
    if any(move.stays for move in moves):
        said.append("A ring marks what stays as grave as it was.")
    if standing and not moves:
        said.append(NOTHING)
    elif not_rated:
        are = "risk is" if not_rated == 1 else "risks are"
        said.append(f"{not_rated} {are} not rated after contract terms yet.")
    return " ".join(said)


def _place(rating: Rating) -> Place:
    return rating.likelihood, rating.impact


def _corner(place: Place) -> Point:
    likelihood, impact = place
    return LEFT + (impact - 1) * CELL, TOP + (max(LEVELS) - likelihood) * ROW


def tone_of(band: Band) -> str:
    return f"band-{band.replace(' ', '-')}"


def _cells(scale: Scale) -> Iterable[Mark]:
    for place in ((down, across) for down in LEVELS for across in LEVELS):
        x, y = _corner(place)
        yield Box(at(x), at(y), CELL, ROW, tone_of(scale.band(place[0] * place[1])))


def _numbers(counts: Mapping[Place, int], scale: Scale) -> Iterable[Mark]:
    for place, count in counts.items():
        band, (x, y) = scale.band(place[0] * place[1]), _corner(place)
        tone = f"on-{tone_of(band)}"
        yield Words(at(x + 8), at(y + 20), str(count), tone=f"{tone} app-draw--count")
        yield Words(at(x + CELL - 8), at(y + 18), str(band), "end", tone)


def _axes(scale: Scale) -> Iterable[Mark]:
    for level in LEVELS:
        _, y = _corner((level, 1))
        words = short(word_of(scale.likelihood_words, level), 17)
        yield Words(LEFT - 8, at(y + ROW / 2 + 4), words, "end", "quiet")
        x, _ = _corner((1, level))
        words = short(word_of(scale.impact_words, level), 17)
        yield Words(at(x + CELL / 2), TOP + ROW * 5 + 18, words, "middle", "quiet")
    yield Words(0, TOP + ROW * 5 + 18, "Likelihood ↑", "start", "strong")
    yield Words(LEFT + CELL * 2.5, HEIGHT - 4, "Impact →", "middle", "strong")


def _moved(moves: Sequence[Movement]) -> tuple[list[Mark], list[Mark]]:
    """Return arrows and rings, and the labels that belong to them."""
    starts = _spread([move.before for move in moves], STARTS)
    ends = _spread([move.left for move in moves if not move.stays], ENDS)
    following = iter(ends)
    drawn: list[Mark] = []
    labels: list[Mark] = []
    for move, start in zip(moves, starts, strict=True):
        labels.append(Words(start[0], at(start[1] - 8), move.label, "middle", "label"))
        if move.stays:
            drawn.append(Sign(start[0], start[1], "circle", "stays"))
        else:
            drawn.append(_arrow(start, next(following), move.weight))
    return drawn, labels


def _spread(places: Sequence[Place], down: float) -> list[Point]:
    """Return a place for each mark, those of one cell side by side."""
    inside, met = Counter(places), Counter[Place]()
    found = []
    for place in places:
        met[place] += 1
        x, y = _corner(place)
        found.append((at(x + CELL * met[place] / (inside[place] + 1)), at(y + down)))
    return found


def _arrow(start: Point, end: Point, weight: int) -> Arrow:
    """Return an arrow whose line ends where its head begins."""
    angle = math.atan2(end[1] - start[1], end[0] - start[0])
    size = HEAD + 2 * weight
    neck = (end[0] - size * math.cos(angle), end[1] - size * math.sin(angle))
    side = size / 2
    head = (
        end,
        (neck[0] + side * math.sin(angle), neck[1] - side * math.cos(angle)),
        (neck[0] - side * math.sin(angle), neck[1] + side * math.cos(angle)),
    )
    return Arrow(start, (at(neck[0]), at(neck[1])), tuple((at(x), at(y)) for x, y in head), weight)
