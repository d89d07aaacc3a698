"""Of the issues of a schedule, those the viewer may know of; and whose schedule a document is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import IssuedSchedule
from contract_clauses.queries.issuing import Issue, issues_of_bid, waiting
from contract_clauses.queries.schedules import ScheduledBid, scheduled_bid
from contract_clauses.rules.negotiated_origin import Origin
from foundation.database import db
from foundation.errors import DomainError
from scoring.queries.ranked import EVALUATED_AT, must_be_shown_ranking
from supplier_portal.models import Bid


def may_know_of_issues(viewer: Viewer, found: ScheduledBid) -> bool:
    """Return whether the viewer may know of issues, asked for or approved: until the results are
    released an issue tells which bid is recommended."""
    if found.tender.stage not in EVALUATED_AT:
        return True
    if not viewer.may(Permission.MARK_READ, tender_id=found.tender.id):
        return False
    try:
        must_be_shown_ranking(viewer, found.tender)
    except DomainError:
        return False
    return True


def request_waiting(viewer: Viewer, found: ScheduledBid) -> Issue | None:
    """Return the request to issue the schedule that waits, for who may know of it."""
    if not may_know_of_issues(viewer, found):
        return None
    return waiting(issues_of_bid(found.evaluated.opened.bid.id))


def issues_known(viewer: Viewer, found: ScheduledBid) -> tuple[Issue, ...]:
    """Return the approved issues, for who may know of them."""
    if not may_know_of_issues(viewer, found):
        return ()
    issues = issues_of_bid(found.evaluated.opened.bid.id)
    return tuple(one for one in issues if one.is_approved)


@dataclass(frozen=True)
class Elsewhere:
    """Another schedule, in words as far as the viewer may know of it; "" where not at all."""

    words: str = ""


def made_elsewhere(found: ScheduledBid, origin: Origin, viewer: Viewer) -> Elsewhere | None:
    """Return the other schedule a document was made from; None for one of this bid, or for one
    that does not say.

    What does not exist and what the viewer may not see are told apart by nothing.
    """
    if origin.bid == found.token or not origin.issue:
        return None
    if not origin.bid:
        mine = issues_of_bid(found.evaluated.opened.bid.id)
        if origin.is_draft or any(one.request.token == origin.issue for one in mine):
            return None
    token = origin.bid or _bid_of_issue(origin.issue)
    try:
        other = scheduled_bid(viewer, token, to=Permission.SCHEDULE_READ)
    except (NoResultFound, DomainError):
        return Elsewhere()
    return Elsewhere(_in_words(other, origin, viewer))


def _bid_of_issue(token: str) -> str:
    found = db.session.scalar(
        select(Bid.token)
        .join(IssuedSchedule, IssuedSchedule.bid_id == Bid.id)
        .where(IssuedSchedule.token == token)
    )
    return found or ""


def _in_words(other: ScheduledBid, origin: Origin, viewer: Viewer) -> str:
    known = {one.request.token: one.version for one in issues_known(viewer, other)}
    which = f", version {known[origin.issue]}" if origin.issue in known else ""
    return (
        f"the schedule of {other.evaluated.name}{which}, in tender {other.tender.reference}, "
        f"{other.tender.title}"
    )
