"""Who declared which interests, and which bids they keep from whom."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Role
from foundation.database import db
from scoring.models import InterestDecision, InterestDeclaration, InterestInBid
from scoring.rules.interests import Standing
from supplier_portal.rules.barriers import OPEN, Barrier
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

# An auditor reads everything after the opening and decides nothing.
DECIDES_NOTHING = frozenset({Role.AUDITOR})


def standing_of(tender_id: int, person_id: int) -> Standing:
    """Return where one person stands in a tender. Two statements."""
    return standings_of(tender_id, person_id).get(person_id, Standing())


def standings_of(tender_id: int, person_id: int | None = None) -> dict[int, Standing]:
    """Return by person where everybody who declared something stands. Two statements."""
    declared = (
        select(InterestDeclaration, InterestInBid.bid_id)
        .outerjoin(InterestInBid, InterestInBid.declaration_id == InterestDeclaration.id)
        .where(InterestDeclaration.tender_id == tender_id)
        .order_by(InterestDeclaration.number)
    )
    decided = (
        select(InterestDecision)
        .where(InterestDecision.tender_id == tender_id)
        .order_by(InterestDecision.number)
    )
    if person_id is not None:
        declared = declared.where(InterestDeclaration.person_id == person_id)
        decided = decided.where(InterestDecision.person_id == person_id)
    found: dict[int, Standing] = {}
    last: dict[int, int] = {}
    for entry, bid_id in db.session.execute(declared):
        before = found.get(entry.person_id, Standing())
        # A later declaration takes the place of an earlier one.
        named = before.named if last.get(entry.person_id) == entry.number else frozenset[int]()
        last[entry.person_id] = entry.number
        found[entry.person_id] = replace(
            before,
            declared=True,
            bidders_known=entry.bidders_known,
            named=named if bid_id is None else named | {bid_id},
        )
    for decision in db.session.scalars(decided):
        found[decision.person_id] = _decided(found.get(decision.person_id, Standing()), decision)
    return found


def _decided(before: Standing, decision: InterestDecision) -> Standing:
    if decision.bid_id is None:
        return replace(before, barred_everywhere=decision.barred)
    return replace(before, decided={**before.decided, decision.bid_id: decision.barred})


def barrier_of(viewer: Viewer, tender: Tender) -> Barrier:
    """Return what keeps a viewer from the opened bids of a tender; app.py registers it.

    Until he declared with the bidders in view he reads none. After the award only what was decided
    keeps bids from people: the contract has to be managed.
    """
    roles = viewer.roles | viewer.roles_for(tender.id)
    if roles and roles <= DECIDES_NOTHING:
        return OPEN
    standing = standing_of(tender.id, viewer.person_id)
    return Barrier(
        must_declare=not standing.bidders_known and tender.stage is not Stage.AWARDED,
        from_all=standing.barred_everywhere,
        bids=standing.barred_from((*standing.named, *standing.decided)),
    )
