"""Saying that an answer stands although its question was amended, or that it is left out."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from supplier_portal import queries
from supplier_portal.models import Bid, Reconfirmation
from supplier_portal.service.answers import save_answers
from supplier_portal.service.bids import current, note_change


def confirm_amended(
    bid: Bid, part_ids: Collection[str], *, by: Viewer, arrived_at: datetime
) -> int:
    """Note that these answers stand for the amended questions; return how many.

    One that is no answer to the question any more has to be changed instead. Raises TooLate.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="confirm answers")
        waiting = queries.overtaken(bid, queries.saved_answers(bid))
        chosen = [one for name, one in waiting.items() if name in part_ids and one.fits]
        for one in chosen:
            db.session.add(
                Reconfirmation(
                    bid_id=bid.id,
                    part_id=one.part.id,
                    amendment_id=one.amendment.id,
                    confirmed_by_id=by.person_id,
                    confirmed_at=clock.now(),
                )
            )
        if chosen:
            # What would be handed in answers other questions than before.
            note_change(bid, arrived_at=arrived_at)
            audit.record(
                "bid.amended_answers_confirmed",
                actor=by.person_token,
                subject=("bid", bid.token),
                parts=sorted(one.part.id for one in chosen),
            )
    return len(chosen)


def leave_out_amended(
    bid: Bid, part_id: str, version: int, *, by: Viewer, arrived_at: datetime
) -> None:
    """Take back an answer that no longer fits; its words stay among its versions.

    Raises TooLate, and Conflict where a colleague changed it meanwhile.
    """
    save_answers(bid, {part_id: (version, None)}, by=by, arrived_at=arrived_at)
