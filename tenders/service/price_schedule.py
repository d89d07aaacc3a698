"""Designing the price schedule, while a tender is a draft."""

from __future__ import annotations

from accounts.queries import Viewer
from foundation.database import transaction
from tenders.models import Tender
from tenders.price_schedule import TOPIC
from tenders.rules.price_schedule import PriceSchedule, must_be_clear, written
from tenders.service.base import current_draft
from tenders.service.planning import save_sheet


def set_schedule(tender: Tender, schedule: PriceSchedule, *, version: int, by: Viewer) -> None:
    """Keep the lines. ``version``: of the sheet the form was made from.

    Raises ScheduleUnclear, SheetChanged and TenderPublished.
    """
    with transaction():
        draft = current_draft(tender)
        must_be_clear(schedule)
        save_sheet(draft, TOPIC, written(schedule), version=version, by=by)
