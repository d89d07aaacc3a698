"""When a company is reminded of the closing time: 7 days, 2 days and 4 hours before."""

from __future__ import annotations

from datetime import datetime, timedelta

from supplier_portal.rules.stages import BidStage

# The kind of job that looks whether a reminder is due.
REMIND = "bid.remind"
BEFORE_CLOSING = (timedelta(days=7), timedelta(days=2), timedelta(hours=4))
# The closing time may move, so nobody sleeps for longer than this without looking.
LONGEST_SLEEP = timedelta(hours=6)


def due(closes_at: datetime, *, looked_at: datetime, moment: datetime) -> timedelta | None:
    """Return the reminder whose moment came after ``looked_at``, the last one if several did.

    None if none did, and once the tender is closed: a reminder never comes late.
    """
    if moment >= closes_at:
        return None
    come = [before for before in BEFORE_CLOSING if looked_at < closes_at - before <= moment]
    return min(come, default=None)


def look_again_at(closes_at: datetime, moment: datetime) -> datetime | None:
    """Return when to look next: at the next reminder, and at least every few hours; None if the
    tender is closed."""
    if moment >= closes_at:
        return None
    ahead = [closes_at - before for before in BEFORE_CLOSING if closes_at - before > moment]
    return min([*ahead, moment + LONGEST_SLEEP])


def needs_reminding(stage: BidStage, *, unsent_changes: bool) -> bool:
    """Return whether something is left to hand in. A bid withdrawn is left alone."""
    return stage is BidStage.DRAFT or (stage is BidStage.SUBMITTED and unsent_changes)
