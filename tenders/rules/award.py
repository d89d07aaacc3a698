"""How the best bid is found: the price formula, ties and rounding, as published with a tender.

The figures are published; working them out is another matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from foundation.errors import DomainError
from tenders.rules.findings import Finding, Place, Urgency

HUNDRED = 100
SOURCE = "Procurement Act 2023, section 23: the method of assessment is stated"


class Formula(StrEnum):
    """How price is made into points; the numbers are those of the guidance for evaluators."""

    LOWEST = "F1"
    PER_POINT = "F5"
    BENCHMARK = "F6"
    FIXED = "F7"
    ELSEWHERE = "elsewhere"


class TieBreak(StrEnum):
    QUALITY = "quality"
    QUESTION = "question"
    PRICE = "price"
    LOTS = "lots"


class Ranking(StrEnum):
    ROUNDED = "rounded"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """``published`` is frozen with the tender; ``flaws`` help the officer to choose."""

    label: str
    published: str
    flaws: str


FORMULAS: Mapping[Formula, FormulaWords] = MappingProxyType(
    {
        Formula.ELSEWHERE: FormulaWords(
            "Price is evaluated outside this service",
            "Price is evaluated outside this service, as the council’s tender documents say.",
            "The documents must state the method: what is not published cannot be applied.",
        ),
        Formula.BENCHMARK: FormulaWords(
            "Between a published ceiling and floor (F6)",
            "Points for price = (ceiling − price) ÷ (ceiling − floor) × 100, at least 0 and at "
            "most 100. The ceiling is {ceiling} and the floor {floor}.",
            "No other bid moves a bidder’s points, and everybody can work out his own. What "
            "ceiling and floor are chosen decides how much price counts.",
        ),
        Formula.LOWEST: FormulaWords(
            "Lowest price divided by the price (F1)",
            "Points for price = lowest price ÷ price × 100, of the bids that are not disregarded. "
            "A price of zero cannot be assessed.",
            "One very low bid presses all the others together, and who comes first of two bids may "
            "turn on a third. It says nothing at a price of zero.",
        ),
        Formula.PER_POINT: FormulaWords(
            "Price for each point of quality (F5)",
            "Bids are ranked by price ÷ quality points, the lowest first. A bid with fewer than "
            "{quality_floor} points for quality is not ranked. The weights of quality and price "
            "are not used.",
            "Without a floor it favours what is cheap and poor. It makes no use of the weights.",
        ),
        Formula.FIXED: FormulaWords(
            "Fixed price, quality only (F7)",
            "The price is fixed at {fixed_price}. Quality alone decides.",
            "It needs a good estimate of what the contract costs.",
        ),
    }
)
TIE_WORDS: Mapping[TieBreak, str] = MappingProxyType(
    {
        TieBreak.QUALITY: "the higher score for quality",
        TieBreak.QUESTION: "the higher score for question {question}",
        TieBreak.PRICE: "the lower price",
        TieBreak.LOTS: "lots, drawn before a witness from outside the panel",
    }
)
RANKING_WORDS: Mapping[Ranking, str] = MappingProxyType(
    {
        Ranking.ROUNDED: "Totals are worked out exactly and rounded once, half up, to 2 places. "
        "Bids are ranked by the rounded totals.",
        Ranking.EXACT: "Totals are worked out exactly, and bids are ranked by the exact totals. "
        "What is shown is rounded once, half up, to 2 places.",
    }
)
LOW_PRICE = (
    "If a price seems abnormally low{indicator}, the council tells the bidder and gives it a "
    "reasonable chance to show that it can perform the contract for that price. A bid is "
    "disregarded for this only if that is not shown, and an officer decides, with a reason."
)
INDICATOR = ", as when it is more than {percent}% below the mean of all prices or the estimate"


class AwardUnclear(DomainError):
    """What was decided about price and ties does not go together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What is decided; money and points as Decimal, None where the formula needs none."""

    formula: Formula = Formula.ELSEWHERE
    ceiling: Decimal | None = None
    floor: Decimal | None = None
    quality_floor: Decimal | None = None
    fixed_price: Decimal | None = None
    ties: tuple[TieBreak, ...] = ()
    tie_question: str = ""
    ranking: Ranking = Ranking.ROUNDED
    low_percent: int | None = None


FIGURES = ("ceiling", "floor", "quality_floor", "fixed_price")
NEEDED: Mapping[Formula, tuple[str, ...]] = MappingProxyType(
    {
        Formula.BENCHMARK: ("ceiling", "floor"),
        Formula.PER_POINT: ("quality_floor",),
        Formula.FIXED: ("fixed_price",),
    }
)
ENTER = MappingProxyType(
    {
        "ceiling": "Enter the ceiling",
        "floor": "Enter the floor",
        "quality_floor": "Enter the least points for quality",
        "fixed_price": "Enter the fixed price",
    }
)


def must_go_together(award: Award) -> None:
    """Raise AwardUnclear, naming the field, where the figures or the ties do not fit."""
    for name in NEEDED.get(award.formula, ()):
        if getattr(award, name) is None:
            raise AwardUnclear(ENTER[name], field=name)
    if award.ceiling is not None and award.floor is not None and award.ceiling <= award.floor:
        raise AwardUnclear("Enter a ceiling above the floor", field="ceiling")
    if len(set(award.ties)) < len(award.ties):
        raise AwardUnclear("Select each way to break a tie once", field="tie_2")
    if TieBreak.LOTS in award.ties[:-1]:
        raise AwardUnclear("Put lots last: they leave no tie", field="tie_1")
    if (TieBreak.QUESTION in award.ties) != bool(award.tie_question):
        raise AwardUnclear(
            "Select the question that breaks a tie, and only if a question does",
            field="tie_question",
        )


def written(award: Award) -> dict[str, Any]:
    """Return the decision as plain values, those the formula does not use left out."""
    used = NEEDED.get(award.formula, ())
    return {
        "formula": str(award.formula),
        **{name: format(getattr(award, name), "f") for name in used},
        "ties": [str(tie) for tie in award.ties],
        **({"tie_question": award.tie_question} if award.tie_question else {}),
        "ranking": str(award.ranking),
        **({} if award.low_percent is None else {"low_percent": award.low_percent}),
    }


def read_award(value: Mapping[str, Any]) -> Award:
    """Return what ``written`` made plain; the default for nothing at all."""
    if not value:
        return Award()
    figures = {name: Decimal(value[name]) for name in FIGURES if name in value}
    return Award(
        formula=Formula(value["formula"]),
        ties=tuple(TieBreak(tie) for tie in value["ties"]),
        tie_question=value.get("tie_question", ""),
        ranking=Ranking(value["ranking"]),
        low_percent=value.get("low_percent"),
        **figures,
    )


def in_words(award: Award, quality_weight: int) -> list[tuple[str, str]]:
    """Return label and words of each rule, as published."""
    if award.low_percent is None:
        low = LOW_PRICE.format(indicator="")
    else:
        low = LOW_PRICE.format(indicator=INDICATOR.format(percent=award.low_percent))
    return [
        ("Price", price_in_words(award, quality_weight)),
        ("Rounding and ranking", RANKING_WORDS[award.ranking]),
        ("Ties", ties_in_words(award)),
        ("Abnormally low bids", low),
    ]


def price_in_words(award: Award, quality_weight: int) -> str:
    if quality_weight == HUNDRED and award.formula is not Formula.FIXED:
        return "Price does not count: quality alone decides."
    figures = {
        name: f"{amount:,f}" if name == "quality_floor" else f"£{amount:,f}"
        for name in NEEDED.get(award.formula, ())
        if (amount := getattr(award, name)) is not None
    }
    return FORMULAS[award.formula].published.format(**figures)


def ties_in_words(award: Award) -> str:
    if not award.ties:
        return "Bids with equal totals share a rank. How a tie for the first place ends is not set."
    steps = [TIE_WORDS[tie].format(question=award.tie_question) for tie in award.ties]
    then = ", then ".join(steps)
    return f"Bids with equal totals share a rank. A tie for the first place is broken by {then}."


def problems(award: Award, quality_weight: int, questions: Mapping[str, bool]) -> Iterator[Finding]:
    """Yield what stops publication: what is decided here against the rest of the draft.

    ``questions``: whether each question that is asked is marked, by its id.
    """
    if award.formula is Formula.FIXED and quality_weight != HUNDRED:
        yield _finding(
            f"Price counts for {HUNDRED - quality_weight}%, but it is fixed",
            "Give quality 100%, or choose another formula.",
        )
    if award.tie_question and not questions.get(award.tie_question):
        yield _finding(
            f"A tie is to be broken by question {award.tie_question}, which earns no marks here",
            "Choose another question, or another way to break a tie.",
        )


def advice(award: Award, quality_weight: int) -> Iterator[Finding]:
    """Yield what is worth a thought before publication."""
    if not award.ties:
        yield _finding(
            "How a tie for the first place ends is not set",
            "Say it before anybody knows who would gain by it.",
            Urgency.SHOULD,
        )
    if award.formula is Formula.ELSEWHERE and quality_weight < HUNDRED:
        yield _finding(
            "The price formula is not published here",
            "Choose one, or make sure that the tender documents state it.",
            Urgency.SHOULD,
        )


def _finding(message: str, remedy: str, urgency: Urgency = Urgency.MUST) -> Finding:
    return Finding(message, Place.AWARD, urgency=urgency, remedy=remedy, source=SOURCE)
