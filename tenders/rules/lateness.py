"""The rule on late bids, and how long something lasted, in the words of pages and letters."""

from __future__ import annotations

from datetime import datetime, timedelta

from tenders.rules.timetable import HOUR, MINUTE

# Frozen with every tender that is published, and shown to officers when they decide.
LATE_RULE = (
    "A bid is in time if it reaches the service before the closing time; at the closing time it is "
    "late. A late bid can be handed in until the bids are opened, with the answers saved in time. "
    "It is kept sealed and unread. After the opening the council decides, with a reason, whether "
    "to admit it: only where what made it late was outside the bidder’s control, above all where "
    "this service did not run shortly before the closing time, and where admitting it treats every "
    "bidder alike. Otherwise it is refused and never read. Nobody’s closing time is moved after it "
    "has passed."
)
SECOND = timedelta(seconds=1)


def lasting(span: timedelta) -> str:
    """Return "1 hour 10 minutes 5 seconds"; below a second the fraction, to the microsecond."""
    if timedelta(0) < span < SECOND:
        return f"{span.total_seconds():.6f} seconds"
    hours, minutes, seconds = span // HOUR, span % HOUR // MINUTE, span % MINUTE // SECOND
    parts = [
        f"{number} {unit}{'' if number == 1 else 's'}"
        for number, unit in ((hours, "hour"), (minutes, "minute"), (seconds, "second"))
        if number
    ]
    return " ".join(parts) or "0 seconds"


def how_late(closes_at: datetime, arrived_at: datetime) -> str:
    """Return by how much something was late; the closing time itself is too late already."""
    if arrived_at == closes_at:
        return "at the closing time itself, which is the first moment too late"
    return f"{lasting(arrived_at - closes_at)} after the closing time"
