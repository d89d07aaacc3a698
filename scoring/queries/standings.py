"""Where bids stand, as kept for the ranking, and whether the quality of all of them is agreed."""

from __future__ import annotations

from sqlalchemy import exists, select

from foundation.database import db
from foundation.errors import DomainError
from scoring.models import AgreedMark, BidStanding, QualityAgreed
from supplier_portal.models import Bid
from tenders.models import Tender


class QualityNotAgreed(DomainError):
    """Somebody comes to a price before the quality of every bid is agreed."""


def quality_is_agreed(tender: Tender) -> bool:
    """Return whether the quality of every bid is agreed, each mark as it stands now.

    A mark taken up again, and a bid admitted late, open it again until it is said once more. One
    statement, whatever the number of marks.
    """
    covered = (
        select(QualityAgreed.last_mark_id)
        .where(QualityAgreed.tender_id == tender.id)
        .order_by(QualityAgreed.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    later = exists(
        select(AgreedMark.id)
        .join(Bid, Bid.id == AgreedMark.bid_id)
        .where(AgreedMark.id > covered, Bid.tender_id == tender.id)
    )
    left = exists(
        select(BidStanding.bid_id).where(
            BidStanding.tender_id == tender.id, BidStanding.unmarked > 0
        )
    )
    last, is_open = db.session.execute(select(covered, later | left)).one()
    return last is not None and not is_open


def must_be_agreed(tender: Tender) -> None:
    """Raise QualityNotAgreed while a price must not be seen."""
    if not quality_is_agreed(tender):
        raise QualityNotAgreed(
            "You cannot see prices because the quality of every bid is not agreed yet"
        )
