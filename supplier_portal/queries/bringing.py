"""Bids brought in from another portal, for the officers of their tender: what each is and how far
it has come, never what it says. That is read once the bids are opened, as of every bid."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, BroughtBid
from supplier_portal.rules.bringing import Brought, brought_from
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender

_BROUGHT = (
    select(Bid, BroughtBid)
    .join(BroughtBid, BroughtBid.bid_id == Bid.id)
    .join(Tender, Tender.id == Bid.tender_id)
    .join(Organisation, Organisation.id == Bid.supplier_id)
    .options(
        joinedload(Bid.tender, innerjoin=True).joinedload(Tender.authority, innerjoin=True),
        joinedload(Bid.supplier, innerjoin=True),
    )
)


@dataclass(frozen=True)
class BroughtIn:
    """A bid from another portal, with how it came in."""

    bid: Bid
    how: Brought


def brought_bids(tender: Tender) -> list[BroughtIn]:
    """Return the bids brought in for ``tender`` and not left out again, by name of company."""
    rows = db.session.execute(
        _BROUGHT.where(Bid.tender_id == tender.id, Bid.stage != BidStage.WITHDRAWN).order_by(
            Organisation.name, Bid.id
        )
    )
    return [BroughtIn(bid, how_it_came(bid, row)) for bid, row in rows]


def brought_bid(viewer: Viewer, token: str) -> BroughtIn:
    """Return a bid brought in for a tender of the viewer's authority. Raises NoResultFound."""
    bid, row = db.session.execute(
        _BROUGHT.where(Bid.token == token, Tender.authority_id == viewer.organisation_id)
    ).one()
    if viewer.kind is not OrganisationKind.AUTHORITY or not viewer.may(
        Permission.BID_BRING, tender_id=bid.tender_id
    ):
        raise NoResultFound
    return BroughtIn(bid, how_it_came(bid, row))


def how_it_came(bid: Bid, row: BroughtBid) -> Brought:
    return brought_from(seals.open_brought(bid, seals.supplier_key(bid), row.sealed))
