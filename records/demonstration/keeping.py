"""What is withheld from the record of the opened tender, and a purchase that was cancelled."""

from __future__ import annotations

from datetime import timedelta

from accounts.queries import Viewer
from records.demonstration.calendar import Calendar
from records.demonstration.past import as_of
from records.withheld import decisions_on, withhold
from tenders import service as tenders
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.service import cancelling

CANCELLED = tenders.Details(
    title="Fill level sensors in the bins of Marlwick’s parks",
    reference="MW-2026-009",
    pack_id="slp-essential",
    quality_weight=60,
    closes_at=None,
)
WHY = (
    "The contractor who empties the bins has fitted sensors of its own and shares the readings, so "
    "the council buys none. What was learnt about the questions goes into the next purchase."
)


def withhold_some(tender: Tender, calendar: Calendar, *, officer: Viewer) -> None:
    """Withhold the names of people from what is given out, unless that is decided."""
    if decisions_on(tender):
        return
    with as_of(calendar.opened + timedelta(days=3)):
        withhold(
            tender,
            "people",
            "foia-40",
            "It names staff below the level at which they expect to be named, and people of the "
            "bidders. The roles they acted in are given with each decision.",
            by=officer,
        )


def cancel(tender: Tender, calendar: Calendar, *, officer: Viewer, second: Viewer) -> None:
    """Let two officers cancel a published tender, unless they did."""
    if tender.stage is Stage.CANCELLED:
        return
    moment = calendar.published + timedelta(days=12)
    with as_of(moment):
        asked = cancelling.ask_to_cancel(tender, WHY, by=officer)
        cancelling.cancel_tender(tender, based_on=asked.token, by=second, arrived_at=moment)
