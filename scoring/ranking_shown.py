"""Why a bid has its figures and its rank: the chain behind each number, in words and sums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scoring.queries.ranked import TenderRanking
from scoring.rules.prices import money, points_in_words
from scoring.rules.ranking import Placed, label_of_total, why_by_quality
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.safety_words import digits
from scoring.rules.ties import in_words
from scoring.rules.totals import HUNDRED, half_up, scores
from tenders.rules.award import Ranking
from tenders.rules.questionnaire import AskedQuestion, Section


@dataclass(frozen=True)
class QuestionSum:
    """One question: its weight in the section, the mark, and the points of the section."""

    id: str
    title: str
    weight: str
    mark: int | None
    points: str


@dataclass(frozen=True)
class SectionSum:
    """One section: its questions, its score of 100, its weight, and what it adds to quality."""

    title: str
    questions: tuple[QuestionSum, ...]
    score: str
    weight: str
    adds: str


@dataclass(frozen=True)
class Chain:
    """Everything behind the figures of one bid."""

    placed: Placed
    sections: tuple[SectionSum, ...]
    quality: str
    price: tuple[str, ...]
    total: tuple[str, ...]
    rank: tuple[str, ...]


def chain_of(found: TenderRanking, placed: Placed, marks: Mapping[str, int]) -> Chain:
    """Return the chain of one bid; ``marks``: its agreed marks by question."""
    quality = placed.bid.quality
    return Chain(
        placed=placed,
        sections=tuple(_section(one, marks) for one in found.questionnaire.sections if scores(one)),
        quality="" if quality is None else f"{half_up(quality)} (exactly {digits(quality)})",
        price=tuple(_price(found, placed)),
        total=tuple(_total(found, placed)),
        rank=tuple(_rank(found, placed)),
    )


def _section(section: Section, marks: Mapping[str, int]) -> SectionSum:
    scored = [asked for asked in section.questions if asked.is_scored]
    sums = [_question(asked, marks.get(asked.id)) for asked in scored]
    weight = Fraction(section.weight)
    if any(asked.id not in marks for asked in scored):
        return SectionSum(section.title, tuple(sums), "", digits(weight), "")
    score = sum(
        (Fraction(asked.weight) * marks[asked.id] / TOP_OF_SCALE for asked in scored), Fraction(0)
    )
    return SectionSum(
        section.title, tuple(sums), digits(score), digits(weight), digits(score * weight / HUNDRED)
    )


def _question(asked: AskedQuestion, mark: int | None) -> QuestionSum:
    weight = Fraction(asked.weight)
    points = "" if mark is None else digits(weight * mark / TOP_OF_SCALE)
    return QuestionSum(asked.id, asked.question.title, digits(weight), mark, points)


def _price(found: TenderRanking, placed: Placed) -> list[str]:
    method, price = found.method, placed.bid.price
    if not method.uses_price:
        return [why_by_quality(method)]
    if price is None:
        return ["No price of this bid is known."]
    if method.is_per_point:
        return [f"The price is {money(price)}. It earns no points: it is divided by the quality."]
    return [
        f"The price is {money(price)}.",
        f"Points for price: {points_in_words(method.award, price, found.lowest)}",
    ]


def _total(found: TenderRanking, placed: Placed) -> list[str]:
    method, quality, total = found.method, placed.bid.quality, placed.total
    if total is None or quality is None:
        return ["There is no total."]
    if method.is_per_point and placed.bid.price is not None:
        said = [
            f"{money(placed.bid.price)} ÷ {digits(quality)} points for quality = "
            f"£{half_up(total)} for each point (exactly {digits(total)})."
        ]
    elif placed.points is not None:
        rest = HUNDRED - method.quality_weight
        said = [
            f"{digits(quality)} × {method.quality_weight}% + {digits(placed.points)} × {rest}% = "
            f"{half_up(total)} (exactly {digits(total)})."
        ]
    else:
        said = [f"The total is the score for quality, {half_up(total)}."]
    rounded = method.award.ranking is Ranking.ROUNDED
    how = (
        "rounded once, half up, to 2 places" if rounded else "exact; only what is shown is rounded"
    )
    return [*said, f"Totals are compared {how}."]


def _rank(found: TenderRanking, placed: Placed) -> list[str]:
    if not placed.rank:
        return [f"Not ranked: {placed.why_not}."]
    place = int(placed.rank.rstrip("="))
    ahead = "No bid is" if place == 1 else "1 bid is" if place == 2 else f"{place - 1} bids are"
    said = [f"Rank {placed.rank}: {ahead} better by “{label_of_total(found.method)}”."]
    if placed.rank.endswith("="):
        same = [one.bid.name for one in found.ranked if one.rank == placed.rank and one != placed]
        said.append(f"Equal with {', '.join(same[:10])}{' and others' if same[10:] else ''}.")
    if found.tie is not None and placed.key in found.tie.tied:
        said += in_words(found.tie, found.names)
    return said
