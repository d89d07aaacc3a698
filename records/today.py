"""What the record needs of an officer: how long a tender is kept, and the end of that time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from flask import url_for

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from records.retaining import kept_until
from records.rules.retention import DONE_WITH
from tenders.models import Tender
from tenders.today import Task


def retention(viewer: Viewer, tenders: Sequence[Tender], moment: datetime) -> list[Task]:
    """Return the tenders whose time is over, and those nobody has entered one for."""
    done = [
        tender
        for tender in tenders
        if tender.published_at is not None
        and tender.stage in DONE_WITH
        and tender.content_destroyed_at is None
        and viewer.may(Permission.RECORD_DECIDE, tender_id=tender.id)
    ]
    until, today = kept_until(tender.id for tender in done), clock.london(moment).date()
    found = []
    for tender in done:
        link = url_for("records.retention", tender=tender.token)
        if tender.id not in until:
            words = "Enter until when the record is kept"
            found.append(Task(words, link, tender, can_wait=True))
        elif until[tender.id] <= today:
            day = until[tender.id]
            over = datetime.combine(day, time(), clock.LONDON).astimezone(UTC)
            words = "The time for which the bids are kept is over: decide on destroying them"
            found.append(Task(words, link, tender, over, day))
    return found
