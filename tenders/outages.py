"""When the service did not run shortly before bids of a tender closed: for everybody alike.

It says nothing of bids: the buying side and suppliers are shown the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation import clock
from foundation.outages import Outage, outages_between
from tenders.models import Tender
from tenders.rules.lateness import lasting

NEAR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NearClosing:
    """An outage shortly before bids close, or across it; ``words`` without a full stop."""

    outage: Outage
    words: str


def outages_near_closing(tender: Tender) -> list[NearClosing]:
    """Return the times in the last 24 hours before closing in which the service did not run."""
    if tender.closes_at is None or tender.published_at is None or tender.runs_elsewhere:
        return []
    closes_at = tender.closes_at
    found = outages_between(max(closes_at - NEAR, tender.published_at), closes_at)
    return [NearClosing(outage, in_words(outage, closes_at)) for outage in found]


def in_words(outage: Outage, closes_at: datetime) -> str:
    """Return "The service did not run from … to … (12 minutes 30 seconds), 1 hour before bids
    close"."""
    span = f"{_exactly(outage.began_at)} to {_exactly(outage.ended_at)}"
    length = lasting(outage.ended_at - outage.began_at)
    return f"The service did not run from {span} ({length}), {_place(outage, closes_at)}"


def _place(outage: Outage, closes_at: datetime) -> str:
    if outage.ended_at < closes_at:
        return f"which ended {lasting(closes_at - outage.ended_at)} before bids close"
    if outage.ended_at == closes_at:
        return "until the very moment at which bids close"
    return f"across the closing time: {lasting(closes_at - outage.began_at)} of it came before"


def _exactly(moment: datetime) -> str:
    """Return "1 December 2026, 10:37:30 (UK time)"."""
    return f"{clock.show_date(moment)}, {clock.london(moment):%H:%M:%S} (UK time)"
