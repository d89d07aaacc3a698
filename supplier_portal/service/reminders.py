"""Reminding a company of the closing time while something is left to hand in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from foundation import clock
from foundation.database import db, transaction
from supplier_portal import queries
from supplier_portal.models import Bid
from supplier_portal.rules.closing import closing_line
from supplier_portal.rules.letters import reminder_letter
from supplier_portal.rules.reminders import REMIND, due, needs_reminding
from supplier_portal.rules.state import HandedIn, state_line
from supplier_portal.rules.submission import refusal
from supplier_portal.service import letters
from supplier_portal.service.bids import held, watch_closing
from tenders.rules.timetable import time_left


def remind(subject: str, payload: Mapping[str, Any]) -> None:
    """Do the job "bid.remind": write the reminder that is due, and look again later.

    The closing time is read afresh each time: it may have moved. Of several reminders that came
    due while the service was down, only the last is sent.
    """
    moment = clock.now()
    with transaction():
        bid = db.session.scalars(select(Bid).where(Bid.token == subject)).one_or_none()
        if bid is None:
            return
        bid = held(bid)
        tender = bid.tender
        if tender.closes_at is None or refusal(queries.window_of(tender), moment, "") is not None:
            return
        looked_at = datetime.fromisoformat(payload["looked_at"])
        before = due(tender.closes_at, looked_at=looked_at, moment=moment)
        last = queries.last_submissions([bid]).get(bid.id)
        unsent = last is not None and last.revision != bid.revision
        if before is not None and needs_reminding(bid.stage, unsent_changes=unsent):
            state = state_line(
                bid.stage,
                HandedIn(last.number, clock.show_moment(last.arrived_at), unsent) if last else None,
                closed=False,
                at_closing=closing_line(None) if bid.counts_at_closing_by_id else "",
            )
            letter = reminder_letter(letters.about(bid), state, time_left(tender.closes_at, moment))
            letters.send(bid, REMIND, f"{tender.closes_at.isoformat()}:{before}", letter)
        watch_closing(bid, tender)
