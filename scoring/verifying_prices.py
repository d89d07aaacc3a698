"""The totals of opened price schedules, added up a second time from the offers as sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from foundation.database import db
from foundation.keys import SealBroken
from scoring.models import BidStanding, PriceOpening
from supplier_portal import seals
from supplier_portal.models import PriceOffer
from supplier_portal.queries import OpenedBid
from tenders.models import Tender

PENNIES = 100


def prices_of(
    tender: Tender, opened: Iterable[OpenedBid], schedule: Mapping[str, Any]
) -> tuple[dict[int, Fraction], list[str]]:
    """Return by id of bid the total of its offer, and what is wrong with any.

    Where nobody opened a schedule, the prices are those the ranking was told.
    """
    bids = list(opened)
    opening = db.session.scalars(
        select(PriceOpening)
        .where(PriceOpening.tender_id == tender.id)
        .order_by(PriceOpening.number.desc())
        .limit(1)
    ).one_or_none()
    if opening is None:
        return _told(bids), []
    rows = {
        (row.bid_id, row.number): row
        for row in db.session.scalars(
            select(PriceOffer)
            .options(undefer(PriceOffer.sealed))
            .where(PriceOffer.bid_id.in_([one.bid.id for one in bids]))
        )
    }
    totals: dict[int, Fraction] = {}
    faults: list[str] = []
    for one in bids:
        found = opening.bids.get(one.bid.token)
        if found is None or not found["number"]:
            continue
        row = rows.get((one.bid.id, found["number"]))
        text, hash_ = ("", "") if row is None else _opened(one, row)
        if not text or hash_ != found["commitment"]:
            faults.append(f"The prices of bid {one.bid.token} do not have the hash that was opened")
            continue
        total = _total(schedule, json.loads(text)["prices"])
        if total is not None:
            totals[one.bid.id] = total
    return totals, faults


def _told(bids: list[OpenedBid]) -> dict[int, Fraction]:
    rows = db.session.execute(
        select(BidStanding.bid_id, BidStanding.price).where(
            BidStanding.bid_id.in_([one.bid.id for one in bids])
        )
    )
    return {bid_id: Fraction(price) for bid_id, price in rows if price is not None}


def _opened(one: OpenedBid, row: PriceOffer) -> tuple[str, str]:
    """Return the text of an offer and its hash; empty where its seal does not open."""
    try:
        plain = seals.open_prices(one.bid, seals.opened_key(one.bid), row.number, row.sealed)
    except SealBroken:
        return "", ""
    text: str = plain["text"]
    return text, hashlib.sha256(bytes.fromhex(plain["salt"]) + text.encode()).hexdigest()


def _total(schedule: Mapping[str, Any], prices: Mapping[str, str]) -> Fraction | None:
    """Return the sum of the lines in pounds, each rounded half up to the penny; None: not whole."""
    pennies = 0
    for line in schedule.get("lines", ()):
        if line["kind"] == "option":
            continue
        if line["id"] not in prices:
            return None
        years = schedule["years"] if line["yearly"] else 1
        exact = Fraction(line["quantity"]) * Fraction(prices[line["id"]]) * years * PENNIES
        pennies += (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return Fraction(pennies, PENNIES) if schedule.get("lines") else None
