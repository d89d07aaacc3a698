"""Prices of opened bids: seen by the buying side only once the quality of all of them is agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from accounts.models import Person
from accounts.queries import Viewer
from foundation.database import db
from foundation.keys import SealBroken
from scoring.models import PriceOpening
from scoring.queries.ranked import must_be_shown_ranking
from scoring.queries.standings import must_be_agreed, quality_is_agreed
from scoring.rules.low_prices import Hint, hints
from supplier_portal import seals
from supplier_portal.models import PriceOffer
from supplier_portal.queries import OpenedBid, every_opened_bid
from supplier_portal.queries.prices import PRICE, SavedPrices, read_sealed
from supplier_portal.rules.prices import Contradiction, contradictions
from tenders.award import award_of
from tenders.models import Tender
from tenders.price_schedule import schedule_of
from tenders.queries import facts_of
from tenders.rules.price_schedule import PriceLine, PriceSchedule

SHUT = "Prices are shut until quality is agreed"
# The fact about the contract a price is compared with, beside the mean.
ESTIMATE = "value"


class PriceState(StrEnum):
    """How the prices of a bid were found, as pages say it; the name is what is recorded."""

    KEPT = "As handed in"
    BROKEN = "Not what was handed in: the hash does not fit"
    ENTERED = "Entered by an officer"
    NONE = "No prices were handed in"


@dataclass(frozen=True)
class OpenedPrices:
    """The prices of one bid, with how they were found."""

    opened: OpenedBid
    schedule: PriceSchedule
    state: PriceState
    # What the submission names, or an officer entered; None where there is nothing to show.
    saved: SavedPrices | None
    commitment: str = ""
    hints: tuple[Hint, ...] = ()

    @property
    def token(self) -> str:
        return self.opened.bid.token

    @property
    def name(self) -> str:
        return self.opened.supplier_name

    @property
    def prices(self) -> Mapping[str, Decimal]:
        return self.saved.prices if self.saved else {}

    @property
    def total(self) -> Decimal | None:
        return self.schedule.total(self.prices)

    @property
    def may_be_entered(self) -> bool:
        return self.opened.bid.brought_by_id is not None and self.state in (
            PriceState.NONE,
            PriceState.ENTERED,
        )

    def line_total(self, line: PriceLine) -> Decimal | None:
        price = self.prices.get(line.id)
        return None if price is None else self.schedule.line_total(line, price)

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        return contradictions(self.schedule, self.prices, self.opened.answers)


@dataclass(frozen=True)
class PricesShown:
    """All prices of a tender, side by side. ``new``: bids whose prices were not opened yet."""

    schedule: PriceSchedule
    opening: PriceOpening
    bids: tuple[OpenedPrices, ...]
    new: int


def last_opening(tender: Tender) -> PriceOpening | None:
    """Return when prices were opened last, and by whom."""
    return db.session.scalars(
        select(PriceOpening)
        .options(joinedload(PriceOpening.opened_by, innerjoin=True))
        .where(PriceOpening.tender_id == tender.id)
        .order_by(PriceOpening.number.desc())
        .limit(1)
    ).one_or_none()


def prices_are_open(tender: Tender) -> bool:
    """Return whether prices may be read now: somebody opened them, and quality is agreed.

    An agreed mark that is taken up again shuts them until quality is agreed once more.
    """
    return last_opening(tender) is not None and quality_is_agreed(tender)


def prices_known_since(tender: Tender) -> datetime | None:
    """Return when prices were first opened; a mark agreed later is agreed with prices known."""
    return db.session.scalar(
        select(PriceOpening.opened_at).where(
            PriceOpening.tender_id == tender.id, PriceOpening.number == 1
        )
    )


def prices_shown(viewer: Viewer, tender: Tender) -> PricesShown | None:
    """Return the prices of all bids; None while nobody opened them, or no schedule asks for them.

    Raises MustDeclareFirst, KeptAway, OwnMarksFirst and QualityNotAgreed.
    """
    must_be_shown_ranking(viewer, tender)
    opening, schedule = last_opening(tender), schedule_of(tender)
    if opening is None or not schedule:
        return None
    must_be_agreed(tender)
    bids = prices_of_all(tender)
    new = sum(one.token not in opening.bids for one in bids)
    found = with_hints(tender, [one for one in bids if one.token in opening.bids])
    return PricesShown(schedule, opening, found, new)


def prices_of_all(tender: Tender) -> list[OpenedPrices]:
    """Return the prices of every opened bid, for what the service does with them.

    Nothing of it may be shown but through ``prices_shown``.
    """
    opened = every_opened_bid(tender)
    rows = _offers([one.bid.id for one in opened])
    schedule = schedule_of(tender)
    return [_prices(one, schedule, rows.get(one.bid.id, {})) for one in opened]


def prices_of_one(opened: OpenedBid) -> OpenedPrices | None:
    """Return the prices of one bid for the record; None while they are shut, or none are asked."""
    tender = opened.bid.tender
    schedule, opening = schedule_of(tender), last_opening(tender)
    if not schedule or opening is None or opened.bid.token not in opening.bids:
        return None
    if not quality_is_agreed(tender):
        return None
    return _prices(opened, schedule, _offers([opened.bid.id]).get(opened.bid.id, {}))


def with_hints(tender: Tender, bids: Iterable[OpenedPrices]) -> tuple[OpenedPrices, ...]:
    """Return the bids with what makes a price seem low."""
    listed = list(bids)
    totals = {one.token: one.total for one in listed if one.total is not None}
    found = hints(totals, estimate_of(tender), award_of(tender).low_percent)
    return tuple(
        OpenedPrices(
            one.opened,
            one.schedule,
            one.state,
            one.saved,
            one.commitment,
            found.get(one.token, ()),
        )
        for one in listed
    )


def estimate_of(tender: Tender) -> Decimal | None:
    try:
        return Decimal(str(facts_of(tender).get(ESTIMATE) or ""))
    except ArithmeticError:
        return None


def _offers(bid_ids: list[int]) -> dict[int, dict[int, tuple[PriceOffer, str]]]:
    """Return every version by bid and number with its author, in one statement."""
    rows = db.session.execute(
        select(PriceOffer, Person.name)
        .join(Person, Person.id == PriceOffer.author_id)
        .options(undefer(PriceOffer.sealed))
        .where(PriceOffer.bid_id.in_(bid_ids))
        .order_by(PriceOffer.number)
    )
    found: dict[int, dict[int, tuple[PriceOffer, str]]] = {}
    for row, author in rows:
        found.setdefault(row.bid_id, {})[row.number] = (row, author)
    return found


def _prices(
    opened: OpenedBid, schedule: PriceSchedule, rows: Mapping[int, tuple[PriceOffer, str]]
) -> OpenedPrices:
    """Return what the submission names; drafts saved beside it stay unread."""
    named: Mapping[str, Any] | None = opened.content.get(PRICE)
    if named is not None:
        saved = _read(opened, rows.get(named["number"]))
        fits = (
            saved is not None
            and saved.commitment == named["commitment"]
            and saved.offer.bid == opened.bid.token
            and saved.offer.schedule == schedule.fingerprint
        )
        state = PriceState.KEPT if fits else PriceState.BROKEN
        return OpenedPrices(opened, schedule, state, saved if fits else None, named["commitment"])
    if opened.bid.brought_by_id is not None and rows:
        saved = _read(opened, rows[max(rows)])
        if saved is not None and saved.offer.entered_because:
            return OpenedPrices(opened, schedule, PriceState.ENTERED, saved, saved.commitment)
    return OpenedPrices(opened, schedule, PriceState.NONE, None)


def _read(opened: OpenedBid, row: tuple[PriceOffer, str] | None) -> SavedPrices | None:
    if row is None:
        return None
    offer, author = row
    try:
        key = seals.opened_key(opened.bid)
        plain = seals.open_prices(opened.bid, key, offer.number, offer.sealed)
    except SealBroken:
        return None
    return read_sealed(plain, author, offer.saved_at)
