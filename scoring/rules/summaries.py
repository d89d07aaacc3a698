"""The assessment summary of a bid: its marks, what each means, and why, as the bidder is told.

Regulation 31 of the Procurement Regulations 2024 wants, for each criterion and sub-criterion (a
section and a question), the score and an explanation by reference to the tender, the totals, and
for the others also the successful bid's scores and explanations. What colleagues wrote for
themselves is never part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from foundation.canonical import canonical_json, sha256_hex
from foundation.errors import DomainError
from scoring.rules.results import TOP_OF_SCALE, QualityScore, QuestionScore
from scoring.rules.totals import HUNDREDTH
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

FORMAT = "supplier-assurance-assessment-summary/1"
LONGEST_WHY = 4000


class NotDecided(DomainError):
    """The outcome of a bid is not said, or does not go together with what was decided before."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The mark for one question and the words for the bidder about it."""

    mark: int
    feedback: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A requirement the bid failed, with the officer's reason."""

    reason: str


@dataclass(frozen=True)
class Assessed:
    """One bid as it was assessed: nothing here is for colleagues only."""

    key: str
    name: str
    legal_name: str
    company_number: str
    quality: QualityScore
    marks: Mapping[str, Explained]
    failed: Mapping[str, Failed] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What is decided about one bid. ``why`` is told to a bidder that was not successful.

    ``withheld``: questions whose explanation the other bidders do not get, as sensitive.
    """

    successful: bool
    why: str = ""
    withheld: frozenset[str] = frozenset()


def checked_outcomes(assessed: Iterable[Assessed], outcomes: Mapping[str, Outcome]) -> None:
    """Raise NotDecided unless each bid has an outcome that goes with what was decided before."""
    for bid in assessed:
        outcome = outcomes.get(bid.key)
        if outcome is None:
            raise NotDecided(f"Select the result of {bid.name}", field=f"result-{bid.key}")
        if outcome.successful and bid.failed:
            raise NotDecided(
                f"You cannot select {bid.name} as successful because it failed "
                f"{' and '.join(sorted(bid.failed))}",
                field=f"result-{bid.key}",
            )
        if not outcome.successful and not outcome.why.strip():
            raise NotDecided(f"Enter why {bid.name} was not successful", field=f"why-{bid.key}")
        if len(outcome.why) > LONGEST_WHY:
            raise NotDecided(f"Enter {LONGEST_WHY:,} characters or fewer", field=f"why-{bid.key}")


def summaries(
    about: Mapping[str, Any],
    questionnaire: Questionnaire,
    assessed: Iterable[Assessed],
    outcomes: Mapping[str, Outcome],
    *,
    withheld_because: str,
) -> dict[str, dict[str, Any]]:
    """Return the summary of each bid, by its key, as plain values that canonical JSON can hold.

    ``about`` says which tender it is. The successful bids' scores are in those of the others.
    """
    bids = list(assessed)
    winners = [
        {
            "name": bid.name,
            "legal_name": bid.legal_name,
            "company_number": bid.company_number,
            **_scores(questionnaire, bid, outcomes[bid.key].withheld, withheld_because),
        }
        for bid in bids
        if outcomes[bid.key].successful
    ]
    return {
        bid.key: _summary(about, questionnaire, bid, outcomes[bid.key], winners) for bid in bids
    }


def fingerprint_of(made: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what tells one set of summaries from another: what was previewed is released."""
    return sha256_hex(canonical_json(dict(made)))


def _summary(
    about: Mapping[str, Any],
    questionnaire: Questionnaire,
    bid: Assessed,
    outcome: Outcome,
    winners: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "tender": dict(about),
        "scale": [
            {"mark": mark, "label": str(entry["label"])}
            for mark, entry in sorted(questionnaire.bank.scale.items(), reverse=True)
        ],
        "top_of_scale": TOP_OF_SCALE,
        "supplier": {
            "name": bid.name,
            "legal_name": bid.legal_name,
            "company_number": bid.company_number,
        },
        "successful": outcome.successful,
        "why": "" if outcome.successful else outcome.why.strip(),
        **_scores(questionnaire, bid),
        "failed": [
            {"question": question_id, "reason": failed.reason}
            for question_id, failed in sorted(bid.failed.items())
        ],
        "successful_bids": [] if outcome.successful else winners,
    }


def _scores(
    questionnaire: Questionnaire,
    bid: Assessed,
    withheld: frozenset[str] = frozenset(),
    withheld_because: str = "",
) -> dict[str, Any]:
    """Return total, sections and questions; explanations in ``withheld`` are left out."""
    sections = []
    for section, score in zip(questionnaire.sections, bid.quality.sections, strict=True):
        by_id = {entry.question_id: entry for entry in score.questions}
        sections.append(
            {
                "title": section.title,
                "weight": _number(section.weight),
                "score": _number(score.score),
                "questions": [
                    _question(asked, by_id[asked.id], bid, withheld, withheld_because)
                    for asked in section.questions
                    if asked.is_marked
                ],
            }
        )
    return {"quality": _number(bid.quality.total), "sections": sections}


def _question(
    asked: AskedQuestion,
    score: QuestionScore,
    bid: Assessed,
    withheld: frozenset[str],
    because: str,
) -> dict[str, Any]:
    given = bid.marks.get(asked.id)
    is_withheld = asked.id in withheld
    return {
        "id": asked.id,
        "title": asked.question.title,
        "assessed": asked.in_words,
        "share": _number(score.share),
        "points": _number(score.score),
        "mark": None if given is None else given.mark,
        "means": "" if given is None else asked.question.levels[given.mark],
        "feedback": "" if given is None or is_withheld else given.feedback,
        "withheld": because.strip() if is_withheld else "",
    }


def _number(value: Decimal | None) -> str | None:
    """Return a number as it is written: two places at most, none that say nothing."""
    if value is None:
        return None
    return f"{value.quantize(HUNDREDTH, ROUND_HALF_UP).normalize():f}"
