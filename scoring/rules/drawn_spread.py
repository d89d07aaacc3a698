"""Pictures of how far evaluators were apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scoring.rules.drawing import (
    WIDTH,
    Box,
    Drawing,
    Mark,
    Sign,
    Stroke,
    Table,
    Words,
    at,
    short,
)
from scoring.rules.drawn_bids import BAR_ROOM, LABELS, PAD, ROW, shown_mark
from scoring.rules.results import TOP_OF_SCALE

# So far apart that a panel has to talk.
WIDE = 2


@dataclass(frozen=True, slots=True)
class SpreadOf:
    """What evaluators gave for one thing, and what the panel agreed, if it did."""

    name: str
    marks: tuple[int, ...]
    agreed: int | None = None

    @property
    def spread(self) -> int:
        return max(self.marks) - min(self.marks) if self.marks else 0


def spread_picture(name: str, title: str, of_what: str, rows: Sequence[SpreadOf]) -> Drawing:
    """Return a line for each row from the lowest mark to the highest, with how many gave each."""
    height = PAD * 2 + ROW * len(rows) + 24
    bottom = height - 24
    marks: list[Mark] = []
    for mark in range(TOP_OF_SCALE + 1):
        x = _of_mark(mark)
        marks.append(Stroke(((x, PAD), (x, bottom)), "grid"))
        marks.append(Words(x, bottom + 16, str(mark), "middle", "quiet"))
    for row, one in enumerate(rows):
        marks.extend(_spread_row(one, PAD + row * ROW + ROW / 2))
    return Drawing(
        name,
        title,
        f"A row for each {of_what}: the line goes from the lowest mark of an evaluator to the "
        "highest, each circle is a mark that was given, with how many gave it where several did. "
        "A diamond is what the panel agreed. At the end stands how far apart they were.",
        WIDTH,
        height,
        tuple(marks),
        Table(
            title,
            (of_what.capitalize(), "Marks of evaluators", "Apart by", "Agreed"),
            tuple(
                (
                    one.name,
                    ", ".join(str(mark) for mark in sorted(one.marks)) or "–",
                    str(one.spread) if one.marks else "–",
                    shown_mark(one.agreed),
                )
                for one in rows
            ),
        ),
    )


def _of_mark(mark: int) -> float:
    return at(LABELS + 20 + mark * (BAR_ROOM - 70) / TOP_OF_SCALE)


def _spread_row(one: SpreadOf, y: float) -> Sequence[Mark]:
    marks: list[Mark] = [Words(0, y + 4, short(one.name))]
    if one.marks:
        low, high = _of_mark(min(one.marks)), _of_mark(max(one.marks))
        marks.append(Stroke(((low, y), (high, y)), "range"))
        wide = one.spread >= WIDE
        words = f"{one.spread} apart" if one.spread else "the same"
        marks.append(Words(WIDTH - 4, y + 4, words, "end", "strong" if wide else "quiet"))
    for mark, count in sorted(Counter(one.marks).items()):
        marks.append(Sign(_of_mark(mark), y, "circle", "sign-1"))
        if count > 1:
            marks.append(Words(_of_mark(mark) - 10, y + 4, f"{count}×", "end", "quiet"))
    if one.agreed is not None:
        marks.append(Sign(_of_mark(one.agreed) + 14, y, "diamond", "sign-2"))
    return marks


@dataclass(frozen=True, slots=True)
class ApartOn:
    """How far evaluators were apart on one question, over the bids that two or more marked."""

    name: str
    largest: int
    # In how many bids they were two or more apart, and how many bids two or more marked.
    wide: int
    bids: int


def apart_picture(rows: Sequence[ApartOn]) -> Drawing:
    """Return a bar for each question: the largest difference in any bid."""
    height = PAD * 2 + ROW * len(rows) + 24
    bottom = height - 24
    marks: list[Mark] = []
    for mark in range(TOP_OF_SCALE + 1):
        x = at(LABELS + mark * BAR_ROOM / TOP_OF_SCALE)
        marks.append(Stroke(((x, PAD), (x, bottom)), "grid"))
        marks.append(Words(x, bottom + 16, str(mark), "middle", "quiet"))
    for row, one in enumerate(rows):
        y = PAD + row * ROW
        marks.append(Words(0, y + 15, short(one.name)))
        if one.largest:
            wide = at(one.largest * BAR_ROOM / TOP_OF_SCALE)
            marks.append(Box(LABELS, y + 2, wide, ROW - 8, "bar-3" if one.wide else "bar-4"))
        tone = "strong" if one.wide else "quiet"
        marks.append(Words(WIDTH - 4, y + 15, f"{one.wide} of {one.bids}", "end", tone))
    return Drawing(
        "apart-by-question",
        "How far evaluators were apart, question by question",
        "A bar for each question: the largest difference between the marks of evaluators in any "
        "bid. At the end stands in how many bids they were two or more apart, of those that two "
        "or more people marked.",
        WIDTH,
        height,
        tuple(marks),
        Table(
            "How far evaluators were apart",
            ("Question", "Largest difference", "Bids two or more apart", "Bids marked by several"),
            tuple((one.name, str(one.largest), str(one.wide), str(one.bids)) for one in rows),
        ),
    )
