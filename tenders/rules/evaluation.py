"""Who marks, and how bidders are asked about their bids, as published with a tender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foundation.errors import DomainError

MOST_EVALUATORS = 5
HUNDRED = 100
# Ours; an authority may publish another one.
CLARIFICATIONS = (
    "After the bids are opened the council may ask a bidder in writing what its bid means, or "
    "about an obvious error. It asks every bidder alike where the same is unclear. An answer "
    "explains what the bid says, or corrects an obvious error whose right form is plain from the "
    "bid itself; it cannot add to the bid, change it or improve it. The bid stays as it was handed "
    "in, and the answer stands beside it. A named officer decides, with a reason that is kept, "
    "whether the answer may count for the marks."
)


class EvaluationUnclear(DomainError):
    """What was decided about evaluators does not go together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRules:
    """At least ``evaluators`` mark each question whose share of quality is ``from_percent`` or
    more, 0 to 100; the others one at least. ``clarifications``: the rule for asking bidders."""

    evaluators: int = 2
    from_percent: Decimal = Decimal(5)
    clarifications: str = CLARIFICATIONS

    def needed_for(self, share: Decimal) -> int:
        """Return how many evaluators a question needs; ``share``: its percent of quality, exact."""
        return self.evaluators if share >= self.from_percent else 1


# Of a tender that was published before there were such rules.
NOTHING_PUBLISHED = EvaluationRules(evaluators=1, clarifications="")


def must_go_together(rules: EvaluationRules) -> None:
    """Raise EvaluationUnclear, naming the field, for what nobody could keep to."""
    if not 1 <= rules.evaluators <= MOST_EVALUATORS:
        raise EvaluationUnclear(
            f"Enter a number of evaluators from 1 to {MOST_EVALUATORS}", field="evaluators"
        )
    if not 0 <= rules.from_percent <= HUNDRED:
        raise EvaluationUnclear("Enter a percentage from 0 to 100", field="from_percent")
    if not rules.clarifications.strip():
        raise EvaluationUnclear(
            "Enter the rule for asking bidders about their bids", field="clarifications"
        )


def written(rules: EvaluationRules) -> dict[str, Any]:
    """Return the rules as plain values."""
    return {
        "evaluators": rules.evaluators,
        "from_percent": format(rules.from_percent, "f"),
        "clarifications": rules.clarifications.strip(),
    }


def read_rules(value: Mapping[str, Any]) -> EvaluationRules:
    """Return what ``written`` made plain; the default for nothing at all."""
    if not value:
        return EvaluationRules()
    return EvaluationRules(
        evaluators=int(value["evaluators"]),
        from_percent=Decimal(value["from_percent"]),
        clarifications=str(value["clarifications"]),
    )


def evaluators_in_words(rules: EvaluationRules) -> str:
    """Return how many people mark, as published."""
    if rules.evaluators == 1:
        return "At least one person marks each answer, with reasons, before a mark is agreed."
    share = f"{rules.from_percent.normalize():f}"
    which = (
        "each answer"
        if rules.from_percent == 0
        else f"each answer to a question that counts for {share}% of quality or more"
    )
    return (
        f"At least {rules.evaluators} people mark {which}, each alone and with reasons, before a "
        "panel agrees one mark. Marks are never averaged."
    )


def in_words(rules: EvaluationRules) -> list[tuple[str, str]]:
    """Return label and words of each rule, as published."""
    return [
        ("Evaluators", evaluators_in_words(rules)),
        ("Questions to bidders about their bids", rules.clarifications),
    ]
