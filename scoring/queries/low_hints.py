"""Hints at a low price that nobody looked into: each needs a case, or why it needs none."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from sqlalchemy import exists, select

from foundation.database import db
from scoring.models import BidStanding, LowPriceEvent
from scoring.queries.price_opening import estimate_of
from scoring.queries.ranked import TenderRanking
from scoring.rules.low_prices import Hint, hints
from tenders.award import award_of
from tenders.models import Tender


def hints_in(ranked: TenderRanking) -> dict[str, tuple[Hint, ...]]:
    """Return what makes a price seem low by token of bid; of nothing before quality is agreed."""
    prices = {one.key: one.bid.price for one in ranked.placed if one.bid.price is not None}
    return _hints(ranked.tender, prices)


def not_looked_into(ranked: TenderRanking, looked: Collection[str]) -> list[str]:
    """Return the tokens of bids with a hint that are not out, and not among ``looked``."""
    found = hints_in(ranked)
    return [
        one.key
        for one in ranked.placed
        if one.key in found and one.key not in looked and not one.bid.disregarded
    ]


def hints_left(tender: Tender, bid_ids: Collection[int]) -> int:
    """Return of how many bids among ``bid_ids`` a hint was not looked into; prices must be open."""
    percent = award_of(tender).low_percent
    if percent is None:
        return 0
    return hints_left_in({tender.id: (tender, percent)}, bid_ids).get(tender.id, 0)


def hints_left_in(
    tenders: Mapping[int, tuple[Tender, int]], bid_ids: Collection[int] | None = None
) -> dict[int, int]:
    """Return by tender of how many bids a hint was not looked into, in one statement.

    ``tenders`` with the percentage they published; their prices must be open. ``bid_ids``: only of
    those, else of all.
    """
    prices: dict[int, dict[str, Decimal]] = {}
    waiting: dict[int, list[str]] = {}
    for tender_id, bid_id, price, disregarded, looked in db.session.execute(
        select(
            BidStanding.tender_id,
            BidStanding.bid_id,
            BidStanding.price,
            BidStanding.disregarded,
            exists().where(LowPriceEvent.bid_id == BidStanding.bid_id),
        ).where(BidStanding.tender_id.in_([*tenders]), BidStanding.price.is_not(None))
    ):
        prices.setdefault(tender_id, {})[str(bid_id)] = Decimal(price or 0)
        if not (disregarded or looked) and (bid_ids is None or bid_id in bid_ids):
            waiting.setdefault(tender_id, []).append(str(bid_id))
    left = {}
    for tender_id, keys in waiting.items():
        tender, percent = tenders[tender_id]
        found = hints(prices[tender_id], estimate_of(tender), percent)
        left[tender_id] = sum(key in found for key in keys)
    return {tender_id: count for tender_id, count in left.items() if count}


def _hints(tender: Tender, prices: Mapping[str, Decimal]) -> dict[str, tuple[Hint, ...]]:
    return hints(prices, estimate_of(tender), award_of(tender).low_percent)
