"""A second reckoning of a ranking from the record, with code of its own.

It reads the rows themselves and the text of the questionnaire as frozen, replays the rows in the
order they were written, and works everything out again with fractions. It shares no rule with what
ranks the bids: a fault in one does not hide in the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scoring.verifying_rows import BidRecord, Record


@dataclass(frozen=True, slots=True)
class Line:
    """One bid in a ranking: its token, its rank, and its exact figures; empty and None: none."""

    bid: str
    rank: str
    quality: Fraction | None
    points: Fraction | None
    total: Fraction | None

    def says(self) -> str:
        figures = ", ".join(
            f"{name} {'none' if value is None else value}"
            for name, value in (
                ("quality", self.quality),
                ("price points", self.points),
                ("total", self.total),
            )
        )
        return f"rank {self.rank or 'none'}, {figures}"


def reckoned(record: Record) -> list[Line]:
    """Return the ranking as it follows from the record, best first."""
    sums = {bid.token: _Sum(record, bid) for bid in record.bids}
    lowest = min(
        (bid.price for bid in record.bids if bid.price and not sums[bid.token].is_out),
        default=None,
    )
    for one in sums.values():
        one.finish(lowest)
    ranked = [one for one in sums.values() if one.total is not None]
    best = min((one.place for one in ranked), default=Fraction(0))
    first = _first(record, [one for one in ranked if one.place == best])
    order = sorted((one.place, one.bid.token != first, one.bid.token, one) for one in ranked)
    places = [entry[:2] for entry in order]
    begins: dict[tuple[Fraction, bool], int] = {}
    for number, place in enumerate(places, start=1):
        begins.setdefault(place, number)
    shared = Counter(places)
    return [
        *(
            Line(
                one.bid.token,
                f"{begins[place]}{'=' if shared[place] > 1 else ''}",
                one.quality,
                one.points,
                one.total,
            )
            for place, (*_, one) in zip(places, order, strict=True)
        ),
        *(
            Line(one.bid.token, "", one.quality, None, None)
            for one in sums.values()
            if one.total is None
        ),
    ]


class _Sum:
    """The figures of one bid, worked out step by step."""

    def __init__(self, record: Record, bid: BidRecord) -> None:
        self.record, self.bid = record, bid
        self.points: Fraction | None = None
        self.total: Fraction | None = None
        self.quality = _quality(record.sections, bid.marks)
        decided = {
            name: passed
            for name, (passed, at) in bid.decisions.items()
            if not (self._is_low(name) and at < bid.signed[name])
        }
        self.is_out = bid.is_disregarded or not all(decided.values())
        proposed = set(bid.found) | {name for name in bid.marks if self._is_low(name)}
        self.waits = bool(proposed - decided.keys())

    def _is_low(self, question: str) -> bool:
        least = self.record.least_marks.get(question)
        return least is not None and self.bid.marks.get(question, 5) < least

    def finish(self, lowest: Fraction | None) -> None:
        """Work out points and total, unless something keeps the bid from a rank."""
        if self.quality is None or self.is_out or self.waits:
            return
        award, price = self.record.award, self.bid.price
        formula, weight = award.get("formula", "elsewhere"), Fraction(self.record.weight, 100)
        if formula not in ("F1", "F5", "F6") or weight == 1 or not self.record.prices_open:
            self.total = self.quality
        elif price is None:
            return
        elif formula == "F5":
            least = Fraction(award["quality_floor"])
            if self.quality > 0 and self.record.compared(self.quality) >= least:
                self.total = price / self.quality
        else:
            self.points = _points(award, formula, price, lowest)
            if self.points is not None:
                self.total = self.quality * weight + self.points * (1 - weight)

    @property
    def place(self) -> Fraction:
        """Return what is sorted by, the smallest first."""
        total = self.record.compared(self.total or Fraction(0))
        return total if self.record.lowest_first else -total


def _quality(sections: Iterable[Any], marks: Mapping[str, int]) -> Fraction | None:
    points, counts = Fraction(0), False
    for section, questions in sections:
        for question, weight in questions:
            if section and weight:
                counts = True
                if question not in marks:
                    return None
                points += section * weight * marks[question]
    return points / (100 * 5) if counts else None


def _points(
    award: Mapping[str, str], formula: str, price: Fraction, lowest: Fraction | None
) -> Fraction | None:
    if formula == "F1":
        return lowest * 100 / price if price and lowest is not None else None
    ceiling, floor = Fraction(award["ceiling"]), Fraction(award["floor"])
    if price >= ceiling:
        return Fraction(0)
    if price <= floor:
        return Fraction(100)
    return 100 * (ceiling - price) / (ceiling - floor)


def _first(record: Record, tied: list[_Sum]) -> str:
    """Return whom the published steps leave of those who share the first place, or ""."""
    if len(tied) < 2 or not record.is_final:
        return ""
    left = tied
    for step in record.award.get("ties", ()):
        if step == "lots":
            names = {one.bid.token for one in left}
            drawn = [draw for draw in record.draws if set(draw) == names]
            if len(left) > 1 and drawn:
                left = [one for one in left if one.bid.token == drawn[-1][0]]
            continue
        figures = [_told_apart_by(record, step, one) for one in left]
        known = [figure for figure in figures if figure is not None]
        if len(known) == len(left):
            left = [one for one, figure in zip(left, figures, strict=True) if figure == max(known)]
    return left[0].bid.token if len(left) == 1 else ""


def _told_apart_by(record: Record, step: str, one: _Sum) -> Fraction | None:
    if step == "quality":
        return record.compared(one.quality or Fraction(0))
    if step == "question":
        mark = one.bid.marks.get(record.award.get("tie_question", ""))
        return None if mark is None else Fraction(mark)
    return None if one.bid.price is None or not record.prices_open else -one.bid.price


def differences(own: Iterable[Line], engine: Iterable[Line]) -> list[str]:
    """Return, bid by bid, where the two reckonings are not the same to the last digit."""
    mine, theirs = {one.bid: one for one in own}, {one.bid: one for one in engine}
    said = []
    for token in sorted(mine.keys() | theirs.keys()):
        here, there = mine.get(token), theirs.get(token)
        if here is None or there is None:
            where = "the ranking" if there is None else "the record"
            said.append(f"Bid {token} is not in {where}")
        elif here != there:
            said.append(f"Bid {token}: the record gives {here.says()}; the ranking {there.says()}")
    return said
