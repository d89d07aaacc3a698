"""Whom an outage met: noted when it is noticed, and readable only after the opening."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from foundation.database import db
from foundation.outages import Outage
from supplier_portal.models import Bid, OutageMet
from tenders.models import Tender
from tenders.outages import NEAR
from tenders.rules.lifecycle import Stage

WORKED_ON_WITHIN = timedelta(hours=24)


def note_whom_it_met(outage: Outage) -> None:
    """Note the bids worked on in the day before an outage of the tenders that were about to close.

    Call it in the transaction that notices the outage. Nothing is told to anybody: before the
    opening whether there are bids is nobody's business but their companies'.
    """
    rows = db.session.execute(
        select(Bid.id, Bid.changed_at)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(
            Tender.stage == Stage.OPEN,
            Tender.runs_elsewhere.is_(False),
            Tender.closes_at > outage.began_at,
            Tender.closes_at < outage.ended_at + NEAR,
            Bid.changed_at > outage.began_at - WORKED_ON_WITHIN,
            Bid.changed_at <= outage.ended_at,
        )
        .order_by(Bid.id)
    )
    for bid_id, changed_at in rows.all():
        db.session.add(OutageMet(outage_id=outage.id, bid_id=bid_id, last_changed_at=changed_at))
    db.session.flush()
