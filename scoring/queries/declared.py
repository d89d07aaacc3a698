"""What everybody declared about a tender, for whoever decides on it and for auditors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from accounts.models import Person
from accounts.queries.team import everybody_in, names_of
from accounts.rules.roles import Role, allows
from foundation.database import db
from scoring.models import InterestDecision, InterestDeclaration, InterestInBid
from scoring.queries.bidders import Bidder
from scoring.queries.interests import DECIDES_NOTHING, HAS_TO_DECLARE, standings_of
from scoring.rules.interests import NATURES, Nature, Standing
from tenders.models import ParticipatingAuthority, Tender


@dataclass(frozen=True)
class NamedBid:
    """A bidder that a declaration names."""

    bidder: str
    nature: str
    words: str


@dataclass(frozen=True)
class DeclarationShown:
    """One declaration as pages show it."""

    at: datetime
    bidders_known: bool
    has_interest: bool
    words: str
    named: tuple[NamedBid, ...]


@dataclass(frozen=True)
class DecisionShown:
    """One decision as pages show it. ``bidder``: empty for every bid."""

    at: datetime
    by: str
    bidder: str
    barred: bool
    reason: str


@dataclass(frozen=True)
class PersonDeclaring:
    """Somebody who works on a tender, and where he stands."""

    person_id: int
    token: str
    name: str
    roles: tuple[str, ...]
    stands: Standing


def people_declaring(tender: Tender) -> list[PersonDeclaring]:
    """Return everybody who has to declare, and who did, those to decide on first."""
    stands = standings_of(tender.id)
    roles = {known: held for known, held in _working_on(tender).items() if _reads(held)}
    people = db.session.scalars(select(Person).where(Person.id.in_(roles.keys() | stands.keys())))
    found = [
        PersonDeclaring(
            person.id,
            person.token,
            person.name,
            tuple(names_of(roles.get(person.id, ()))),
            stands.get(person.id, Standing()),
        )
        for person in people
    ]
    return sorted(found, key=lambda one: (not one.stands.waits_for_decision, one.name.casefold()))


def person_declaring(tender: Tender, token: str) -> PersonDeclaring:
    """Return one of them. Raises NoResultFound."""
    for one in people_declaring(tender):
        if one.token == token:
            return one
    raise NoResultFound


def declarations_of(
    tender: Tender, person_id: int, bidders: Iterable[Bidder]
) -> list[DeclarationShown]:
    """Return what somebody declared, the last first; of bidders that are not named in ``bidders``
    nothing."""
    names = {one.bid_id: one.name for one in bidders}
    entries = db.session.scalars(
        select(InterestDeclaration)
        .where(
            InterestDeclaration.tender_id == tender.id, InterestDeclaration.person_id == person_id
        )
        .order_by(InterestDeclaration.number.desc())
    ).all()
    named = _named([entry.id for entry in entries], names)
    return [
        DeclarationShown(
            entry.declared_at,
            entry.bidders_known,
            entry.has_interest,
            entry.words,
            tuple(named.get(entry.id, ())),
        )
        for entry in entries
    ]


def decisions_about(
    tender: Tender, person_id: int, bidders: Iterable[Bidder]
) -> list[DecisionShown]:
    """Return what was decided about somebody, the last first."""
    names: dict[int | None, str] = {one.bid_id: one.name for one in bidders}
    rows = db.session.scalars(
        select(InterestDecision)
        .options(joinedload(InterestDecision.decided_by, innerjoin=True))
        .where(InterestDecision.tender_id == tender.id, InterestDecision.person_id == person_id)
        .order_by(InterestDecision.number.desc())
    )
    return [
        DecisionShown(
            row.decided_at, row.decided_by.name, names.get(row.bid_id, ""), row.barred, row.reason
        )
        for row in rows
        if row.bid_id is None or row.bid_id in names
    ]


def _named(ids: list[int], names: Mapping[int, str]) -> dict[int, list[NamedBid]]:
    found: dict[int, list[NamedBid]] = {}
    for row in db.session.scalars(
        select(InterestInBid)
        .where(InterestInBid.declaration_id.in_(ids))
        .order_by(InterestInBid.id)
    ):
        if row.bid_id in names:
            shown = NamedBid(names[row.bid_id], NATURES[Nature(row.nature)], row.words)
            found.setdefault(row.declaration_id, []).append(shown)
    return found


def _working_on(tender: Tender) -> dict[int, frozenset[Role]]:
    """Return the roles people hold on the tender, guests' those for this tender alone."""
    found = {
        member.person_id: member.roles | member.roles_for(tender.id)
        for member in everybody_in(tender.authority_id)
    }
    for guest in db.session.scalars(
        select(ParticipatingAuthority.organisation_id).where(
            ParticipatingAuthority.tender_id == tender.id
        )
    ):
        for member in everybody_in(guest):
            if member.roles_for(tender.id):
                found.setdefault(member.person_id, member.roles_for(tender.id))
    return found


def _reads(roles: frozenset[Role]) -> bool:
    return not roles <= DECIDES_NOTHING and any(allows(roles, one) for one in HAS_TO_DECLARE)
