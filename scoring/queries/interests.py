"""Who declared which interests, and which bids they keep from whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission, Role
from foundation.database import db
from scoring.models import ExclusionParty, InterestDecision, InterestDeclaration, InterestInBid
from scoring.rules.interests import Decided, Entry, Standing, standing
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.rules.barriers import OPEN, Barrier
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

# An auditor reads everything after the opening and decides nothing.
DECIDES_NOTHING = frozenset({Role.AUDITOR})
# Whoever may open bids, mark them, or read risks or terms made of them has to declare.
HAS_TO_DECLARE = (
    Permission.BID_OPEN,
    Permission.MARK_READ,
    Permission.RISK_READ,
    Permission.SCHEDULE_READ,
)


def has_to_declare(viewer: Viewer, tender: Tender) -> bool:
    """Return whether the viewer may come to read bids of the tender, and more than an auditor."""
    if _only_audits(viewer, tender):
        return False
    return any(viewer.may(one, tender_id=tender.id) for one in HAS_TO_DECLARE)


def standing_of(tender_id: int, person_id: int) -> Standing:
    """Return where one person stands in a tender. Two statements."""
    return standings_of(tender_id, person_id).get(person_id, Standing())


def standings_of(tender_id: int, person_id: int | None = None) -> dict[int, Standing]:
    """Return by person where everybody stands who declared something, or about whom something was
    decided. Two statements."""
    changed_at, declared = _declared(tender_id, person_id)
    decided = _decided(tender_id, person_id)
    return {
        known: standing(declared.get(known, ()), decided.get(known, ()), changed_at)
        for known in declared.keys() | decided.keys()
    }


def bidders_changed_at(tender_id: int) -> Select[tuple[datetime | None]]:
    """Return the select of when somebody was added to the bidders of a tender for the last time.

    A bid that came too late, and whoever is listed with a bid: a person with it, a subcontractor.
    """
    late = (
        select(LateSubmission.arrived_at.label("at"))
        .join(Bid, Bid.id == LateSubmission.bid_id)
        .where(Bid.tender_id == tender_id)
    )
    listed = (
        select(ExclusionParty.added_at.label("at"))
        .join(Bid, Bid.id == ExclusionParty.bid_id)
        .where(Bid.tender_id == tender_id)
    )
    both = late.union_all(listed).subquery()
    return select(func.max(both.c.at))


def _declared(
    tender_id: int, person_id: int | None
) -> tuple[datetime | None, dict[int, list[Entry]]]:
    wanted = (
        select(
            InterestDeclaration,
            InterestInBid.bid_id,
            InterestInBid.nature,
            InterestInBid.words,
            bidders_changed_at(tender_id).scalar_subquery(),
        )
        .outerjoin(InterestInBid, InterestInBid.declaration_id == InterestDeclaration.id)
        .where(InterestDeclaration.tender_id == tender_id)
        .order_by(InterestDeclaration.number)
    )
    if person_id is not None:
        wanted = wanted.where(InterestDeclaration.person_id == person_id)
    made: dict[int, InterestDeclaration] = {}
    named: dict[int, dict[int, tuple[str, str]]] = {}
    changed_at: datetime | None = None
    for entry, bid_id, nature, words, changed in db.session.execute(wanted):
        made[entry.id] = entry
        changed_at = changed
        if bid_id is not None:
            named.setdefault(entry.id, {})[bid_id] = (nature, words)
    found: dict[int, list[Entry]] = {}
    for entry in made.values():
        found.setdefault(entry.person_id, []).append(
            Entry(
                entry.declared_at,
                entry.bidders_known,
                entry.has_interest,
                entry.words,
                named.get(entry.id, {}),
            )
        )
    return changed_at, found


def _decided(tender_id: int, person_id: int | None) -> dict[int, list[Decided]]:
    wanted: Select[Any] = (
        select(
            InterestDecision.person_id,
            InterestDecision.decided_at,
            InterestDecision.bid_id,
            InterestDecision.barred,
        )
        .where(InterestDecision.tender_id == tender_id)
        .order_by(InterestDecision.number)
    )
    if person_id is not None:
        wanted = wanted.where(InterestDecision.person_id == person_id)
    found: dict[int, list[Decided]] = {}
    for known, at, bid_id, barred in db.session.execute(wanted):
        found.setdefault(known, []).append(Decided(at, bid_id, barred))
    return found


def barrier_of(viewer: Viewer, tender: Tender) -> Barrier:
    """Return what keeps a viewer from the opened bids of a tender; app.py registers it.

    Until he declared with every bidder in view he reads none. After the award only what was
    declared and decided keeps bids from people: the contract has to be managed.
    """
    if _only_audits(viewer, tender):
        return OPEN
    stands = standing_of(tender.id, viewer.person_id)
    return Barrier(
        must_declare=not stands.has_looked and tender.stage is not Stage.AWARDED,
        from_all=stands.kept_from_all,
        bids=stands.kept_from,
    )


def _only_audits(viewer: Viewer, tender: Tender) -> bool:
    roles = viewer.roles | viewer.roles_for(tender.id)
    return bool(roles) and roles <= DECIDES_NOTHING
