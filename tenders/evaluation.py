"""Who marks and how bidders are asked: decided for a draft, as frozen once it is published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tenders import planning, queries
from tenders.models import Tender
from tenders.planning import Sheet
from tenders.rules import evaluation as rules
from tenders.rules.evaluation import NOTHING_PUBLISHED, EvaluationRules

# The sheet of the plan it is kept on, and its name among the published terms.
TOPIC = "evaluation"


def sheet_of(tender: Tender) -> Sheet:
    return planning.latest(tender, TOPIC)


def evaluation_of(tender: Tender, sheets: Mapping[str, Sheet] | None = None) -> EvaluationRules:
    """Return what is decided; of a published tender, what was frozen.

    ``sheets``: the latest of its plan, by topic, where somebody has read them already.
    """
    if tender.published_at is None:
        kept = sheet_of(tender) if sheets is None else sheets.get(TOPIC)
        return rules.read_rules(kept.value if kept else {})
    frozen = queries.questionnaire_of(tender).terms.get(TOPIC)
    return rules.read_rules(frozen) if frozen else NOTHING_PUBLISHED


def evaluation_terms(tender: Tender, sheets: Mapping[str, Sheet]) -> dict[str, Any]:
    """Return the rules for the published terms: as plain values, and in words.

    A tender that is amended goes on by what was published, as far as anything was.
    """
    found = evaluation_of(tender, sheets)
    if found is NOTHING_PUBLISHED:
        return {}
    return {
        TOPIC: rules.written(found),
        "evaluators": rules.evaluators_in_words(found),
        "questions_to_bidders": found.clarifications,
    }


def progress(sheets: Mapping[str, Sheet]) -> tuple[str, bool]:
    """Return how far this is decided for a draft; our own rules hold where nobody decides.

    ``sheets``: the latest of its plan, by topic.
    """
    return ("Decided" if TOPIC in sheets else "As usual"), True
