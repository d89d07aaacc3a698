"""The scale an authority rates risks by, and the one that counts for a tender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from foundation.database import db
from scoring.models import RiskScale
from scoring.queries.remembered import once_a_page
from scoring.rules.matrix import Scale
from scoring.rules.scales import read_stored
from tenders.models import Tender
from tenders.rules.lifecycle import Stage


def scale_of(tender: Tender) -> Scale:
    """Return the scale that counted for the authority when the bids of its tender were opened.

    Before the opening, the one that counts now. In a joint tender all rate by that of the authority
    that leads, so that the same risk has the same band in every register.
    """
    return once_a_page(
        ("scale", tender.id), lambda: scale_at(tender.authority_id, tender.opened_at)
    )


def scale_at(authority_id: int, at: datetime | None = None) -> Scale:
    """Return the scale of an authority at a time, or now; the standard one until it sets one."""
    found = select(RiskScale.text).where(RiskScale.authority_id == authority_id)
    if at is not None:
        found = found.where(RiskScale.set_at <= at)
    return read_stored(db.session.scalar(found.order_by(RiskScale.number.desc()).limit(1)))


def scales_of(authority_id: int) -> list[RiskScale]:
    """Return every scale the authority set, the last first."""
    found = db.session.scalars(
        select(RiskScale)
        .options(joinedload(RiskScale.set_by, innerjoin=True))
        .where(RiskScale.authority_id == authority_id)
        .order_by(RiskScale.number.desc())
    )
    return list(found)


@dataclass(frozen=True)
class Rated:
    """How many tenders of an authority keep the scale they are rated by, and which will follow."""

    keep: int
    follow: tuple[Tender, ...]


def rated_with(authority_id: int) -> Rated:
    """Return what another scale leaves alone, and the tenders it will count for: those whose bids
    are not opened. It says nothing of whether there are any."""
    tenders = db.session.scalars(
        select(Tender)
        .where(Tender.authority_id == authority_id, Tender.stage != Stage.CANCELLED)
        .order_by(Tender.reference)
    ).all()
    follow = tuple(tender for tender in tenders if tender.opened_at is None)
    return Rated(len(tenders) - len(follow), follow)
