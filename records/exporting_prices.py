"""What the export of an authority says of prices: nothing of what they are while they are shut."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from records.exporting_keys import DESTROYED, bids_of, rows_of
from scoring import seals as words
from scoring.models import LowPriceEvent, PriceOpening
from scoring.queries.low_prices import SEALED_AS, place_of
from scoring.queries.price_opening import SHUT, last_opening, prices_are_open
from supplier_portal import seals
from supplier_portal.models import Bid, PriceOffer

NOT_THESE = {"content": "not the prices that were handed in"}


def prices(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the prices that were handed in or entered; of other versions only that they are."""
    offers = rows_of(PriceOffer, ids, "sealed")
    bids = bids_of(offer.bid_id for offer in offers)
    openings = _openings(bids.values())
    return {
        offer.id: _prices(offer, bids[offer.bid_id], openings.get(bids[offer.bid_id].tender_id))
        for offer in offers
    }


def low_prices(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what was written at steps of cases about a price that seems too low."""
    events = rows_of(LowPriceEvent, ids)
    bids = bids_of(event.bid_id for event in events)
    openings = _openings(bids.values())
    return {event.id: _words(event, bids[event.bid_id], openings) for event in events}


def _openings(bids: Iterable[Bid]) -> dict[int, PriceOpening]:
    """Return when prices were opened, by the number of a tender; without those that are shut."""
    found = {}
    for tender in {bid.tender_id: bid.tender for bid in bids}.values():
        opening = last_opening(tender)
        if opening is not None and prices_are_open(tender):
            found[tender.id] = opening
    return found


def _prices(offer: PriceOffer, bid: Bid, opening: PriceOpening | None) -> dict[str, Any]:
    if bid.tender.content_destroyed_at is not None:
        return DESTROYED
    if opening is None:
        return {"content": SHUT}
    if opening.bids.get(bid.token, {}).get("number") != offer.number:
        return NOT_THESE
    plain = seals.open_prices(bid, seals.opened_key(bid), offer.number, offer.sealed)
    return {"content": json.loads(plain["text"])}


def _words(event: LowPriceEvent, bid: Bid, openings: Mapping[int, PriceOpening]) -> dict[str, Any]:
    if bid.tender.content_destroyed_at is not None:
        return DESTROYED
    if bid.tender_id not in openings:
        return {"content": SHUT}
    text = words.open_text(
        SEALED_AS, place_of(bid, event.number), seals.opened_key(bid), event.sealed_text
    )
    return {"content": {"text": json.loads(text)["text"]}}
