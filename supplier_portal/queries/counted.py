"""How many bids are handed in, for the one kind of tender that says before opening."""

from __future__ import annotations

from sqlalchemy import func, select

from foundation.database import db
from supplier_portal.models import Bid
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender


def bids_counted(tender: Tender) -> int | None:
    """Return how many bids are handed in; None, without looking, unless the published terms of
    the tender say that officers see their number."""
    if not tender.shows_count or tender.published_at is None or tender.cancelled_at is not None:
        return None
    return db.session.scalars(
        select(func.count())
        .select_from(Bid)
        .where(Bid.tender_id == tender.id, Bid.stage.in_([BidStage.SUBMITTED, BidStage.OPENED]))
    ).one()
