"""A bid that came late after the service had not run for a while, waiting for its decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation.database import db, transaction
from foundation.outages import Outage
from records.demonstration import bids
from records.demonstration.calendar import Calendar
from records.demonstration.past import as_of
from supplier_portal.queries.late import late_answers
from supplier_portal.queries.terms import commitments_now
from supplier_portal.service import TermsSaid
from supplier_portal.service.late import hand_in_late
from supplier_portal.service.outages import note_whom_it_met
from tenders.models import Tender

LATE_BY = timedelta(minutes=9, seconds=40)
SAVED_BEFORE = timedelta(hours=3)
DOWN_BEFORE, DOWN_FOR = timedelta(minutes=41), timedelta(minutes=12, seconds=30)
# Known by it, the same form makes one late bid however often the demonstration is built.
FORM_KEY = "demonstration-late-bid"
WHY = (
    "The page could not be reached for some minutes before the closing time, and the last of us to "
    "look at the bid lost that time."
)


def come_late(
    tender: Tender, answers: Mapping[str, Any], *, by: Viewer, calendar: Calendar
) -> None:
    """Save a bid in time and hand it in minutes after the closing time."""
    if tender.opened_at is not None:
        return
    saved = calendar.closed - SAVED_BEFORE
    with as_of(saved):
        bid = bids.enter_bid(tender, answers, by=by, arrived_at=saved)
    _not_running(calendar)
    moment = calendar.closed + LATE_BY
    with as_of(moment):
        shown = commitments_now(bid, late_answers(bid)[0])
        hand_in_late(
            bid,
            by=by,
            arrived_at=moment,
            declared_by=by.name,
            why=WHY,
            knows_missing=True,
            form_key=FORM_KEY,
            terms=TermsSaid("accept", shown["set"]) if shown else None,
        )


def _not_running(calendar: Calendar) -> None:
    """Note that the service did not run for a while shortly before closing, if it is not noted."""
    began = calendar.closed - DOWN_BEFORE
    with transaction():
        if db.session.scalars(select(Outage).where(Outage.began_at == began)).first() is not None:
            return
        outage = Outage(began_at=began, ended_at=began + DOWN_FOR, noticed_at=began + DOWN_FOR)
        db.session.add(outage)
        db.session.flush()
        note_whom_it_met(outage)
