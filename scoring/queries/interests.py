"""Who declared which interests, and which bids they keep from whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    ScalarSelect,
    bindparam,
    func,
    null,
    select,
    union_all,
)

from accounts.queries import Viewer
from accounts.queries.team import Member
from accounts.rules.roles import Permission, Role
from foundation.database import db
from scoring.models import (
    ExclusionParty,
    InterestDecision,
    InterestDeclaration,
    InterestInBid,
    LateDecision,
)
from scoring.queries.remembered import once_a_page
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
    """Return where one person stands in a tender."""
    found = _standings([tender_id], person_id)
    return found.get((tender_id, person_id), Standing())


def standings_of(tender_id: int) -> dict[int, Standing]:
    """Return by person where everybody stands who declared something, or about whom something was
    decided."""
    return {person: stands for (_tender, person), stands in _standings([tender_id]).items()}


def standings_in(tender_ids: Iterable[int]) -> dict[tuple[int, int], Standing]:
    """Return the same for several tenders, by tender and person."""
    return _standings([*tender_ids])


def _standings(
    tender_ids: list[int], person_id: int | None = None
) -> dict[tuple[int, int], Standing]:
    if not tender_ids:
        return {}
    rows = db.session.execute(
        _said(of_one=person_id is not None), {"tenders": tender_ids, "person": person_id}
    ).all()
    changed, declared = _declared([row for row in rows if row.id is not None])
    decided = _decided([row for row in rows if row.id is None])
    return {
        place: standing(declared.get(place, ()), decided.get(place, ()), changed.get(place[0]))
        for place in declared.keys() | decided.keys()
    }


def _late_since() -> ScalarSelect[datetime]:
    """Return when a bid of the tender that a declaration is about came late for the last time."""
    return (
        select(func.max(LateSubmission.arrived_at))
        .join(Bid, Bid.id == LateSubmission.bid_id)
        .where(Bid.tender_id == InterestDeclaration.tender_id)
        .correlate(InterestDeclaration)
        .scalar_subquery()
    )


def _listed_since() -> ScalarSelect[datetime]:
    """Return when somebody was listed with a bid for the last time: a person, a subcontractor."""
    return (
        select(func.max(ExclusionParty.added_at))
        .join(Bid, Bid.id == ExclusionParty.bid_id)
        .where(Bid.tender_id == InterestDeclaration.tender_id)
        .correlate(InterestDeclaration)
        .scalar_subquery()
    )


def _admitted_since() -> ScalarSelect[datetime]:
    return (
        select(func.max(LateDecision.decided_at))
        .join(LateSubmission, LateSubmission.id == LateDecision.late_submission_id)
        .join(Bid, Bid.id == LateSubmission.bid_id)
        .where(Bid.tender_id == InterestDeclaration.tender_id, LateDecision.admitted)
        .correlate(InterestDeclaration)
        .scalar_subquery()
    )


# Put together once, because every page of an evaluation asks.
@cache
def _said(*, of_one: bool) -> CompoundSelect[*tuple[Any, ...]]:
    """Return declarations, a row for each bid named in one, and below them what was decided, in
    one statement. Decisions have no id. ``of_one``: of one person alone."""
    tenders: BindParameter[Any] = bindparam("tenders", expanding=True)
    declared = (
        select(
            InterestDeclaration.number,
            InterestDeclaration.id,
            InterestDeclaration.tender_id,
            InterestDeclaration.person_id,
            InterestDeclaration.declared_at.label("at"),
            InterestDeclaration.bidders_known.label("is_so"),
            InterestDeclaration.has_interest,
            InterestDeclaration.words,
            InterestInBid.bid_id,
            InterestInBid.nature,
            InterestInBid.words.label("said"),
            _late_since().label("late"),
            _listed_since().label("listed"),
            _admitted_since().label("admitted"),
        )
        .outerjoin(InterestInBid, InterestInBid.declaration_id == InterestDeclaration.id)
        .where(InterestDeclaration.tender_id.in_(tenders))
    )
    decided = select(
        InterestDecision.number,
        null(),
        InterestDecision.tender_id,
        InterestDecision.person_id,
        InterestDecision.decided_at,
        InterestDecision.barred,
        null(),
        null(),
        InterestDecision.bid_id,
        *[null()] * 5,
    ).where(InterestDecision.tender_id.in_(tenders))
    if of_one:
        declared = declared.where(InterestDeclaration.person_id == bindparam("person"))
        decided = decided.where(InterestDecision.person_id == bindparam("person"))
    return union_all(declared, decided).order_by("number")


def _declared(
    said: Iterable[Any],
) -> tuple[dict[int, datetime], dict[tuple[int, int], list[Entry]]]:
    """Return when the bidders of each tender became more, and what was declared."""
    rows: dict[int, Any] = {}
    named: dict[int, dict[int, tuple[str, str]]] = {}
    for row in said:
        rows[row.id] = row
        if row.bid_id is not None:
            named.setdefault(row.id, {})[row.bid_id] = (row.nature, row.said)
    changed: dict[int, datetime] = {}
    found: dict[tuple[int, int], list[Entry]] = {}
    for row in rows.values():
        moments = [at for at in (row.late, row.listed, row.admitted) if at is not None]
        if moments:
            changed[row.tender_id] = max(moments)
        entry = Entry(
            row.at,
            row.is_so,
            row.has_interest,
            row.words,
            named.get(row.id, {}),
        )
        found.setdefault((row.tender_id, row.person_id), []).append(entry)
    return changed, found


def _decided(said: Iterable[Any]) -> dict[tuple[int, int], list[Decided]]:
    found: dict[tuple[int, int], list[Decided]] = {}
    for row in said:
        decided = Decided(row.at, row.bid_id, row.is_so)
        found.setdefault((row.tender_id, row.person_id), []).append(decided)
    return found


def barrier_of(viewer: Viewer | Member, tender: Tender) -> Barrier:
    """Return what keeps a viewer from the opened bids of a tender; app.py registers it.

    Until he declared with every bidder in view he reads none. After the award only what was
    declared and decided keeps bids from people: the contract has to be managed.
    """
    if _only_audits(viewer, tender):
        return OPEN
    person, of = viewer.person_id, tender.id
    stands = once_a_page(("standing", of, person), lambda: standing_of(of, person))
    return _barrier(stands, tender)


def barriers_of(viewer: Viewer, tenders: Iterable[Tender]) -> dict[int, Barrier]:
    """Return the same for several tenders, by id."""
    listed = list(tenders)
    found = _standings([tender.id for tender in listed], viewer.person_id)
    return {tender.id: barrier_in(found, viewer, tender) for tender in listed}


def barrier_in(
    stands: Mapping[tuple[int, int], Standing], viewer: Viewer | Member, tender: Tender
) -> Barrier:
    """Return the same from standings that were read already."""
    if _only_audits(viewer, tender):
        return OPEN
    return _barrier(stands.get((tender.id, viewer.person_id), Standing()), tender)


def is_kept_from(person_id: int, bid: Bid) -> bool:
    """Return whether nothing about a bid may be written to somebody."""
    return _barrier(standing_of(bid.tender_id, person_id), bid.tender).keeps_from(bid.id)


def _barrier(stands: Standing, tender: Tender) -> Barrier:
    return Barrier(
        must_declare=not stands.has_looked
        and not stands.kept_from_all
        and tender.stage is not Stage.AWARDED,
        from_all=stands.kept_from_all,
        bids=stands.kept_from,
    )


def _only_audits(viewer: Viewer | Member, tender: Tender) -> bool:
    roles = viewer.roles | viewer.roles_for(tender.id)
    return bool(roles) and roles <= DECIDES_NOTHING
