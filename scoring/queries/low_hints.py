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
    if award_of(tender).low_percent is None:
        return 0
    rows = db.session.execute(
        select(
            BidStanding.bid_id,
            BidStanding.price,
            BidStanding.disregarded,
            exists().where(LowPriceEvent.bid_id == BidStanding.bid_id).label("looked"),
        ).where(BidStanding.tender_id == tender.id, BidStanding.price.is_not(None))
    ).all()
    found = _hints(tender, {str(row.bid_id): Decimal(row.price) for row in rows})
    return sum(
        str(row.bid_id) in found and row.bid_id in bid_ids
        for row in rows
        if not (row.disregarded or row.looked)
    )


def _hints(tender: Tender, prices: Mapping[str, Decimal]) -> dict[str, tuple[Hint, ...]]:
    return hints(prices, estimate_of(tender), award_of(tender).low_percent)
