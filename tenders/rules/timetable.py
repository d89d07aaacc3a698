"""Is a tender open, and how long is left: at a given moment."""

from __future__ import annotations

from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# From here on hours no longer help anybody to plan.
DAYS_ALONE_FROM = 2 * DAY
# A bid that arrived in time may still be on its way to the store when the tender closes; nothing
# is opened until it has got there.
SETTLING = MINUTE


def opens_from(closes_at: datetime) -> datetime:
    """Return the first moment at which the bids may be opened: a minute after closing."""
    return closes_at + SETTLING


def is_open(closes_at: datetime | None, moment: datetime, *, published_at: datetime | None) -> bool:
    """Return whether a bid arriving at ``moment`` is in time: before ``closes_at``, to the
    microsecond. A tender not yet published, or without a closing time, is not open."""
    if closes_at is None or published_at is None:
        return False
    return published_at <= moment < closes_at


def time_left(closes_at: datetime, moment: datetime) -> str:
    """Return how long it is until ``closes_at``: "in 9 days", "in 3 hours 5 minutes".

    Rounded down, so that nobody counts on time that is not there. After closing: "closed".
    """
    left = closes_at - moment
    if left <= timedelta(0):
        return "closed"
    if left < MINUTE:
        return "in less than a minute"
    if left >= DAYS_ALONE_FROM:
        return f"in {_counted(left // DAY, 'day')}"
    hours, minutes = left // HOUR, left % HOUR // MINUTE
    parts = [_counted(hours, "hour")] if hours else []
    if minutes:
        parts.append(_counted(minutes, "minute"))
    return f"in {' '.join(parts)}"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
