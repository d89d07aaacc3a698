"""Bids whose tender was disregarded because of a party: what nearly every page has to know."""

from __future__ import annotations

from sqlalchemy import select

from foundation.database import db
from scoring.models import ExclusionEvent, ExclusionParty
from scoring.queries.exclusions import STEPS, checks_required, standings_in, stood
from scoring.queries.remembered import once_a_page
from scoring.rules.exclusions import DISREGARDING, Standing
from supplier_portal.models import Bid
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender


def disregarded(tender: Tender) -> frozenset[int]:
    """Return the ids of the bids whose tender was disregarded because of a party."""
    if checks_required(tender):
        # Pages of such a tender say how far the checks are, and read every bid for it.
        found = standings_in(tender)
    else:
        found = once_a_page(("looked at", tender.id), lambda: _looked_at(tender))
    return frozenset(bid for bid, now in found if now.decision in DISREGARDING)


def _looked_at(tender: Tender) -> list[tuple[int, Standing]]:
    """Return where the parties stand that somebody looked at: of most bids there is none."""
    return stood(
        db.session.execute(
            select(Bid.id, ExclusionParty.id, *STEPS)
            .join(ExclusionParty, ExclusionParty.bid_id == Bid.id)
            .join(ExclusionEvent, ExclusionEvent.party_id == ExclusionParty.id)
            .where(Bid.tender_id == tender.id, Bid.stage.in_(READABLE))
            .order_by(ExclusionEvent.party_id, ExclusionEvent.number)
        )
    )
