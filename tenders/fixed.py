"""What is fixed for a published tender: each item in words, and the hash it is all held under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from foundation import clock
from tenders import approving
from tenders.approving import TwoPeople
from tenders.bidding import bidding_in_words
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.approvals import ApprovalKind, ApprovalState
from tenders.rules.deadline import to_the_second
from tenders.rules.lint import knock_outs
from tenders.rules.questionnaire import Questionnaire

CLAUSES = "clauses"
# Label → the published term of this name, in the order of the page.
IN_WORDS: Mapping[str, str] = {
    "Score": "formula",
    "Total": "total",
    "Price": "price",
    "Rounding and ranking": "rounding",
    "Ties": "ties",
    "Abnormally low bids": "abnormally_low",
    "Evaluators": "evaluators",
    "Questions to bidders": "questions_to_bidders",
    "Failing": "failing",
    "In time": "deadline",
    "Late bids": "late_bids",
}
NOT_STATED = "Not stated in what was published"


@dataclass(frozen=True)
class Fixed:
    """What the page shows. ``closing``: the closing time as it is now, to the second."""

    items: tuple[tuple[str, str], ...]
    can_fail: tuple[tuple[str, str], ...]
    closing: str
    clauses: int
    has_outcome: bool
    approved: TwoPeople | None


def fixed_of(tender: Tender) -> Fixed:
    """Return what is fixed for a published tender, from its frozen text."""
    asked = questionnaire_of(tender)
    library: Mapping[str, Any] = asked.libraries.get(CLAUSES) or {}
    return Fixed(
        tuple(_items(tender, asked, library)),
        tuple((found.question, found.says) for found in knock_outs(asked)),
        closing_in_words(tender.closes_at),
        len(library.get("clauses") or ()),
        "outcome" in asked.terms,
        approved_by(tender),
    )


def approved_by(tender: Tender) -> TwoPeople | None:
    """Return the two people who published a tender; None where nobody was asked."""
    last = approving.newest(tender, ApprovalKind.PUBLISH)
    return last if last and last.approval.state is ApprovalState.GIVEN else None


def _items(
    tender: Tender, asked: Questionnaire, library: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    terms = asked.terms
    marked = sum(question.is_scored for question in asked.questions)
    yield (
        "Questions",
        f"{asked.title}: {len(asked.questions)} questions in {len(asked.sections)} sections, "
        f"{marked} of them marked; edition {asked.bank.version} of the question bank",
    )
    yield (
        "Weights",
        "; ".join(
            [
                f"quality {terms.get('quality_weight', tender.quality_weight)}%, price "
                f"{100 - terms.get('quality_weight', tender.quality_weight)}%",
                *(f"{section.title} {section.weight}%" for section in asked.sections),
            ]
        ),
    )
    yield "Marks", f"{terms.get('scale', '0–5')}, against the descriptors of each question"
    yield from ((label, str(terms.get(name) or NOT_STATED)) for label, name in IN_WORDS.items())
    # How late bids are treated stands there already, as it was published.
    yield from (row for row in bidding_in_words(tender) if row[0] not in IN_WORDS)
    yield "Facts about the contract", f"{len(terms.get('facts') or {})} stated"
    if library:
        yield (
            "Clause library",
            f"Version {library['version']}: {len(library['clauses'])} topics, each with the rule "
            "that brings it in, its draft terms and its minimum positions",
        )


def closing_in_words(closes_at: datetime | None) -> str:
    """Return the closing time as the first second too late; nothing while there is none."""
    return to_the_second(clock.london(closes_at)) if closes_at else ""
