"""The prices of a bid: for its own company at any time, for nobody else but once they are opened.

The text of a submission holds the number and the hash of a version, never a price; who opens
bids reads none here. ``offer_handed_in`` is for the page that opens prices alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select

from accounts.models import Person
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, PriceOffer
from supplier_portal.rules.prices import Offer, offer_from
from tenders.price_schedule import schedule_of
from tenders.rules.price_schedule import PriceLine, PriceSchedule

# The name under which number and hash are handed in with a bid.
PRICE = "price"


@dataclass(frozen=True)
class SavedPrices:
    """A version of the prices; number 0 where the company has entered none."""

    offer: Offer
    salt: bytes = b""
    author: str = ""
    saved_at: datetime | None = None

    @property
    def number(self) -> int:
        return self.offer.number

    @property
    def prices(self) -> Mapping[str, Decimal]:
        return self.offer.prices

    @property
    def commitment(self) -> str:
        return self.offer.commitment(self.salt)


@dataclass(frozen=True)
class PricesOf:
    """The schedule of a tender with the prices of one bid, as its company's pages show them."""

    schedule: PriceSchedule
    saved: SavedPrices

    @property
    def missing(self) -> tuple[PriceLine, ...]:
        return self.schedule.missing(self.saved.prices)

    @property
    def total(self) -> Decimal | None:
        return self.schedule.total(self.saved.prices)

    def line_total(self, line: PriceLine) -> Decimal | None:
        price = self.saved.prices.get(line.id)
        return None if price is None else self.schedule.line_total(line, price)


def prices_of(bid: Bid) -> PricesOf | None:
    """Return the prices of the company's own bid as it stands; None where none are asked for."""
    schedule = schedule_of(bid.tender)
    return PricesOf(schedule, last_prices(bid)) if schedule else None


def unpriced_lines(bid: Bid) -> tuple[PriceLine, ...]:
    found = prices_of(bid) if bid.brought_by_id is None else None
    return found.missing if found else ()


def last_prices(bid: Bid) -> SavedPrices:
    """Return what the company works on, in one statement."""
    row = db.session.execute(
        _versions(bid).order_by(PriceOffer.number.desc()).limit(1)
    ).one_or_none()
    return SavedPrices(Offer(bid.token, 0, "", {})) if row is None else _saved(bid, *row)


def prices_numbered(bid: Bid, number: int) -> SavedPrices:
    """Return one version for its company. Raises NoResultFound."""
    wanted = number if 0 < number < 2**31 else 0
    row = db.session.execute(_versions(bid).where(PriceOffer.number == wanted)).one()
    return _saved(bid, *row)


def price_to_hand_in(bid: Bid, _answers: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return number and hash of the prices as they stand; None where there are none."""
    if bid.brought_by_id is not None or not schedule_of(bid.tender):
        return None
    saved = last_prices(bid)
    if not saved.prices:
        return None
    return {"number": saved.number, "commitment": saved.commitment}


def _versions(bid: Bid) -> Select[int, bytes, datetime, str]:
    return (
        select(PriceOffer.number, PriceOffer.sealed, PriceOffer.saved_at, Person.name)
        .join(Person, Person.id == PriceOffer.author_id)
        .where(PriceOffer.bid_id == bid.id)
    )


def _saved(bid: Bid, number: int, sealed: bytes, saved_at: datetime, author: str) -> SavedPrices:
    opened = seals.open_prices(bid, seals.supplier_key(bid), number, sealed)
    return read_sealed(opened, author, saved_at)


def read_sealed(opened: Mapping[str, Any], author: str, saved_at: datetime) -> SavedPrices:
    offer = offer_from(json.loads(opened["text"]))
    return SavedPrices(offer, bytes.fromhex(opened["salt"]), author, saved_at)
