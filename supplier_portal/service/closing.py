"""The last complete saved version counting at the closing time; and what opening does to bids."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock, jobs
from foundation.database import db, transaction
from supplier_portal import queries, seals
from supplier_portal.models import Bid, Submission
from supplier_portal.rules.closing import in_the_way, must_be_offered
from supplier_portal.rules.stages import BidStage, BidStep, stage_after
from supplier_portal.rules.submission import must_be_declared, refusal
from supplier_portal.service import letters
from supplier_portal.service.bids import current, held
from supplier_portal.service.bringing import must_all_be_handed_in
from supplier_portal.service.submission import Declared, hand_in_declared
from tenders.models import Tender
from tenders.rules.timetable import SETTLING

AT_CLOSING = "bid.at_closing"
# What arrived in time may still be on its way to the store. Whatever comes later than this is
# found at the opening, which looks again before anything is read.
SAFE = SETTLING / 2


def count_at_closing(
    bid: Bid, *, by: Viewer, arrived_at: datetime, declared_by: str, agreed: bool
) -> None:
    """Ask that the last complete saved version be handed in at the closing time.

    Raises NotOffered where the tender has no such thing, NotReady without a declaration, TooLate.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="choose what counts at the closing time")
        must_be_offered(bid.tender.last_saved_counts)
        must_be_declared(name=declared_by, agreed=agreed, missing=0, knows_missing=True)
        bid.counts_at_closing_by_id = by.person_id
        bid.declared_for_closing = seals.seal_declaration(bid, declared_by.strip())
        audit.record("bid.counts_at_closing", actor=by.person_token, subject=("bid", bid.token))
        if bid.tender.closes_at is not None:
            jobs.enqueue(AT_CLOSING, bid.token, run_at=bid.tender.closes_at + SAFE)


def do_not_count_at_closing(bid: Bid, *, by: Viewer, arrived_at: datetime) -> None:
    """Let only what is submitted count, as without asking. Raises TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="choose what counts at the closing time")
        if bid.counts_at_closing_by_id is not None:
            bid.counts_at_closing_by_id = bid.declared_for_closing = None
            audit.record(
                "bid.does_not_count_at_closing",
                actor=by.person_token,
                subject=("bid", bid.token),
            )


def at_closing(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job "bid.at_closing": hand the bid in, or wait where the closing time has moved."""
    with transaction():
        bid = db.session.scalars(select(Bid).where(Bid.token == subject)).one_or_none()
        if bid is None:
            return
        bid = held(bid)
        closes_at = bid.tender.closes_at
        if closes_at is None or bid.counts_at_closing_by_id is None:
            return
        if clock.now() < closes_at + SAFE:
            jobs.enqueue(AT_CLOSING, bid.token, run_at=closes_at + SAFE)
            return
        hand_in_by_the_clock(bid)


def note_opened(tender: Tender, *, by: Viewer) -> None:
    """Move each submitted bid of ``tender`` to opened, and tell whoever handed one in; call it in
    the transaction that opens.

    Before that the clock has its last word, so that a job not done yet costs nobody the bid.
    Raises CannotBring while a bid from another portal would be left behind.
    """
    with transaction():
        must_all_be_handed_in(tender)
        asked = db.session.scalars(
            select(Bid)
            .where(Bid.tender_id == tender.id, Bid.counts_at_closing_by_id.is_not(None))
            .order_by(Bid.id)
        ).all()
        for bid in asked:
            hand_in_by_the_clock(held(bid))
        db.session.flush()
        bids = db.session.scalars(
            select(Bid)
            .where(Bid.tender_id == tender.id, Bid.stage == BidStage.SUBMITTED)
            .order_by(Bid.id)
        ).all()
        for bid in bids:
            bid.stage = stage_after(bid.stage, BidStep.OPEN)
            audit.record("bid.opened", actor=by.person_token, subject=("bid", bid.token))
        letters.send_opened(tender, bids)


def hand_in_by_the_clock(bid: Bid) -> Submission | None:
    """Hand in what is saved, if the company asked for that and the bid is complete; else say why.

    Doing it again changes nothing. The moment of arrival is that of the last change, which was in
    time because later ones are refused. Call it after closing, with the bid held.
    """
    wanted = bid.counts_at_closing_by_id is not None and bid.tender.last_saved_counts
    standing = bid.stage in (BidStage.DRAFT, BidStage.SUBMITTED)
    in_time = refusal(queries.window_of(bid.tender), bid.changed_at, "hand in this bid") is None
    if not (wanted and standing and in_time):
        return None
    answers, missing = queries.asked_answers(bid)
    last = queries.last_submissions([bid]).get(bid.id)
    now = queries.content_to_hand_in(bid, answers)
    if last is not None and last.content_hash == now.content_hash:
        return None
    amended = queries.overtaken(bid, queries.saved_answers(bid))
    unconfirmed = len(queries.unconfirmed(bid)) + len(amended)
    stands = queries.as_it_stands(bid, answers, missing=missing, unconfirmed=unconfirmed)
    reasons = in_the_way(stands)
    if reasons:
        letters.send_not_handed_in(bid, reasons, last.number if last else None)
        return None
    declared = Declared(
        seals.open_declaration(bid),
        bid.counts_at_closing_by_id or 0,
        audit.SYSTEM,
        by_the_clock=True,
    )
    return hand_in_declared(bid, answers, declared, arrived_at=bid.changed_at)
