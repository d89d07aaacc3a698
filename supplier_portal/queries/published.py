"""What is published of all bids once they are opened: their commitments and nothing else."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from foundation.database import db
from supplier_portal.models import Bid, Submission
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender


def published_commitments(tender: Tender) -> list[str]:
    """Return the commitment of each bid that was opened, sorted, so that the order tells nothing.

    Raises NoResultFound (a 404) before the opening, whatever bids there are.
    """
    if tender.opened_at is None:
        raise NoResultFound
    last = (
        select(func.max(Submission.number))
        .where(Submission.bid_id == Bid.id)
        .correlate(Bid)
        .scalar_subquery()
    )
    found = db.session.scalars(
        select(Submission.commitment)
        .join(Bid, Bid.id == Submission.bid_id)
        .where(
            Bid.tender_id == tender.id,
            Bid.stage == BidStage.OPENED,
            Submission.number == last,
        )
        .order_by(Submission.commitment)
    )
    return list(found)
