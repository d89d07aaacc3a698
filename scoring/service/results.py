"""Releasing the results: every bidder at the same moment, each its own summary, sealed for good.

Regulation 31(4) of the Procurement Regulations 2024: all summaries go at the same time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock, mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.tokens import new_token
from scoring import seals
from scoring.models import BidResult
from scoring.queries.bids import EvaluatedBid
from scoring.queries.letters import InOutbox, outbox_of
from scoring.rules.letters import State
from scoring.service.deciding import NotReady, must_be_complete
from scoring.service.evaluating import note
from scoring.service.letters import must_be_approved
from supplier_portal import seals as bid_seals
from supplier_portal.queries import people_of
from tenders import service as tenders
from tenders.models import Tender
from tenders.service.base import current_tender

BIDDERS_PAGE = "scoring.after"


def release_results(tender: Tender, *, by: Viewer) -> int:
    """Tell every bidder its result at one moment; return how many there are.

    Each letter was read by a named person, and goes as that person read it.

    Raises NotReady, DecidedBefore and KeptAway.
    """
    with transaction():
        current = current_tender(tender)
        now = must_be_approved(by, current)
        must_be_complete(now)
        outbox = outbox_of(now)
        must_be_read(outbox)
        tenders.decide_tender(current, by=by)
        moment = clock.now()
        for one in outbox:
            _release(one.bid, one.told, moment, by, successful=one.successful)
    return len(outbox)


def must_be_read(outbox: list[InOutbox]) -> None:
    """Raise NotReady unless every letter was read, and is as it was then."""
    if not outbox:
        raise NotReady("You cannot release results because the letters are not prepared")
    left = [one.bid.name for one in outbox if one.state is not State.READ]
    if left:
        raise NotReady(
            "You cannot release results because nobody has read and approved the letter as it is "
            f"now: {', '.join(left)}"
        )


def _release(
    bid: EvaluatedBid, told: Mapping[str, Any], moment: datetime, by: Viewer, *, successful: bool
) -> None:
    token, own, text = new_token(), bid.opened.bid, canonical_json(dict(told))
    db.session.add(
        BidResult(
            token=token,
            bid_id=own.id,
            successful=successful,
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
