"""Starting a bid, and what every change to one begins with."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from accounts.queries import Viewer
from foundation import audit, clock, jobs
from foundation.database import db, transaction
from foundation.tokens import new_token
from supplier_portal import seals
from supplier_portal.models import Bid
from supplier_portal.queries import window_of
from supplier_portal.rules.bringing import must_take_brought
from supplier_portal.rules.reminders import REMIND, look_again_at
from supplier_portal.rules.stages import BidStage
from supplier_portal.rules.submission import NotOpen, QuestionsAmended, must_be_open
from tenders.models import Tender
from tenders.queries import effective_stage


def start_bid(tender: Tender, *, by: Viewer, arrived_at: datetime) -> Bid:
    """Return the company's bid for ``tender``, made now if there is none. Raises TooLate."""
    if tender.runs_elsewhere:
        raise NotOpen(
            "You cannot start a bid here because bids for this tender are taken on another portal"
        )
    must_be_open(window_of(tender), arrived_at, "start a bid")
    token = new_token()
    bid = Bid(
        token=token,
        tender_id=tender.id,
        supplier_id=by.organisation_id,
        stage=BidStage.DRAFT,
        key_for_supplier=seals.new_bid_key(token),
        revision=0,
        changed_at=arrived_at,
        created_at=arrived_at,
        created_by_id=by.person_id,
    )
    try:
        with transaction():
            existing = _bid_for(tender, by)
            if existing is not None:
                return existing
            db.session.add(bid)
            db.session.flush()
            audit.record(
                "bid.started", actor=by.person_token, subject=("bid", token), tender=tender.token
            )
            watch_closing(bid, tender)
    except IntegrityError:
        # A colleague was faster by less than a statement: his bid is the company's.
        started = _bid_for(tender, by)
        if started is None:
            raise
        return started
    return bid


def watch_closing(bid: Bid, tender: Tender) -> None:
    """Ask for a look at the closing time, and at who needs reminding of it, when it is time."""
    moment = clock.now()
    again = look_again_at(tender.closes_at, moment) if tender.closes_at else None
    if again is not None:
        jobs.enqueue(REMIND, bid.token, {"looked_at": moment.isoformat()}, run_at=again)


# Asked at every save, so put together once.
_CURRENT = (
    select(Bid)
    .options(
        joinedload(Bid.tender, innerjoin=True).joinedload(Tender.authority, innerjoin=True),
        joinedload(Bid.supplier, innerjoin=True),
    )
    .where(Bid.id == bindparam("bid"))
    .with_for_update(of=Bid)
    .execution_options(populate_existing=True)
)


def held(bid: Bid) -> Bid:
    """Return the bid as it is now, kept from changing until the transaction ends."""
    return db.session.scalars(_CURRENT, {"bid": bid.id}).one()


def current(bid: Bid, *, arrived_at: datetime, doing: str) -> Bid:
    """Return the bid as it is now, held, for a change to it.

    Raises TooLate or NotOpen unless what arrived at ``arrived_at`` is in time, QuestionsAmended if
    the questions were amended after the bid in hand was read. A bid brought in from another portal
    is completed between closing and opening instead: CannotBring.
    """
    read = bid.__dict__.get("tender")
    asked = read.questionnaire_sha256 if read is not None else None
    found = held(bid)
    if asked is not None and asked != found.tender.questionnaire_sha256:
        raise QuestionsAmended(
            f"You cannot {doing} because the council has just amended this tender: look at what "
            "changed, and do it again"
        )
    if found.brought_by_id is None:
        must_be_open(window_of(found.tender), arrived_at, doing)
    else:
        must_take_brought(
            runs_elsewhere=found.tender.runs_elsewhere,
            stage=effective_stage(found.tender, arrived_at),
            doing=doing,
        )
    return found


_BID = cast("Table", Bid.__table__)
_NOTE_CHANGE = (
    update(_BID)
    .where(_BID.c.id == bindparam("bid"))
    .values(revision=_BID.c.revision + 1, changed_at=bindparam("at"))
)


def note_change(bid: Bid, *, arrived_at: datetime) -> None:
    """Count a change to the answers, so that an earlier submission is known to lack it."""
    db.session.execute(_NOTE_CHANGE, {"bid": bid.id, "at": arrived_at})
    # The record in hand follows the row, without being written a second time.
    set_committed_value(bid, "revision", bid.revision + 1)
    set_committed_value(bid, "changed_at", arrived_at)


def _bid_for(tender: Tender, by: Viewer) -> Bid | None:
    return db.session.scalars(
        select(Bid).where(Bid.tender_id == tender.id, Bid.supplier_id == by.organisation_id)
    ).one_or_none()
