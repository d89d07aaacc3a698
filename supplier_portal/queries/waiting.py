"""What waits for a company at each of its bids, however many there are. For its own pages only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import func, select

from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Answer, Bid, Reconfirmation, SignOff
from supplier_portal.rules.amendments import Amended, amended_since
from tenders.amended import amendments_of, read_ahead
from tenders.queries import questionnaire_of


def answers_to_confirm(bids: Iterable[Bid]) -> Mapping[int, int]:
    """Return how many answers an amendment overtook, by id of bid, in three statements."""
    listed = list(bids)
    read_ahead(bid.tender for bid in listed)
    amended = {
        bid.id: (bid, found)
        for bid in listed
        if (
            found := [
                Amended(one.id, one.published_at, frozenset(one.to_confirm))
                for one in amendments_of(bid.tender)
                if one.changes_questions
            ]
        )
    }
    if not amended:
        return {}
    confirmed = {
        tuple(row)
        for row in db.session.execute(
            select(
                Reconfirmation.bid_id, Reconfirmation.part_id, Reconfirmation.amendment_id
            ).where(Reconfirmation.bid_id.in_([*amended]))
        )
    }
    rows = db.session.execute(
        select(Answer.bid_id, Answer.part_id, Answer.version, Answer.sealed, Answer.saved_at).where(
            Answer.bid_id.in_([*amended])
        )
    )
    counts: Counter[int] = Counter()
    for bid_id, part_id, version, sealed, saved_at in rows:
        bid, published = amended[bid_id]
        last = amended_since(part_id, saved_at, published)
        if last is None or (bid_id, part_id, last.id) in confirmed:
            continue
        # Only what an amendment overtook is opened: an answer taken back confirms nothing.
        if part_id in questionnaire_of(bid.tender).parts and _stands(bid, part_id, version, sealed):
            counts[bid_id] += 1
    return counts


def _stands(bid: Bid, part_id: str, version: int, sealed: bytes) -> bool:
    key = seals.supplier_key(bid)
    return seals.open_answer(bid, key, part_id, version, sealed) is not None


def last_signed_off(bids: Iterable[Bid]) -> Mapping[int, int | None]:
    """Return the revision to which a certifier last said yes, by id of bid; None for a no.

    A bid of which no certifier said anything is not named.
    """
    last = select(func.max(SignOff.id)).where(SignOff.bid_id.in_([bid.id for bid in bids]))
    rows = db.session.execute(
        select(SignOff.bid_id, SignOff.revision, SignOff.agreed).where(
            SignOff.id.in_(last.group_by(SignOff.bid_id))
        )
    )
    return {bid_id: revision if agreed else None for bid_id, revision, agreed in rows}
