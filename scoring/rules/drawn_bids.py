"""Pictures of bids: scores by section, marks by question, and how safe the first place is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rules.drawing import (
    WIDTH,
    Box,
    Boxes,
    Drawing,
    Letters,
    Mark,
    Stroke,
    Table,
    Words,
    at,
    short,
)
from scoring.rules.sensitivity import Crossing, Safety, Swing
from scoring.rules.totals import half_up
from tenders.rules.questionnaire import Questionnaire

HUNDRED = 100
LABELS, ROW, PAD = 190.0, 26.0, 12.0
BAR_ROOM = 470.0
TONES = 4
NARROW = 20.0


@dataclass(frozen=True, slots=True)
class ScoredBid:
    """A bid with the exact score of each section that counts, 0 to 100, by its id."""

    name: str
    sections: Mapping[str, Fraction]
    total: Decimal | None


def score_bars(asked: Questionnaire, bids: Sequence[ScoredBid]) -> Drawing:
    """Return a bar for each bid: what each section adds to its quality, in points of 100."""
    counting = [
        one
        for one in asked.sections
        if one.weight > 0 and any(question.is_scored for question in one.questions)
    ]
    width_of = {one.id: Fraction(one.weight) / HUNDRED for one in counting}
    height = PAD * 2 + ROW * len(bids) + 24
    marks: list[Mark] = [*_scale(height - 24)]
    for row, bid in enumerate(bids):
        y = PAD + row * ROW
        marks.append(Words(0, y + 15, short(bid.name), tone="plain"))
        marks.append(Box(LABELS, y + 2, BAR_ROOM, ROW - 8, "ground"))
        x = LABELS
        for number, section in enumerate(counting):
            points = bid.sections.get(section.id, Fraction(0)) * width_of[section.id]
            wide = float(points) * BAR_ROOM / HUNDRED
            if wide <= 0:
                continue
            marks.append(Box(at(x), y + 2, at(wide), ROW - 8, f"bar-{number % TONES + 1}"))
            if wide >= NARROW:
                marks.append(Words(at(x + wide / 2), y + 15, str(number + 1), "middle"))
            x += wide
        shown = "–" if bid.total is None else str(bid.total)
        marks.append(Words(WIDTH - 4, y + 15, shown, "end", "strong"))
    return Drawing(
        "scores-by-section",
        "Scores by section",
        "A bar for each bid. Its numbered pieces are what each section adds to the score for "
        "quality, which stands at the end; a full bar is 100. A piece too narrow for its number "
        "comes in the same order.",
        WIDTH,
        height,
        tuple(marks),
        Table(
            "Score of each section, 0 to 100, and quality",
            ("Bid", *(f"{one.title} ({one.weight:f}%)" for one in counting), "Quality of 100"),
            tuple(
                (
                    bid.name,
                    *(
                        str(half_up(bid.sections[one.id])) if one.id in bid.sections else "–"
                        for one in counting
                    ),
                    "–" if bid.total is None else str(bid.total),
                )
                for bid in bids
            ),
        ),
        tuple((str(number), one.title) for number, one in enumerate(counting, start=1)),
    )


def _scale(bottom: float) -> Sequence[Mark]:
    """Return the lines of a scale of 0 to 100 under bars."""
    marks: list[Mark] = []
    for tick in range(0, HUNDRED + 1, 20):
        x = at(LABELS + tick * BAR_ROOM / HUNDRED)
        marks.append(Stroke(((x, PAD), (x, bottom)), "grid"))
        marks.append(Words(x, bottom + 16, str(tick), "middle", "quiet"))
    return marks


def heat_map(
    questions: Sequence[tuple[str, str]], bids: Sequence[tuple[str, Mapping[str, int]]]
) -> Drawing:
    """Return the agreed marks as a grid: a row for each question (id, title), a column for each
    bid (name, marks by question), numbered in the order given."""
    cell = at(min(36.0, (WIDTH - LABELS) / max(len(bids), 1)))
    xs = tuple(at(LABELS + cell * number + cell / 2) for number in range(len(bids)))
    marks: list[Mark] = [
        Words(x, 14, str(number), "middle", "strong") for number, x in enumerate(xs, start=1)
    ]
    corners: dict[str, list[tuple[float, float]]] = {}
    for row, (question_id, _) in enumerate(questions):
        y = 22 + row * ROW
        given = [numbers.get(question_id) for _, numbers in bids]
        for column, mark in enumerate(given):
            tone = "mark-none" if mark is None else f"mark-{mark}"
            corners.setdefault(tone, []).append((at(LABELS + cell * column), y))
    marks.extend(Boxes(tuple(places), cell, ROW, tone) for tone, places in sorted(corners.items()))
    for row, (question_id, title) in enumerate(questions):
        y = 22 + row * ROW + 17
        marks.append(Words(0, y, short(f"{question_id} {title}")))
        text = "".join(shown_mark(numbers.get(question_id)) for _, numbers in bids)
        marks.append(Letters(xs, y, text))
    return Drawing(
        "marks-by-question",
        "Agreed marks, question by question",
        "A row for each question and a column for each bid, numbered as below. Each cell has the "
        "agreed mark, 0 to 5; the darker, the higher. A dash stands where none is agreed.",
        WIDTH,
        22 + ROW * len(questions) + PAD,
        tuple(marks),
        Table(
            "Agreed marks",
            ("Question", *(name for name, _ in bids)),
            tuple(
                (
                    f"{question_id} {title}",
                    *(shown_mark(numbers.get(question_id)) for _, numbers in bids),
                )
                for question_id, title in questions
            ),
        ),
        tuple((str(number), name) for number, (name, _) in enumerate(bids, start=1)),
    )


def shown_mark(mark: int | None) -> str:
    return "–" if mark is None else str(mark)


def safety_picture(safe: Safety | None, names: Mapping[str, str]) -> Drawing | None:
    """Return how safe the first place is as a picture; None where no weight can be moved."""
    return sensitivity_bars(safe.swings, names) if safe is not None and safe.swings else None


def sensitivity_bars(swings: Sequence[Swing], names: Mapping[str, str]) -> Drawing:
    """Return for each weight how far it may move before the first place changes hands.

    ``names``: of the bids by key.
    """
    height = PAD * 2 + ROW * len(swings) + 24
    marks: list[Mark] = [*_scale(height - 24)]
    for row, swing in enumerate(swings):
        y = PAD + row * ROW
        low = swing.below.at if swing.below else Fraction(0)
        high = swing.above.at if swing.above else Fraction(HUNDRED)
        marks.append(Words(0, y + 15, short(swing.weight.title)))
        marks.append(Box(LABELS, y + 2, BAR_ROOM, ROW - 8, "ground"))
        marks.append(
            Box(_of_percent(low), y + 2, at(float(high - low) * BAR_ROOM / HUNDRED), ROW - 8,
                "safe")
        )  # fmt: skip
        now = _of_percent(swing.weight.now)
        marks.append(Stroke(((now, y - 1), (now, y + ROW - 4)), "now"))
        nearest = swing.nearest
        words = "safe" if nearest is None else f"{half_up(nearest)}"
        marks.append(Words(WIDTH - 4, y + 15, words, "end", "strong"))
    return Drawing(
        "how-far-weights",
        "How far each weight may move",
        "A row for each weight, 0 to 100 percent. The thick stroke is the weight as published; "
        "inside the filled piece the first place stays. At the end stands how many percentage "
        "points away the nearest change is, or that there is none.",
        WIDTH,
        height,
        tuple(marks),
        Table(
            "How far each weight may move before the first place changes",
            ("Weight", "As published", "Down to", "Up to"),
            tuple(
                (
                    swing.weight.title,
                    f"{half_up(swing.weight.now)}%",
                    _crossing(swing.below, names),
                    _crossing(swing.above, names),
                )
                for swing in swings
            ),
        ),
    )


def _of_percent(value: Fraction) -> float:
    return at(LABELS + float(value) * BAR_ROOM / HUNDRED)


def _crossing(crossing: Crossing | None, names: Mapping[str, str]) -> str:
    if crossing is None:
        return "no change"
    who = names.get(crossing.by, "") or "the least quality"
    return f"{half_up(crossing.at)}%: {who}"
