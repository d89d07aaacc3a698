"""What the export of an authority says of prices: nothing of what they are while they are shut."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from foundation.database import db
from scoring.models import LowPriceEvent
from scoring.queries.low_prices import case_of
from scoring.queries.price_opening import SHUT, last_opening, prices_are_open
from supplier_portal import seals
from supplier_portal.models import Bid, PriceOffer

DESTROYED = {"content": "destroyed"}


def prices(row_id: int) -> dict[str, Any]:
    """Return the prices that were handed in or entered; of other versions only that they are."""
    offer = db.session.scalars(
        select(PriceOffer).options(undefer(PriceOffer.sealed)).where(PriceOffer.id == row_id)
    ).one()
    bid = _bid(offer.bid_id)
    if bid.tender.content_destroyed_at is not None:
        return DESTROYED
    if not prices_are_open(bid.tender):
        return {"content": SHUT}
    opening = last_opening(bid.tender)
    if opening is None or opening.bids.get(bid.token, {}).get("number") != offer.number:
        return {"content": "not the prices that were handed in"}
    plain = seals.open_prices(bid, seals.opened_key(bid), offer.number, offer.sealed)
    return {"content": json.loads(plain["text"])}


def low_price(row_id: int) -> dict[str, Any]:
    row = db.session.get_one(LowPriceEvent, row_id)
    bid = _bid(row.bid_id)
    if bid.tender.content_destroyed_at is not None:
        return DESTROYED
    if not prices_are_open(bid.tender):
        return {"content": SHUT}
    return {"content": {"text": case_of(bid).steps[row.number - 1].text}}


def _bid(bid_id: int) -> Bid:
    return db.session.scalars(
        select(Bid).options(joinedload(Bid.tender, innerjoin=True)).where(Bid.id == bid_id)
    ).one()
