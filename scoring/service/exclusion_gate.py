"""The exclusion checks of a tender as a whole: who is to be checked, and when marking may begin."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.queries import Viewer
from foundation.database import transaction
from foundation.errors import DomainError
from scoring.queries.exclusions import (
    TOPIC,
    checks_of,
    checks_required,
    early_marking,
    exclusions_of,
    not_listed,
)
from scoring.rules.exclusions import checked_text
from scoring.service.evaluating import bid_to_change
from scoring.service.exclusion_steps import DOING, add_to_list
from supplier_portal.queries import OpenedBid
from supplier_portal.queries.opened import barrier_before
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.service.base import current_tender
from tenders.service.planning import save_sheet


class ChecksMissing(DomainError):
    """Somebody wanted to mark before the checks are done."""


def list_at_opening(bids: Iterable[OpenedBid], *, by: Viewer) -> None:
    """Put whomever the bids name on their lists, at the opening of a tender that published so.

    Call it in the transaction of the opening.
    """
    for opened in bids:
        if checks_required(opened.bid.tender):
            for named in not_listed(opened, ()):
                add_to_list(opened.bid, named.name, named.role, named.found_in, by)


def list_parties(tender: Tender, *, by: Viewer) -> int:
    """Put whomever the bids name and nobody has listed on the lists; return how many."""
    with transaction():
        current_tender(tender)
        found = exclusions_of(by, tender)
        for entry in found:
            if entry.not_listed:
                bid = bid_to_change(entry.opened.bid, doing=DOING)
                for named in entry.not_listed:
                    add_to_list(bid, named.name, named.role, named.found_in, by)
        return sum(len(entry.not_listed) for entry in found)


def begin_before_checks(tender: Tender, reason: str, *, by: Viewer) -> None:
    """Record why marking begins before every check is done. Raises WrongEntry."""
    plain = checked_text(reason, field="text", ask="Enter why marking begins before")
    with transaction():
        current_tender(tender)
        before = early_marking(tender)
        value = {"reason": plain, "unsettled": checks_of(tender).unsettled}
        save_sheet(tender, TOPIC, value, version=before.version, by=by)


def must_be_checked(tender: Tender, viewer: Viewer | None = None) -> None:
    """Raise ChecksMissing where marking waits for checks that are not done."""
    message = why_marking_waits(tender, viewer)
    if message:
        raise ChecksMissing(message)


def why_marking_waits(tender: Tender, viewer: Viewer | None = None) -> str:
    """Return why marking cannot begin yet; empty where it can. To a ``viewer`` who is kept away
    from a bid, without a number that counts its checks."""
    if tender.stage is not Stage.OPENED or not checks_required(tender):
        return ""
    left = checks_of(tender).unsettled
    if not left or early_marking(tender).version:
        return ""
    if viewer is not None and not barrier_before(viewer, tender).is_open:
        return (
            "You cannot mark yet because exclusion checks are not finished: an officer finishes "
            "them, or records why marking begins before"
        )
    what = "1 exclusion check is" if left == 1 else f"{left} exclusion checks are"
    return (
        f"You cannot mark yet because {what} not finished: an officer finishes them, or records "
        "why marking begins before"
    )
