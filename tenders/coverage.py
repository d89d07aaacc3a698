"""What the questionnaire of a tender tests, with the frameworks it was published with."""

from __future__ import annotations

from question_bank.loader import shipped_bank
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.coverage import QuestionnaireCoverage, coverage_of


def coverage_of_tender(tender: Tender) -> QuestionnaireCoverage:
    """Return what is tested: as published, or of a draft as it would be today."""
    return coverage_of(questionnaire_of(tender), shipped_bank().frameworks)
