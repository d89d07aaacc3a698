"""Whom people must have looked at before they say whether they have an interest: who bids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Organisation
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from scoring import seals
from scoring.models import ExclusionParty
from scoring.rules.exclusion_parties import key_of
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender


@dataclass(frozen=True)
class Bidder:
    """A bidder by name, and nothing its bid says but whom it brings along."""

    bid: Bid
    # People and companies with it, its subcontractors: as they are listed for exclusion checks.
    with_it: tuple[str, ...] = ()

    @property
    def bid_id(self) -> int:
        return self.bid.id

    @property
    def token(self) -> str:
        return self.bid.token

    @property
    def supplier(self) -> Organisation:
        return self.bid.supplier

    @property
    def name(self) -> str:
        return self.bid.supplier.name


def bidders_of(tender: Tender) -> list[Bidder]:
    """Return who bids, late ones too, by name; nobody before the opening. Two statements."""
    if tender.opened_at is None:
        return []
    came_late = select(LateSubmission.id).where(LateSubmission.bid_id == Bid.id).exists()
    bids = db.session.scalars(
        select(Bid)
        .options(joinedload(Bid.supplier, innerjoin=True), joinedload(Bid.tender, innerjoin=True))
        .where(Bid.tender_id == tender.id, or_(Bid.stage.in_(READABLE), came_late))
    ).all()
    listed = _listed(bids, tender)
    return sorted(
        (Bidder(bid, listed.get(bid.id, ())) for bid in bids),
        key=lambda bidder: (bidder.name.casefold(), bidder.bid_id),
    )


def fingerprint_of(bidders: list[Bidder]) -> str:
    """Return what tells one list of bidders from another: what a declaration is made with."""
    return sha256_hex(canonical_json([[one.token, *one.with_it] for one in bidders]))


def _listed(bids: Iterable[Bid], tender: Tender) -> dict[int, tuple[str, ...]]:
    readable = {bid.id: bid for bid in bids if bid.stage in READABLE}
    if tender.content_destroyed_at is not None:
        return {}
    found: dict[int, list[str]] = {}
    for party in db.session.scalars(
        select(ExclusionParty)
        .where(ExclusionParty.bid_id.in_([*readable]))
        .order_by(ExclusionParty.id)
    ):
        bid = readable[party.bid_id]
        name = seals.open_text(
            seals.PARTY, party.token, bid_seals.opened_key(bid), party.sealed_name
        )
        if key_of(name) not in {key_of(bid.supplier.name), key_of(bid.supplier.legal_name or "")}:
            found.setdefault(party.bid_id, []).append(name)
    return {bid_id: tuple(names) for bid_id, names in found.items()}
