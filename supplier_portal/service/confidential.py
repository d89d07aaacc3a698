"""Marking answers, passages and files of a bid confidential, until it closes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from supplier_portal import seals
from supplier_portal.models import Bid, ConfidentialMark
from supplier_portal.rules.confidential import MOST_MARKS, Mark, MarkIncomplete, check_mark
from supplier_portal.service.answers import stored_answers
from supplier_portal.service.bids import current, note_change
from tenders.queries import questionnaire_of

DOING = "change what is marked confidential"


def mark_confidential(bid: Bid, mark: Mark, *, by: Viewer, arrived_at: datetime) -> None:
    """Add a mark, or say anew what an earlier one under the same token says.

    Raises MarkIncomplete and TooLate. Counts as a change of the bid, so that a submission is
    known to lack it.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=DOING)
        value = stored_answers(bid, [mark.part_id])[mark.part_id].value
        part = questionnaire_of(bid.tender).parts.get(mark.part_id)
        check_mark(mark, part, value, clock.london(arrived_at).date())
        row = _row(bid, mark.token)
        if row is None:
            _room_for_one_more(bid)
            row = ConfidentialMark(token=mark.token, bid_id=bid.id)
            db.session.add(row)
        row.part_id = mark.part_id
        row.sealed = seals.seal_mark(mark.token, seals.supplier_key(bid), mark.as_json())
        row.marked_at, row.marked_by_id = arrived_at, by.person_id
        db.session.flush()
        note_change(bid, arrived_at=arrived_at)
        _note("confidential.marked", bid, mark.token, by)


def remove_mark(bid: Bid, token: str, *, by: Viewer, arrived_at: datetime) -> None:
    """Take a mark back; nothing happens if it is gone. Submissions keep what they said."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=DOING)
        row = _row(bid, token)
        if row is None:
            return
        db.session.delete(row)
        db.session.flush()
        note_change(bid, arrived_at=arrived_at)
        _note("confidential.unmarked", bid, token, by)


def _row(bid: Bid, token: str) -> ConfidentialMark | None:
    return db.session.scalars(
        select(ConfidentialMark).where(
            ConfidentialMark.bid_id == bid.id, ConfidentialMark.token == token
        )
    ).one_or_none()


def _room_for_one_more(bid: Bid) -> None:
    count = db.session.scalar(
        select(func.count()).select_from(ConfidentialMark).where(ConfidentialMark.bid_id == bid.id)
    )
    if (count or 0) >= MOST_MARKS:
        raise MarkIncomplete(
            f"You cannot mark more than {MOST_MARKS} passages and files of a bid", field="place"
        )


def _note(action: str, bid: Bid, token: str, by: Viewer) -> None:
    audit.record(action, actor=by.person_token, subject=("bid", bid.token), mark=token)
