"""When a bid may still be handed in although bidding has closed, and what is said with it."""

from __future__ import annotations

from datetime import datetime

from foundation.errors import DomainError
from supplier_portal.rules.submission import NotOpen, NotReady, TooLate, Window
from tenders.rules.lifecycle import Stage

LONGEST_WHY = 3000


class StillInTime(DomainError):
    """Somebody hands in as late what would be in time."""


def late_refusal(
    window: Window, opened_at: datetime | None, moment: datetime
) -> DomainError | None:
    """Return why nothing can be handed in late at ``moment``, or None: from the closing time until
    the opening something can."""
    if window.stage is Stage.CANCELLED:
        return NotOpen(
            "You cannot hand in a late bid because the authority has cancelled this tender"
        )
    if window.published_at is None or window.closes_at is None:
        return NotOpen("You cannot hand in a late bid because this tender is not open yet")
    if moment < window.closes_at:
        return StillInTime(
            "You cannot hand in a late bid because this tender is still open: check and submit it"
        )
    if opened_at is not None and moment >= opened_at:
        return TooLate(
            "You cannot hand in a late bid because the bids are opened: nothing can be handed in "
            "any more"
        )
    return None


def must_be_late(window: Window, opened_at: datetime | None, moment: datetime) -> None:
    """Raise what ``late_refusal`` returns, if anything."""
    refused = late_refusal(window, opened_at, moment)
    if refused is not None:
        raise refused


def checked_why(text: str) -> str:
    """Return why a bid is late, as the company says it. Raises NotReady."""
    why = text.strip()
    if not why:
        raise NotReady("Enter why the bid is late", field="why")
    if len(why) > LONGEST_WHY:
        raise NotReady(f"Enter {LONGEST_WHY:,} characters or fewer", field="why")
    return why
