"""Who won a tender and how many bids were assessed, once the results are released.

Everything here is empty until then: it is read from results, and there is none before.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, undefer

from foundation.database import db
from scoring.models import BidResult, ConfidentialityDecision
from supplier_portal import seals
from supplier_portal.models import Bid, Submission
from supplier_portal.queries.confidential import marks_handed_in
from supplier_portal.rules.confidential import Mark
from tenders.models import Tender

BIDDER = "bidder"


@dataclass(frozen=True)
class Result:
    """A bid that was assessed, and how it ended."""

    bid: Bid
    successful: bool
    released_at: datetime


@dataclass(frozen=True)
class WinningBid:
    """A bid that won, as it was handed in, with what stays confidential of it."""

    bid: Bid
    content: Mapping[str, Any]
    kept_back: tuple[Mark, ...]

    @property
    def answers(self) -> Mapping[str, Any]:
        answers: Mapping[str, Any] = self.content["answers"]
        return answers

    @property
    def ppon(self) -> str:
        """Return its identifier on the Central Digital Platform; empty where it named none."""
        listed = self.content.get("platform") or ()
        return next((str(one["ppon"]) for one in listed if one["role"] == BIDDER), "")


def results_of(tender: Tender) -> list[Result]:
    """Return every result that was released, by name of the bidder."""
    if tender.opened_at is None:
        return []
    rows = db.session.execute(
        select(Bid, BidResult.successful, BidResult.released_at)
        .join(BidResult, BidResult.bid_id == Bid.id)
        .options(joinedload(Bid.tender, innerjoin=True), joinedload(Bid.supplier, innerjoin=True))
        .where(Bid.tender_id == tender.id)
    )
    return sorted(
        (Result(*row) for row in rows),
        key=lambda result: (result.bid.supplier.name.casefold(), result.bid.id),
    )


def winning_bids(tender: Tender) -> list[WinningBid]:
    """Return what the winners handed in, read with the key that the opening freed."""
    won = {result.bid.id: result.bid for result in results_of(tender) if result.successful}
    if not won or tender.content_destroyed_at is not None:
        return []
    last = (
        select(func.max(Submission.number))
        .where(Submission.bid_id == Bid.id)
        .correlate(Bid)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Bid.id, Submission)
        .join(Submission, Submission.bid_id == Bid.id)
        .options(undefer(Submission.sealed))
        .where(Bid.id.in_(won), Submission.number == last)
    )
    submissions = {row[0]: row[1] for row in rows}
    agreed = _agreed(list(won))
    return [
        _winning(bid, submissions[bid.id], agreed.get(bid.id, {}))
        for bid in won.values()
        if bid.id in submissions
    ]


def _winning(bid: Bid, submission: Submission, agreed: Mapping[str, bool]) -> WinningBid:
    content = json.loads(seals.open_submission(bid, seals.opened_key(bid), submission))
    # What nobody has decided yet is kept back too: a word that is out cannot be taken back.
    kept = tuple(mark for mark in marks_handed_in(content) if agreed.get(mark.token, True))
    return WinningBid(bid, content, kept)


def _agreed(bid_ids: list[int]) -> dict[int, dict[str, bool]]:
    """Return by bid and mark the decision that counts."""
    found: dict[int, dict[str, bool]] = {}
    for row in db.session.scalars(
        select(ConfidentialityDecision)
        .where(ConfidentialityDecision.bid_id.in_(bid_ids))
        .order_by(ConfidentialityDecision.number)
    ):
        found.setdefault(row.bid_id, {})[row.mark] = row.agreed
    return found
