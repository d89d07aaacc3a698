"""When a tender closes, and why nothing can be changed any more."""

from __future__ import annotations

from datetime import datetime

from foundation import clock
from supplier_portal import queries
from supplier_portal.models import Bid
from supplier_portal.rules.submission import refusal
from tenders.models import Tender
from tenders.rules.timetable import time_left


def is_closed(bid: Bid, moment: datetime) -> bool:
    return refusal(queries.window_of(bid.tender), moment, "") is not None


def why_closed(bid: Bid, moment: datetime) -> str:
    """Return why nothing can be changed any more; empty while it can."""
    return str(refusal(queries.window_of(bid.tender), moment, "change this bid") or "")


def closing_of(tender: Tender, moment: datetime) -> str:
    """Return when a tender closes, closed or was cancelled; empty while that is not set."""
    if tender.cancelled_at is not None:
        return f"Cancelled on {clock.show_moment(tender.cancelled_at)}"
    if tender.closes_at is None:
        return ""
    left, closes = time_left(tender.closes_at, moment), clock.show_moment(tender.closes_at)
    return f"Closed on {closes}" if left == "closed" else f"Closes on {closes}, {left}"
