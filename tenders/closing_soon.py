"""Whether any tender is about to close: then nobody is kept waiting for long at the sign-in.

Of any authority, and whoever bids: it must make no difference whose tender it is, or a wrong
password would tell who has a draft.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from foundation.database import db
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

SOON = timedelta(hours=24)


def closing_soon(moment: datetime) -> bool:
    """Return whether an open tender closes within a day."""
    near = exists().where(
        Tender.stage == Stage.OPEN, Tender.closes_at > moment, Tender.closes_at <= moment + SOON
    )
    return bool(db.session.scalar(select(near)))
