"""The rows a ranking is made of, and what was made of the same rows before.

Nothing of it changes while the rows do not, and they are read each time: so what is worked out of
thousands of them is kept in the process, and found again by the rows themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import NamedTuple

from sqlalchemy import Text, cast, or_, select

from accounts.models import Organisation
from foundation.database import db
from scoring.models import BidStanding
from scoring.rules.prices import Method
from scoring.rules.ranking import Placed, Standing, ranking
from scoring.rules.sensitivity import Swing
from supplier_portal.models import Bid
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender

# Of so many tenders at once; with 5,000 bids each takes about 6 MB.
MOST_KEPT = 4


class Row(NamedTuple):
    """What is kept of a bid, as it is stored: exact decimals, and its sections as JSON."""

    token: str
    name: str
    quality: str | None
    price: str | None
    why_unranked: str
    disregarded: bool
    sections: str


@dataclass(frozen=True)
class Order:
    """The bids in order, and what else follows from the same rows."""

    placed: tuple[Placed, ...]
    rows: tuple[Row, ...]
    _swings: dict[str, tuple[Swing, ...]] = field(default_factory=dict)

    @cached_property
    def sections(self) -> Mapping[str, Mapping[str, str]]:
        """Return the exact score of each section by token of bid."""
        return {row.token: json.loads(row.sections) for row in self.rows}

    def swings(self, winner: str, made: Callable[[], tuple[Swing, ...]]) -> tuple[Swing, ...]:
        """Return how far weights may move before this bid loses the first place: lots may have
        given it to another."""
        if winner not in self._swings:
            self._swings[winner] = made()
        return self._swings[winner]


def rows_of(tender: Tender) -> tuple[tuple[Row, ...], int]:
    """Return the standings, and how many bids that were handed in have none."""
    rows = db.session.execute(
        select(
            BidStanding.bid_id,
            Bid.token,
            Organisation.name,
            BidStanding.quality,
            BidStanding.price,
            BidStanding.why_unranked,
            BidStanding.disregarded,
            cast(BidStanding.sections, Text),
        )
        .select_from(Bid)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .outerjoin(BidStanding, BidStanding.bid_id == Bid.id)
        .where(
            Bid.tender_id == tender.id,
            or_(BidStanding.bid_id.is_not(None), Bid.stage.in_(READABLE)),
        )
        .order_by(Bid.id)
    ).all()
    standing = tuple(Row(*row[1:]) for row in rows if row[0] is not None)
    return standing, len(rows) - len(standing)


@lru_cache(maxsize=MOST_KEPT)
def order_of(method: Method, rows: tuple[Row, ...], *, agreed: bool) -> Order:
    """Return the bids in the order of the method; a price counts where quality is ``agreed``."""
    bids = (
        Standing(
            row.token,
            row.name,
            None if row.quality is None else Fraction(row.quality),
            Decimal(row.price) if row.price is not None and agreed else None,
            row.why_unranked,
            row.disregarded,
        )
        for row in rows
    )
    return Order(ranking(method, bids), rows)
