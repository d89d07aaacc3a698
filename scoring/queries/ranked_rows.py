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
from typing import NamedTuple, TypeVar, cast

from sqlalchemy import Table, Text, bindparam, or_, select
from sqlalchemy import cast as as_type

from accounts.models import Organisation
from foundation.database import db
from scoring.models import BidStanding
from scoring.rules.prices import Method
from scoring.rules.ranking import Placed, Standing, ranking
from supplier_portal.models import Bid
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender

Found = TypeVar("Found")

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
    _found: dict[tuple[str, str], object] = field(default_factory=dict)

    @cached_property
    def sections(self) -> Mapping[str, Mapping[str, str]]:
        """Return the exact score of each section by token of bid."""
        return {row.token: json.loads(row.sections) for row in self.rows}

    def once(self, what: str, winner: str, found: Callable[[], Found]) -> Found:
        """Return what follows from the order for this winner, worked out once: lots may have given
        the first place to another."""
        if (what, winner) not in self._found:
            self._found[what, winner] = found()
        return cast("Found", self._found[what, winner])


# By the tables and put together once: thousands of rows, none of which becomes a record.
_BID = cast("Table", Bid.__table__)
_STANDING = cast("Table", BidStanding.__table__)
_SUPPLIER = cast("Table", Organisation.__table__)
_ROWS = (
    select(
        _BID.c.token,
        _SUPPLIER.c.name,
        _STANDING.c.quality,
        _STANDING.c.price,
        _STANDING.c.why_unranked,
        _STANDING.c.disregarded,
        as_type(_STANDING.c.sections, Text),
    )
    .select_from(_BID)
    .join(_SUPPLIER, _SUPPLIER.c.id == _BID.c.supplier_id)
    .outerjoin(_STANDING, _STANDING.c.bid_id == _BID.c.id)
    .where(
        _BID.c.tender_id == bindparam("tender"),
        or_(_STANDING.c.bid_id.is_not(None), _BID.c.stage.in_(sorted(READABLE))),
    )
    .order_by(_BID.c.id)
)


def rows_of(tender: Tender) -> tuple[tuple[Row, ...], int]:
    """Return the standings, and how many bids that were handed in have none."""
    rows = db.session.execute(_ROWS, {"tender": tender.id}).all()
    # Only a bid without a standing has nothing that says whether it is disregarded.
    standing = tuple(Row._make(row) for row in rows if row[5] is not None)
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
