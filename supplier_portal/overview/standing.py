"""Where a bid stands, in words."""

from __future__ import annotations

from datetime import datetime

from foundation import clock
from supplier_portal import queries
from supplier_portal.models import Bid, Submission
from supplier_portal.overview.closing import is_closed
from supplier_portal.overview.workspace import Workspace
from supplier_portal.rules.closing import closing_line, in_the_way
from supplier_portal.rules.stages import BidStage
from supplier_portal.rules.state import HandedIn, state_line


def has_unsent_changes(bid: Bid, submission: Submission | None) -> bool:
    """Return whether answers were changed since the bid was handed in."""
    return (
        submission is not None
        and bid.stage is BidStage.SUBMITTED
        and submission.revision != bid.revision
    )


def closing_reasons(workspace: Workspace) -> list[str] | None:
    """Return what keeps the clock from handing the bid in; None if nobody asked it to."""
    if not asked_of_the_clock(workspace.bid):
        return None
    missing = len(workspace.missing)
    unconfirmed = len(workspace.unconfirmed) + len(workspace.to_confirm)
    asked = queries.asked_of(workspace.situation)
    return in_the_way(
        queries.as_it_stands(workspace.bid, asked, missing=missing, unconfirmed=unconfirmed)
    )


def asked_of_the_clock(bid: Bid) -> bool:
    """Return whether the last saved version is to be handed in at the closing time."""
    return bid.counts_at_closing_by_id is not None and bid.tender.last_saved_counts


def state_of(
    bid: Bid,
    submission: Submission | None,
    moment: datetime,
    *,
    reasons: list[str] | None = None,
) -> str:
    """Return the line that says where the bid stands; ``reasons`` are those of closing_reasons(),
    where a page has looked."""
    handed_in = None
    if submission is not None:
        handed_in = HandedIn(
            submission.number,
            clock.show_moment(submission.arrived_at),
            submission.revision != bid.revision,
            submission.by_the_clock,
            next((one.number for one in queries.amended_after(bid, submission)), 0),
        )
    at_closing = closing_line(reasons) if asked_of_the_clock(bid) else ""
    return state_line(bid.stage, handed_in, closed=is_closed(bid, moment), at_closing=at_closing)
