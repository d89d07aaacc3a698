"""Opening the prices once quality is agreed, and entering those that came on another portal."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import PriceOpening
from scoring.queries.price_opening import OpenedPrices, prices_of_all
from scoring.queries.settled import unsettled_before_prices
from scoring.queries.standings import must_be_agreed
from scoring.service.evaluating import EVALUATED_AT, NotInEvaluation, bid_to_change, note
from scoring.service.standings import set_prices
from supplier_portal import seals
from supplier_portal.models import Bid, PriceOffer
from supplier_portal.queries import must_see_all
from supplier_portal.rules.prices import Offer, checked_prices, checked_reason
from supplier_portal.service.prices import keep
from tenders.models import Tender
from tenders.price_schedule import schedule_of
from tenders.service.base import current_tender, record


class NoSchedule(DomainError):
    """The tender asks for no prices."""


class NotSettled(DomainError):
    """A requirement or a check waits: who is out is decided before anybody knows a price."""


class NotOpenedYet(DomainError):
    """Something is done with prices that nobody opened."""


def open_prices(tender: Tender, *, by: Viewer) -> PriceOpening:
    """Open the prices of every bid, check each against its hash, and let the ranking know totals.

    Who opened them, when, and what was found is recorded; opening again, as after a late bid was
    admitted, adds to that. Raises KeptAway, MustDeclareFirst, QualityNotAgreed, NotSettled,
    NoSchedule and NotInEvaluation.
    """
    must_see_all(by, tender)
    with transaction():
        current = current_tender(tender)
        must_be_priced(current)
        must_be_agreed(current)
        _must_be_settled(current)
        return _opened(current, prices_of_all(current), by)


def must_be_priced(tender: Tender) -> None:
    """Raise NoSchedule, and NotInEvaluation once the tender is decided."""
    if not schedule_of(tender):
        raise NoSchedule("You cannot open prices because this tender asks for none here")
    if tender.stage not in EVALUATED_AT:
        raise NotInEvaluation(
            f"You cannot open prices because the tender is at the {tender.stage} stage"
        )


def _must_be_settled(tender: Tender) -> None:
    left = unsettled_before_prices(tender)
    if left:
        raise NotSettled(f"You cannot open prices because {' and '.join(left)}")


def _opened(tender: Tender, bids: list[OpenedPrices], by: Viewer) -> PriceOpening:
    last = db.session.scalar(
        select(func.max(PriceOpening.number)).where(PriceOpening.tender_id == tender.id)
    )
    opening = PriceOpening(
        tender_id=tender.id,
        number=(last or 0) + 1,
        # How each was found, and under which hash: never a price.
        bids={
            one.token: {
                "found": one.state.name.lower(),
                "number": one.saved.number if one.saved else 0,
                "commitment": one.commitment,
            }
            for one in bids
        },
        opened_at=clock.now(),
        opened_by_id=by.person_id,
    )
    db.session.add(opening)
    db.session.flush()
    record("prices.opened", tender, by, number=opening.number, bids=opening.bids)
    totals = {one.opened.bid.id: one.total for one in bids if one.total is not None}
    set_prices(tender, totals, by=by)
    return opening


def enter_prices(
    bid: Bid, prices: Mapping[str, Decimal | None], reason: str, *, by: Viewer
) -> None:
    """Enter the prices of a bid that came on another portal, with where they come from.

    Only once prices are opened here, so that nobody knows them before quality is agreed. Raises
    WrongPrice, QualityNotAgreed, NotOpenedYet, NotInEvaluation and NoResultFound.
    """
    must_see_all(by, bid.tender)
    because = checked_reason(reason)
    with transaction():
        current = bid_to_change(bid, doing="enter prices")
        if current.brought_by_id is None:
            raise NoResultFound
        must_be_priced(current.tender)
        must_be_agreed(current.tender)
        _must_have_been_opened(current.tender)
        schedule = schedule_of(current.tender)
        last = db.session.scalar(
            select(func.max(PriceOffer.number)).where(PriceOffer.bid_id == current.id)
        )
        offer = Offer(
            current.token,
            (last or 0) + 1,
            schedule.fingerprint,
            checked_prices(schedule, prices),
            because,
        )
        keep(current, offer, key=seals.opened_key(current), by=by, at=clock.now())
        note("bid.prices_entered", current, by, number=offer.number)
        _opened(current.tender, prices_of_all(current.tender), by)


def _must_have_been_opened(tender: Tender) -> None:
    if not db.session.scalar(
        select(func.count(PriceOpening.id)).where(PriceOpening.tender_id == tender.id)
    ):
        raise NotOpenedYet("You cannot enter prices because nobody has opened the prices yet")
