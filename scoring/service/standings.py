"""Keeping up what the ranking reads: in the transaction of whatever moved it, or all of it anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import BidStanding, LotsDrawn
from scoring.queries.ranked import ranking_of
from scoring.queries.standing_rows import Found, Worked, examined, found_from, worked_out
from scoring.queries.standings import must_be_agreed
from scoring.rules.results import RequirementResult
from scoring.rules.ties import must_be_due
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all
from tenders.models import Tender
from tenders.service.base import current_tender, record

LONGEST_NAME = 200


class NotSaid(DomainError):
    """Something that belongs to the record of lots is not entered."""


def stand_anew(bid: Bid, found: Iterable[RequirementResult] | None = None) -> None:
    """Bring up where one bid stands; call it in the transaction of what moved it.

    ``found``: what its answers lead to by themselves, given at the opening and when a late bid is
    admitted. Afterwards it is known, and no answer is opened again.
    """
    db.session.flush()
    row = db.session.get(BidStanding, bid.id)
    known = found_from(found) if found is not None else _known(bid, row)
    _store(bid.tender_id, {bid.id: row}, worked_out(bid.tender, {bid.id: known}))
    db.session.flush()


def _known(bid: Bid, row: BidStanding | None) -> Found:
    if row is not None:
        return dict(row.requirements)
    # Opened before there were standings: its answers are looked at once more.
    return examined(bid.tender)[bid.id]


def _store(
    tender_id: int, rows: Mapping[int, BidStanding | None], worked: Mapping[int, Worked]
) -> None:
    now = clock.now()
    for bid_id, values in worked.items():
        row = rows.get(bid_id)
        if row is None:
            row = BidStanding(bid_id=bid_id, tender_id=tender_id)
            db.session.add(row)
        for name, value in values.columns().items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        row.worked_out_at = now


def set_prices(tender: Tender, prices: Mapping[int, Decimal], *, by: Viewer) -> None:
    """Let the ranking know the price of each bid, by its id; one that is left out has none.

    Raises QualityNotAgreed.
    """
    with transaction():
        current = current_tender(tender)
        must_be_agreed(current)
        rows = db.session.scalars(
            select(BidStanding)
            .options(load_only(BidStanding.price))
            .where(BidStanding.tender_id == current.id)
        ).all()
        for row in rows:
            price = prices.get(row.bid_id)
            row.price = None if price is None else format(price, "f")
        db.session.flush()
        record("ranking.priced", current, by, bids=sum(row.price is not None for row in rows))


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What rebuilding found: how many bids there are, and by token what was not as it follows."""

    bids: int
    differences: Mapping[str, list[str]]


def rebuild(tender: Tender) -> Rebuilt:
    """Make the standings of a tender again from the rows that decide them, the answers too.

    Prices stay: they come from the price schedules, which open by themselves.
    """
    with transaction():
        current = current_tender(tender)
        rows: dict[int, BidStanding | None] = {
            row.bid_id: row
            for row in db.session.scalars(
                select(BidStanding).where(BidStanding.tender_id == current.id)
            )
        }
        worked = worked_out(current, examined(current))
        tokens = _tokens([*rows.keys() | worked.keys()])
        differences: dict[str, list[str]] = {}
        for bid_id, values in worked.items():
            row = rows.get(bid_id)
            found = ["there was none"] if row is None else values.differences(row)
            if found:
                differences[tokens[bid_id]] = found
        for bid_id, row in rows.items():
            if bid_id not in worked and row is not None:
                differences[tokens[bid_id]] = ["no bid that counts has this standing"]
                db.session.delete(row)
        _store(current.id, rows, worked)
        db.session.flush()
    return Rebuilt(len(worked), differences)


def _tokens(bid_ids: list[int]) -> dict[int, str]:
    found = db.session.execute(select(Bid.id, Bid.token).where(Bid.id.in_(bid_ids)))
    return dict(found.all())


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """Lots as they were drawn: tokens of the bids in order, how, before whom and when."""

    bids: list[str]
    how: str
    witness: str
    drawn_on: date


def record_lots(tender: Tender, drawing: Drawing, *, by: Viewer) -> LotsDrawn:
    """Record lots drawn between bids that nothing else tells apart. Raises LotsNotDue, NotSaid."""
    must_see_all(by, tender)
    how, witness = " ".join(drawing.how.split()), " ".join(drawing.witness.split())
    _must_be_said(how, witness, drawing.drawn_on)
    with transaction():
        current = current_tender(tender)
        must_be_due(ranking_of(current).tie, drawing.bids)
        last = db.session.scalar(
            select(func.max(LotsDrawn.number)).where(LotsDrawn.tender_id == current.id)
        )
        drawn = LotsDrawn(
            tender_id=current.id,
            number=(last or 0) + 1,
            bids=list(drawing.bids),
            how=how,
            witness=witness,
            drawn_on=drawing.drawn_on,
            recorded_at=clock.now(),
            recorded_by_id=by.person_id,
        )
        db.session.add(drawn)
        db.session.flush()
        record("ranking.lots_drawn", current, by, number=drawn.number, bids=drawn.bids)
    return drawn


def _must_be_said(how: str, witness: str, drawn_on: date) -> None:
    if len(how) < 20:
        raise NotSaid("Enter how the lots were drawn, in at least 20 characters", field="how")
    if not witness:
        raise NotSaid("Enter the name of the witness", field="witness")
    if len(witness) > LONGEST_NAME:
        raise NotSaid(f"Enter {LONGEST_NAME} characters or fewer", field="witness")
    if drawn_on > clock.london(clock.now()).date():
        raise NotSaid("Enter a day that is not in the future", field="drawn_on")
