"""What a bid records of the Central Digital Platform. For the supplier's own pages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, PlatformRecord
from supplier_portal.rules.platform import OnPlatform, from_json, gaps
from tenders.queries import facts_of

ABOVE = "yes"


@dataclass(frozen=True)
class Recorded:
    """The suppliers of a bid, and the version of the list."""

    suppliers: tuple[OnPlatform, ...] = ()
    version: int = 0


def recorded(bid: Bid) -> Recorded:
    row = db.session.scalars(
        select(PlatformRecord).where(PlatformRecord.bid_id == bid.id)
    ).one_or_none()
    if row is None:
        return Recorded()
    held = seals.open_platform(bid, seals.supplier_key(bid), row.version, row.sealed)
    return Recorded(tuple(from_json(entry) for entry in held), row.version)


def is_above_threshold(bid: Bid) -> bool:
    """Return whether the tender says that it is above the threshold of the Procurement Act."""
    return facts_of(bid.tender).get("above_threshold") == ABOVE


def platform_gaps(bid: Bid) -> list[str]:
    """Return what the bid still lacks for regulation 6, a sentence each."""
    return gaps(recorded(bid).suppliers, above_threshold=is_above_threshold(bid))
