"""What decided tenders taught about each question: sums over an authority's own; names nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from scoring.rules.totals import half_up

NOT_APPLICABLE = "not-applicable"
# Marks or levels this far apart are worth a word.
FAR = 2
# A figure that rests on fewer bids says more of a bid than of the question.
FEWEST_BIDS = 3


@dataclass(frozen=True, slots=True)
class Lesson:
    """The counts of one question in one tender; models.QuestionLesson says what each means."""

    question_id: str
    title: str
    bids: int
    lowest: int
    highest: int
    clarifications: int
    not_applicable: int | None
    several: int
    apart: int
    far_apart: int
    away: int
    far_away: int


@dataclass(frozen=True, slots=True)
class CellSeen:
    """One question of one bid: what was agreed and suggested, and what evaluators gave alone."""

    agreed: int
    suggested: int
    given: tuple[int, ...]

    @property
    def apart(self) -> int:
        return max(self.given) - min(self.given) if len(self.given) > 1 else 0

    @property
    def away(self) -> int:
        return abs(self.agreed - self.suggested)


def lesson_of(
    question_id: str,
    title: str,
    cells: Sequence[CellSeen],
    *,
    clarifications: int,
    not_applicable: int | None,
) -> Lesson:
    """Return the counts of a question that at least one bid has an agreed mark for."""
    marks = [cell.agreed for cell in cells]
    return Lesson(
        question_id,
        title,
        bids=len(cells),
        lowest=min(marks),
        highest=max(marks),
        clarifications=clarifications,
        not_applicable=not_applicable,
        several=sum(len(cell.given) > 1 for cell in cells),
        apart=sum(cell.apart for cell in cells),
        far_apart=sum(cell.apart >= FAR for cell in cells),
        away=sum(cell.away for cell in cells),
        far_away=sum(cell.away >= FAR for cell in cells),
    )


def says_not_applicable(value: Any) -> bool:
    """Whether an answer, or any field or row of it, is "not applicable"."""
    if isinstance(value, Mapping):
        return any(says_not_applicable(entry) for entry in value.values())
    if isinstance(value, list | tuple):
        return any(says_not_applicable(entry) for entry in value)
    return bool(value == NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Learned:
    """What all decided tenders of an authority taught about one question, and what it rests on.

    ``compared``: tenders with two bids or more, which it could separate; ``separated``: those in
    which agreed marks differed. ``readable``: bids that could be read when they were counted.
    """

    question_id: str
    title: str
    tenders: int
    bids: int
    compared: int
    separated: int
    clarifications: int
    not_applicable: int
    readable: int
    several: int
    apart: int
    far_apart: int
    away: int
    far_away: int

    @property
    def never_separated(self) -> bool:
        return self.compared > 0 and self.separated == 0

    @property
    def mean_apart(self) -> Decimal | None:
        return _mean(self.apart, self.several)

    @property
    def mean_away(self) -> Decimal | None:
        return _mean(self.away, self.bids)

    @property
    def sentences(self) -> list[str]:
        """Return what is worth knowing of the question before it is asked again."""
        said = [self._of_separation()]
        if self.clarifications:
            asked = _count(self.clarifications, "question", "questions")
            said.append(f"Bidders asked {asked} about it while tenders were open.")
        if self.not_applicable:
            said.append(f"{self.not_applicable} of {self.readable} bids called part of it not "
                        "applicable.")  # fmt: skip
        if self.several:
            said.append(
                f"Evaluators were {self.mean_apart} marks apart on average before they met, and "
                f"two or more in {self.far_apart} of {_count(self.several, 'bid', 'bids')}."
            )
        said.append(
            f"The level suggested from answers was {self.mean_away} away from the agreed mark on "
            f"average, and two or more in {self.far_away} of {_count(self.bids, 'bid', 'bids')}."
        )
        return said

    def _of_separation(self) -> str:
        if not self.compared:
            return "No tender had two bids to compare."
        tenders = _count(self.compared, "tender", "tenders")
        if self.never_separated:
            return f"It never separated bids: in {tenders} all agreed marks were equal."
        return f"It separated bids in {self.separated} of {tenders}."


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _mean(total: int, count: int) -> Decimal | None:
    return half_up(Fraction(total, count)) if count else None


def learned(lessons: Iterable[Lesson]) -> list[Learned]:
    """Return the sums by question, in the order of their ids; those on too few bids left out."""
    by_question: dict[str, list[Lesson]] = {}
    for one in lessons:
        by_question.setdefault(one.question_id, []).append(one)
    found = (_sum(several) for several in by_question.values())
    kept = (one for one in found if one.bids >= FEWEST_BIDS)
    return sorted(kept, key=lambda one: one.question_id)


def _sum(lessons: Sequence[Lesson]) -> Learned:
    compared = [one for one in lessons if one.bids > 1]
    readable = [one for one in lessons if one.not_applicable is not None]
    return Learned(
        lessons[-1].question_id,
        lessons[-1].title,
        tenders=len(lessons),
        bids=sum(one.bids for one in lessons),
        compared=len(compared),
        separated=sum(one.lowest < one.highest for one in compared),
        clarifications=sum(one.clarifications for one in lessons),
        not_applicable=sum(one.not_applicable or 0 for one in readable),
        readable=sum(one.bids for one in readable),
        several=sum(one.several for one in lessons),
        apart=sum(one.apart for one in lessons),
        far_apart=sum(one.far_apart for one in lessons),
        away=sum(one.away for one in lessons),
        far_away=sum(one.far_away for one in lessons),
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """A list of questions to look at, the most telling first, each with why it is there."""

    title: str
    advice: str
    rows: tuple[tuple[Learned, str], ...]


def findings(found: Sequence[Learned], most: int = 10) -> list[Finding]:
    """Return what to look at before these questions are asked again; a list may be empty."""
    return [
        Finding(
            "Never separated bidders",
            "Every bid had the same mark. The question may be better as a requirement, or weigh "
            "less.",
            tuple(
                (one, f"{_count(one.compared, 'tender', 'tenders')}, {one.bids} bids")
                for one in _most([o for o in found if o.never_separated], lambda o: o.bids, most)
            ),
        ),
        Finding(
            "Drew most questions from bidders",
            "What is asked again and again may not be clear.",
            tuple(
                (one, _count(one.clarifications, "question", "questions"))
                for one in _most(found, lambda o: o.clarifications, most)
            ),
        ),
        Finding(
            "Most often called not applicable",
            "Part of it may be for another kind of purchase.",
            tuple(
                (one, f"{one.not_applicable} of {one.readable} bids")
                for one in _most(
                    found, lambda o: Fraction(o.not_applicable, max(o.readable, 1)), most
                )
            ),
        ),
        Finding(
            "Evaluators disagreed most",
            "The descriptors may leave too much open.",
            tuple(
                (one, f"{one.mean_apart} marks apart on average, {one.several} bids")
                for one in _most(found, lambda o: Fraction(o.apart, max(o.several, 1)), most)
            ),
        ),
        Finding(
            "Suggested level furthest from the agreed mark",
            "The rules that read the answers may be too strict or too kind.",
            tuple(
                (one, f"{one.mean_away} away on average, {one.bids} bids")
                for one in _most(found, lambda o: Fraction(o.away, max(o.bids, 1)), most)
            ),
        ),
    ]


def _most(found: Sequence[Learned], figure: Any, most: int) -> list[Learned]:
    """Return those with the highest figures above zero, ties by id."""
    telling = [one for one in found if figure(one) > 0]
    return sorted(telling, key=lambda one: (-figure(one), one.question_id))[:most]
