"""Deciding how the best bid is found, while a tender is a draft."""

from __future__ import annotations

from accounts.queries import Viewer
from foundation.database import transaction
from tenders.award import TOPIC
from tenders.models import Tender
from tenders.rules.award import Award, must_go_together, written
from tenders.service.base import current_draft
from tenders.service.planning import save_sheet


def set_award(tender: Tender, award: Award, *, version: int, by: Viewer) -> None:
    """Keep what was decided. ``version``: of the sheet the form was made from.

    Raises AwardUnclear, SheetChanged and TenderPublished.
    """
    with transaction():
        draft = current_draft(tender)
        must_go_together(award)
        save_sheet(draft, TOPIC, written(award), version=version, by=by)
