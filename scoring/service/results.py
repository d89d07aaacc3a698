"""Releasing the results: every bidder at the same moment, each its own summary, sealed for good."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock, mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from scoring import seals
from scoring.models import BidResult
from scoring.queries.bids import EvaluatedBid, bids_in_evaluation
from scoring.queries.exclusions import checks_of, checks_required
from scoring.queries.late import late_waiting
from scoring.queries.results import assessed, in_the_way, summaries_of
from scoring.rules.summaries import NotDecided, Outcome, checked_outcomes, fingerprint_of
from scoring.service.evaluating import note
from supplier_portal import seals as bid_seals
from supplier_portal.queries import people_of
from tenders import service as tenders
from tenders.models import Tender

BIDDERS_PAGE = "scoring.after"


class NotReady(DomainError):
    """Something is missing before results can be released."""


class ChangedSincePreview(DomainError):
    """What would be released is not what the officer has read."""


class ReasonMissing(DomainError):
    """An explanation is left out of the other bidders' summaries without saying why."""


def prepare_results(
    tender: Tender,
    bids: list[EvaluatedBid],
    outcomes: Mapping[str, Outcome],
    *,
    withheld_because: str,
) -> dict[str, dict[str, Any]]:
    """Return the summaries by token of bid, as they would be released now; nothing is saved.

    Raises NotReady, NotDecided and ReasonMissing.
    """
    must_have_decided_late(tender)
    must_have_settled_parties(tender)
    if not bids:
        raise NotReady("You cannot release results because no bid was opened")
    missing = in_the_way(bids)
    if missing:
        raise NotReady("You cannot release results because something is missing: see the list")
    checked_outcomes([assessed(bid) for bid in bids], outcomes)
    must_not_be_disregarded(bids, outcomes)
    withholds = any(entry.successful and entry.withheld for entry in outcomes.values())
    if withholds and not withheld_because.strip():
        raise ReasonMissing(
            "Enter why explanations are left out for the other bidders", field="withheld_because"
        )
    return summaries_of(tender, bids, outcomes, withheld_because=withheld_because)


def must_have_decided_late(tender: Tender) -> None:
    """Raise NotReady while a bid that came late waits for a decision."""
    waiting = late_waiting(tender)
    if waiting:
        raise NotReady(
            "You cannot release results because "
            + ("a late bid waits" if waiting == 1 else f"{waiting} late bids wait")
            + " for a decision whether to admit it"
        )


def must_have_settled_parties(tender: Tender) -> None:
    """Raise NotReady while an exclusion check the tender published is not finished."""
    left = checks_of(tender).unsettled if checks_required(tender) else 0
    if left:
        raise NotReady(
            "You cannot release results because "
            + ("1 exclusion check is" if left == 1 else f"{left} exclusion checks are")
            + " not finished"
        )


def must_not_be_disregarded(bids: list[EvaluatedBid], outcomes: Mapping[str, Outcome]) -> None:
    """Raise NotDecided for a bid that is to be successful and whose tender is disregarded."""
    for bid in bids:
        if bid.is_disregarded and outcomes[bid.token].successful:
            raise NotDecided(
                f"You cannot select {bid.name} as successful because its tender is disregarded",
                field=f"result-{bid.token}",
            )


def release_results(
    tender: Tender,
    outcomes: Mapping[str, Outcome],
    *,
    withheld_because: str,
    previewed: str,
    by: Viewer,
) -> int:
    """Tell every bidder its result at one moment; return how many there are.

    ``previewed`` is the fingerprint of what the officer read: that, to the letter, is released.

    Raises what prepare_results does, ChangedSincePreview, and StepNotAllowed if results were
    released already.
    """
    with transaction():
        tenders.decide_tender(tender, by=by)
        bids = bids_in_evaluation(by, tender)
        made = prepare_results(tender, bids, outcomes, withheld_because=withheld_because)
        if fingerprint_of(made) != previewed:
            raise ChangedSincePreview(
                "You cannot release these results because something changed since you read them: "
                "read them again below"
            )
        moment = clock.now()
        for bid in bids:
            _release(bid, canonical_json(made[bid.token]), outcomes[bid.token], moment, by)
    return len(bids)


def _release(bid: EvaluatedBid, text: str, outcome: Outcome, moment: datetime, by: Viewer) -> None:
    token, own = new_token(), bid.opened.bid
    db.session.add(
        BidResult(
            token=token,
            bid_id=own.id,
            successful=outcome.successful,
            sealed_summary=seals.seal_text(seals.SUMMARY, token, bid_seals.opened_key(own), text),
            released_at=moment,
            released_by_id=by.person_id,
        )
    )
    db.session.flush()
    note("bid.result_released", own, by, result=token, summary=sha256_hex(text))
    reference, title = bid.tender.reference, bid.tender.title
    mail.post(
        "bid.result_released",
        own.token,
        people_of(own, Permission.BID_READ),
        f"The result of {reference}",
        f"The council has decided on “{title}”. The result of your bid and its assessment summary "
        f"are there.\n\nRead them: {mail.link(BIDDERS_PAGE, bid=own.token)}\n",
    )
