"""Deciding who marks and how bidders are asked about their bids, while a tender is a draft."""

from __future__ import annotations

from accounts.queries import Viewer
from foundation.database import transaction
from tenders.evaluation import TOPIC
from tenders.models import Tender
from tenders.rules.evaluation import EvaluationRules, must_go_together, written
from tenders.service.base import current_draft
from tenders.service.planning import save_sheet


def set_evaluation(tender: Tender, rules: EvaluationRules, *, version: int, by: Viewer) -> None:
    """Keep what was decided. ``version``: of the sheet the form was made from.

    Raises EvaluationUnclear, SheetChanged and TenderPublished.
    """
    with transaction():
        draft = current_draft(tender)
        must_go_together(rules)
        save_sheet(draft, TOPIC, written(rules), version=version, by=by)
