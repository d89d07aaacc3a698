"""The rule about the closing time, in words, and what it means to the second."""

from __future__ import annotations

from datetime import datetime, timedelta

# Frozen with every tender that is published.
DEADLINE = (
    "A bid is in time if it reaches this service before the closing time. The closing time itself "
    "is the first moment too late. What counts is the instant at which the request that submits "
    "the bid arrives, by the clock of this service; it stands on the receipt."
)
SECOND = timedelta(seconds=1)


def to_the_second(closes_at: datetime) -> str:
    """Return "11:59:59 is in time, 12:00:00 is late". The time is given in London."""
    return f"{closes_at - SECOND:%H:%M:%S} is in time, {closes_at:%H:%M:%S} is late"
