"""Taking answers over from an earlier bid, and confirming that they are right here too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from supplier_portal import queries
from supplier_portal.models import Bid, CarriedAnswer
from supplier_portal.service.answers import stored_answers, write_answers
from supplier_portal.service.bids import current, note_change
from tenders.queries import questionnaire_of


def carry_over(bid: Bid, part_ids: Collection[str], *, by: Viewer, arrived_at: datetime) -> int:
    """Take the company's latest answers to these parts over, where none is given here.

    Return how many were taken; what a colleague answered meanwhile is left alone. Raises TooLate.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="take answers over")
        parts = questionnaire_of(bid.tender).parts
        chosen = [parts[part_id] for part_id in part_ids if part_id in parts]
        stored = stored_answers(bid, [part.id for part in chosen])
        empty = [part for part in chosen if stored[part.id].value is None]
        found = queries.earlier_answers(by, bid, empty)
        versions = write_answers(
            bid,
            {part_id: earlier.value for part_id, earlier in found.items()},
            stored,
            by=by,
            arrived_at=arrived_at,
        )
        for part_id, version in versions.items():
            db.session.add(
                CarriedAnswer(
                    bid_id=bid.id,
                    part_id=part_id,
                    version=version,
                    from_bid_id=found[part_id].from_bid_id,
                    carried_by_id=by.person_id,
                    carried_at=clock.now(),
                )
            )
        if versions:
            _record("bid.answers_carried_over", bid, by)
    return len(versions)


def confirm_carried(
    bid: Bid, part_ids: Collection[str], *, by: Viewer, arrived_at: datetime
) -> int:
    """Note that these answers are right for this bid too; return how many. Raises TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="confirm answers")
        waiting = queries.unconfirmed(bid)
        rows = db.session.scalars(
            select(CarriedAnswer).where(
                CarriedAnswer.bid_id == bid.id,
                CarriedAnswer.confirmed_at.is_(None),
                CarriedAnswer.part_id.in_([name for name in part_ids if name in waiting]),
            )
        ).all()
        confirmed = [row for row in rows if row.version == waiting[row.part_id].version]
        for row in confirmed:
            row.confirmed_by_id = by.person_id
            row.confirmed_at = clock.now()
        if confirmed:
            _record("bid.answers_confirmed", bid, by)
    return len(confirmed)


def share_assurance(bid: Bid, agreed: bool, *, by: Viewer, arrived_at: datetime) -> None:
    """Note whether the authority may be told which answers another one has already. Raises
    TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="change this")
        if bid.shares_assurance is not agreed:
            bid.shares_assurance = agreed
            note_change(bid, arrived_at=arrived_at)
            _record("bid.assurance_shared" if agreed else "bid.assurance_not_shared", bid, by)


def _record(action: str, bid: Bid, by: Viewer) -> None:
    audit.record(action, actor=by.person_token, subject=("bid", bid.token))
