"""Noting that somebody has a question open: no part of the bid, and not worth an audit entry."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from accounts.queries import Viewer
from foundation.database import db, transaction
from supplier_portal.models import Bid, Presence

KNOWN_BY = ("bid_id", "question_id", "person_id")


def note_here(bid: Bid, question_id: str, *, by: Viewer, moment: datetime) -> None:
    """Note in one statement that ``by`` has the question open at ``moment``."""
    row = {
        "bid_id": bid.id,
        "question_id": question_id,
        "person_id": by.person_id,
        "seen_at": moment,
    }
    with transaction():
        if db.session.get_bind().dialect.name == "sqlite":
            on_sqlite = sqlite.insert(Presence).values(row)
            db.session.execute(
                on_sqlite.on_conflict_do_update(index_elements=KNOWN_BY, set_={"seen_at": moment})
            )
        else:
            on_postgresql = postgresql.insert(Presence).values(row)
            db.session.execute(
                on_postgresql.on_conflict_do_update(
                    index_elements=KNOWN_BY, set_={"seen_at": moment}
                )
            )
