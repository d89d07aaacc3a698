"""The assessment summary of a bid: its marks, what each means, and why, as the bidder is told.

Regulation 31 of the Procurement Regulations 2024 wants the criteria with their importance and how
they are assessed; for each criterion and sub-criterion (a section and a question) the score and an
explanation by reference to the tender; totals and sub-totals; and for the others also the name,
address and identifier of the successful bidder with its scores and explanations. What colleagues
wrote for themselves is never part of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from foundation.canonical import canonical_json, sha256_hex
from foundation.errors import DomainError
from scoring.rules.letters import Letter, Withheld
from scoring.rules.results import TOP_OF_SCALE, QualityScore, QuestionScore
from scoring.rules.totals import HUNDREDTH
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

FORMAT = "supplier-assurance-assessment-summary/2"
LEFT_OUT = "[left out]"
PASSED, FAILED = "passed", "failed"


@dataclass(frozen=True, slots=True)
class Explained:
    """The mark for one question and the words for the bidder about it."""

    mark: int
    feedback: str
    why_not_higher: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A requirement the bid failed, with the officer's reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a bid came. ``rank`` is empty for one that has none, and ``why_not`` then says why.

    ``price_points`` and ``total`` are as published; None where price is not assessed here.
    """

    rank: str = ""
    why_not: str = ""
    price_points: Decimal | None = None
    total: Decimal | None = None


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
    # Questions that are passed or failed, and that it passed.
    passed: frozenset[str] = frozenset()
    # Its identifier on the Central Digital Platform; empty where it named none.
    identifier: str = ""
    placing: Placing = Placing()


@dataclass(frozen=True)
class Decided:
    """What is decided about one bid, and the letter that tells its bidder."""

    successful: bool
    letter: Letter


@dataclass(frozen=True)
class About:
    """What every summary of a tender says: which tender, and how bids are assessed."""

    tender: Mapping[str, Any]
    # How marks and prices become totals, in sentences.
    method: Sequence[str]
    # What the total is called ("Total of 100"); empty where price is not assessed here.
    total: str = ""


class PassageNotThere(DomainError):
    """Words are to be left out of an explanation that does not hold them."""


def summaries(
    about: About,
    questionnaire: Questionnaire,
    assessed: Iterable[Assessed],
    decided: Mapping[str, Decided],
) -> dict[str, dict[str, Any]]:
    """Return what each bidder is told by the key of its bid, as values canonical JSON can hold.

    The successful bids' scores are in those of the others, without what is withheld.
    """
    bids = list(assessed)
    winners = [
        {
            **_supplier(bid),
            "address": decided[bid.key].letter.address,
            **_scores(questionnaire, bid, decided[bid.key].letter.withheld),
        }
        for bid in bids
        if decided[bid.key].successful
    ]
    return {bid.key: _summary(about, questionnaire, bid, decided[bid.key], winners) for bid in bids}


def fingerprint_of(made: Mapping[str, Any]) -> str:
    """Return what tells one summary from another: what was read is released."""
    return sha256_hex(canonical_json(dict(made)))


def must_hold(explained: Explained, withheld: Withheld) -> None:
    """Raise PassageNotThere unless the words to leave out are in the explanation."""
    if withheld.passage and not any(
        withheld.passage in text for text in (explained.feedback, explained.why_not_higher)
    ):
        raise PassageNotThere(
            f"Enter words as they stand in the explanation of {withheld.question}", field="passage"
        )


def _summary(
    about: About,
    questionnaire: Questionnaire,
    bid: Assessed,
    decided: Decided,
    winners: list[dict[str, Any]],
) -> dict[str, Any]:
    letter = decided.letter
    return {
        "format": FORMAT,
        "tender": dict(about.tender),
        "letter": {"opening": letter.opening},
        "method": list(about.method),
        "scale": [
            {"mark": mark, "label": str(entry["label"])}
            for mark, entry in sorted(questionnaire.bank.scale.items(), reverse=True)
        ],
        "top_of_scale": TOP_OF_SCALE,
        "total_is": about.total,
        "supplier": {**_supplier(bid), "address": letter.address},
        "successful": decided.successful,
        "why": "" if decided.successful else letter.why,
        **_scores(questionnaire, bid),
        "rank": bid.placing.rank,
        "failed": [
            {"question": question_id, "reason": failed.reason}
            for question_id, failed in sorted(bid.failed.items())
        ],
        "successful_bids": [] if decided.successful else winners,
    }


def _supplier(bid: Assessed) -> dict[str, str]:
    return {
        "name": bid.name,
        "legal_name": bid.legal_name,
        "company_number": bid.company_number,
        "identifier": bid.identifier,
    }


def _scores(
    questionnaire: Questionnaire, bid: Assessed, withheld: Sequence[Withheld] = ()
) -> dict[str, Any]:
    """Return totals, sections and questions; what is ``withheld`` is left out."""
    sections = []
    for section, score in zip(questionnaire.sections, bid.quality.sections, strict=True):
        by_id = {entry.question_id: entry for entry in score.questions}
        sections.append(
            {
                "title": section.title,
                "weight": _weight(section.weight),
                "score": _figure(score.score),
                "questions": [
                    _question(asked, by_id[asked.id], bid, withheld)
                    for asked in section.questions
                    if asked.is_marked
                ],
            }
        )
    return {
        "quality": _figure(bid.quality.total),
        "price_points": _figure(bid.placing.price_points),
        "total": _figure(bid.placing.total),
        "sections": sections,
    }


def _question(
    asked: AskedQuestion, score: QuestionScore, bid: Assessed, withheld: Sequence[Withheld]
) -> dict[str, Any]:
    given = bid.marks.get(asked.id)
    left_out = [one for one in withheld if one.question == asked.id]
    return {
        "id": asked.id,
        "title": asked.question.title,
        "assessed": asked.in_words,
        "share": _figure(score.share),
        "points": _figure(score.score),
        "mark": None if given is None else given.mark,
        "decision": _decision(asked.id, bid),
        "means": "" if given is None else asked.question.levels[given.mark],
        "feedback": "" if given is None else without(given.feedback, left_out),
        "why_not_higher": "" if given is None else without(given.why_not_higher, left_out),
        "withheld": " ".join(dict.fromkeys(one.in_words for one in left_out)),
    }


def _decision(question_id: str, bid: Assessed) -> str:
    """Return whether the bid passed; "" where nothing is passed or failed. Why: in "failed"."""
    if question_id in bid.failed:
        return FAILED
    return PASSED if question_id in bid.passed else ""


def without(text: str, withheld: Iterable[Withheld]) -> str:
    """Return the words that are told of an explanation: all but what is withheld.

    The longest passage goes first, so that one within another leaves nothing behind.
    """
    left_out = sorted(withheld, key=lambda one: -len(one.passage))
    if any(not one.passage for one in left_out):
        return ""
    for one in left_out:
        text = text.replace(one.passage, LEFT_OUT)
    return text


def _weight(value: Decimal) -> str:
    """Return a weight as it was published: two places at most, none that say nothing."""
    return f"{value.quantize(HUNDREDTH, ROUND_HALF_UP).normalize():f}"


def _figure(value: Decimal | None) -> str | None:
    """Return a figure as the ranking shows it: two places, always."""
    return None if value is None else f"{value.quantize(HUNDREDTH, ROUND_HALF_UP):f}"
