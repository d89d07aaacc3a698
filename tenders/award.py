"""How the best bid of a tender is found: decided for a draft, as frozen once it is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenders import planned, planning, queries
from tenders.models import Tender
from tenders.planning import Sheet
from tenders.rules import award as rules
from tenders.rules.award import Award

# The sheet of the plan it is kept on, and its name among the published terms.
TOPIC = "award"


def sheet_of(tender: Tender) -> Sheet:
    return planning.latest(tender, TOPIC)


def award_of(tender: Tender) -> Award:
    """Return what is decided; of a published tender, what was frozen."""
    if tender.published_at is None:
        return rules.read_award(sheet_of(tender).value)
    return rules.read_award(queries.questionnaire_of(tender).terms.get(TOPIC) or {})


def award_terms(tender: Tender, award: Award | None = None) -> dict[str, Any]:
    """Return the rules for the published terms: as plain values, and in words.

    ``award``: what is decided, where somebody has read it already.
    """
    award = award or award_of(tender)
    price, ranking, ties, low = rules.in_words(award, tender.quality_weight)
    return {
        TOPIC: rules.written(award),
        "price": price[1],
        "rounding": ranking[1],
        "ties": ties[1],
        "abnormally_low": low[1],
    }


def marked_questions(tender: Tender) -> dict[str, bool]:
    """Return whether each question of a draft earns marks, by its id, in the order asked."""
    asked = planned.of_draft(tender).questionnaire.questions
    return {question.id: question.is_scored for question in asked}


def progress(tender: Tender, sheets: Mapping[str, Sheet]) -> tuple[str, bool]:
    """Return how far price and ties of a draft are decided; nobody has to decide them.

    ``sheets``: the latest of its plan, by topic.
    """
    sheet = sheets.get(TOPIC)
    if sheet is None:
        return "Price outside this service", True
    award = rules.read_award(sheet.value)
    wrong = list(rules.problems(award, tender.quality_weight, marked_questions(tender)))
    return ("Something does not fit", False) if wrong else ("Decided", True)
