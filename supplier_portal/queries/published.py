"""What is published of all bids once they are opened: their commitments and nothing else."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.exc import NoResultFound

from foundation.database import db
from supplier_portal.models import Bid, LateSubmission, Submission
from supplier_portal.queries.late import handed_in_late
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender


def published_commitments(tender: Tender) -> list[str]:
    """Return the commitment of each bid that was opened, sorted, so that the order tells nothing.

    Of a bid that also came late it is the version in time: the list stays as it was published,
    whatever is decided on late bids. Raises NoResultFound (a 404) before the opening, whatever bids
    there are.
    """
    if tender.opened_at is None:
        raise NoResultFound
    last = (
        select(func.max(Submission.number))
        .where(Submission.bid_id == Bid.id, Submission.commitment.not_in(_late(tender)))
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


def published_late(tender: Tender) -> list[str]:
    """Return the commitments of the bids that came late, sorted; of each bid the last.

    Raises NoResultFound before the opening.
    """
    return sorted(late.commitment for late, _bid in handed_in_late(tender))


def _late(tender: Tender) -> Select[str]:
    return (
        select(LateSubmission.commitment)
        .join(Bid, Bid.id == LateSubmission.bid_id)
        .where(Bid.tender_id == tender.id)
    )
