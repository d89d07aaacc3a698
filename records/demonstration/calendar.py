"""When things happen in the demonstration: the past is fixed, the open tender closes soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from foundation import clock

# The closing date in the content of the demonstration, on which its answers are dated.
CLOSED = datetime(2026, 9, 18, 12, tzinfo=clock.LONDON)
OPENED_LATER = timedelta(hours=2)
DAYS_OPEN = 28


@dataclass(frozen=True)
class Calendar:
    """Moments in UTC. Where today is before the fixed past, the past moves back as a whole."""

    published: datetime
    saved: datetime
    submitted: datetime
    closed: datetime
    opened: datetime
    closes_soon: datetime


def calendar_for(now: datetime) -> Calendar:
    closed = CLOSED.astimezone(UTC)
    if now < closed + timedelta(days=1):
        closed -= timedelta(days=(closed + timedelta(days=1) - now).days + 1)
    soon = clock.london(now + timedelta(days=DAYS_OPEN)).replace(tzinfo=None)
    return _around(closed, _noon(soon))


def calendar_closed(known: datetime | None, about: datetime) -> Calendar:
    """Return the calendar of a tender that closed at noon of the Monday up to ``about``.

    ``known``: when it closed, where it has been made before.
    """
    day = clock.london(about).replace(tzinfo=None)
    closed = known or _noon(day - timedelta(days=day.weekday()))
    return _around(closed, closed)


def _noon(wall: datetime) -> datetime:
    return clock.from_london(wall.replace(hour=12, minute=0, second=0, microsecond=0))


def _around(closed: datetime, closes_soon: datetime) -> Calendar:
    return Calendar(
        published=closed - timedelta(days=60),
        saved=closed - timedelta(days=3),
        submitted=closed - timedelta(hours=20),
        closed=closed,
        opened=closed + OPENED_LATER,
        closes_soon=closes_soon,
    )


def facts_after(closes: datetime, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts with the dates of award and contract that follow ``closes``."""
    day = clock.london(closes).date()
    start = (day + timedelta(days=150)).replace(day=1)
    return {
        **facts,
        "award_date": (day + timedelta(days=90)).isoformat(),
        "contract_start": start.isoformat(),
        "contract_end": (start.replace(year=start.year + 3) - timedelta(days=1)).isoformat(),
        "extension_end": (start.replace(year=start.year + 5) - timedelta(days=1)).isoformat(),
    }
