"""A request to issue a schedule that an edit spoils: said before the edit, and after it."""

from __future__ import annotations

from flask import flash

from accounts.access import signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.issuing import Issue, schedule_in
from contract_clauses.queries.known_issues import request_waiting
from contract_clauses.queries.schedules import ScheduledBid, scheduled_bid
from contract_clauses.rules.issuing import says_the_same
from contract_clauses.views.base import pages
from foundation import clock
from supplier_portal import seals as bid_seals


def flash_saved(found: ScheduledBid, words: str) -> None:
    """Say that something is saved; and that the schedule has to be asked for again, where that
    changed what somebody asked to issue. ``found``: the schedule as it was before."""
    waits = request_waiting(signed_in_user(), found)
    if waits is None or not _fits(found, waits):
        flash(words)
        return
    now = scheduled_bid(signed_in_user(), found.token, to=Permission.SCHEDULE_READ)
    if _fits(now, waits):
        flash(words)
        return
    flash(
        f"{words}. The request to issue the schedule, asked for by {waits.request.done_by.name} on "
        f"{clock.show_moment(waits.request.done_at)}, can no longer be approved, because the "
        "schedule changed: turn it down, and have it asked for again"
    )


def _fits(found: ScheduledBid, waits: Issue) -> bool:
    asked = schedule_in(waits, bid_seals.opened_key(found.evaluated.opened.bid))
    return says_the_same(found.schedule, asked)


def spoilt_by_an_edit(found: ScheduledBid) -> Issue | None:
    """Return the request to issue that an edit would spoil, for who may know of it."""
    waits = request_waiting(signed_in_user(), found)
    return waits if waits is not None and _fits(found, waits) else None


@pages.app_context_processor
def requests_to_spoil() -> dict[str, object]:
    return {"spoilt_by_an_edit": spoilt_by_an_edit}
