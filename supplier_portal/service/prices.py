"""Saving the prices of a bid: a new sealed version each time, and nothing written over."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from accounts.queries import Viewer
from foundation import audit
from foundation.database import db, transaction
from supplier_portal import seals
from supplier_portal.models import Bid, PriceOffer
from supplier_portal.queries.prices import SavedPrices, last_prices
from supplier_portal.rules.prices import Offer, PricesOvertaken, WrongPrice, checked_prices
from supplier_portal.rules.receipt import SALT_BYTES
from supplier_portal.service.bids import current, note_change
from supplier_portal.service.submission import refusals_noted
from tenders.price_schedule import schedule_of


def save_prices(
    bid: Bid,
    prices: Mapping[str, Decimal | None],
    *,
    based_on: int,
    by: Viewer,
    arrived_at: datetime,
) -> int:
    """Keep the prices as a new version; return the number of the one that stands.

    Nothing happens where they stand so already. ``based_on``: the version the form was made from.
    Raises WrongPrice, PricesOvertaken and TooLate.
    """
    with refusals_noted(bid, by, arrived_at), transaction():
        bid = current(bid, arrived_at=arrived_at, doing="change the prices of this bid")
        schedule = schedule_of(bid.tender)
        if not schedule or bid.brought_by_id is not None:
            raise WrongPrice("You cannot enter prices because this tender asks for none here")
        wanted = checked_prices(schedule, prices)
        before = last_prices(bid)
        if dict(before.prices) == wanted:
            return before.number
        if before.number != based_on:
            raise PricesOvertaken(
                f"{before.author} saved prices after you opened this page. Nothing of yours is "
                "lost: theirs are beside yours. Save again to keep what stands in the boxes"
            )
        number = keep(
            bid,
            Offer(bid.token, before.number + 1, schedule.fingerprint, wanted),
            key=seals.supplier_key(bid),
            by=by,
            at=arrived_at,
        )
        audit.record(
            "bid.prices_saved", actor=by.person_token, subject=("bid", bid.token), number=number
        )
        note_change(bid, arrived_at=arrived_at)
        return number


def keep(bid: Bid, offer: Offer, *, key: bytes, by: Viewer, at: datetime) -> int:
    """Add a version, sealed with a salt of its own; call it in a transaction."""
    saved = SavedPrices(offer, secrets.token_bytes(SALT_BYTES))
    plain = {"text": offer.text, "salt": saved.salt.hex()}
    db.session.add(
        PriceOffer(
            bid_id=bid.id,
            number=offer.number,
            sealed=seals.seal_prices(bid, key, offer.number, plain),
            saved_at=at,
            author_id=by.person_id,
        )
    )
    db.session.flush()
    return offer.number
