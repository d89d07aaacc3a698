"""Who belongs to an organisation, as its own people see it."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Membership, Person
from accounts.queries.viewers import Viewer
from accounts.rules.people import role_name
from accounts.rules.roles import Permission, Role, allows
from foundation.database import db


@dataclass(frozen=True, slots=True)
class Member:
    """A colleague, and the roles held: for every tender, or for one as (tender id, role)."""

    person_id: int
    token: str
    name: str
    email: str
    roles: frozenset[Role]
    tender_roles: frozenset[tuple[int, Role]]

    def roles_for(self, tender_id: int) -> frozenset[Role]:
        """Return the roles held for this one tender alone."""
        return frozenset(role for tender, role in self.tender_roles if tender == tender_id)

    def may(self, permission: Permission, *, tender_id: int) -> bool:
        return allows(self.roles | self.roles_for(tender_id), permission)

    def works_on(self, tender_id: int) -> bool:
        return bool(self.roles | self.roles_for(tender_id))

    def works_at_all_with(self, wanted: Set[Role], tender_id: int | None) -> bool:
        """Return whether a role is left once ``wanted`` are all that is held in this place."""
        elsewhere = {role for tender, role in self.tender_roles if tender != tender_id}
        if tender_id is not None:
            elsewhere |= self.roles
        return bool(wanted or elsewhere)

    @property
    def in_words(self) -> list[str]:
        return names_of(self.roles)


def names_of(roles: Iterable[Role]) -> list[str]:
    """Return what the roles are called, in the order of the table."""
    held = set(roles)
    return [role_name(role) for role in Role if role in held]


def members_of(viewer: Viewer) -> list[Member]:
    """Return the active people of the viewer's organisation whom he may see, by name.

    Somebody who is here for single tenders only sees those who work on the same ones.
    """
    found = everybody_in(viewer.organisation_id)
    if viewer.roles:
        return found
    mine = tender_ids_of(viewer.tender_roles)
    return [member for member in found if member.roles or mine & tender_ids_of(member.tender_roles)]


def member_of(viewer: Viewer, token: str) -> Member:
    """Return one colleague. Raises NoResultFound (a 404)."""
    for member in members_of(viewer):
        if member.token == token:
            return member
    raise NoResultFound


def everybody_in(organisation_id: int) -> list[Member]:
    """Return every active person who holds a role here, in one statement."""
    rows = db.session.execute(
        select(Person.id, Person.token, Person.name, Person.email, Membership)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == organisation_id, Person.active)
        .order_by(Person.name, Person.id)
        .execution_options(populate_existing=True)
    ).all()
    held: dict[int, list[Membership]] = {}
    for person_id, _token, _name, _email, membership in rows:
        held.setdefault(person_id, []).append(membership)
    people = {row[0]: row[:4] for row in rows}
    return [
        Member(
            *people[person_id],
            frozenset(one.role for one in memberships if one.tender_id is None),
            frozenset((one.tender_id, one.role) for one in memberships if one.tender_id),
        )
        for person_id, memberships in held.items()
    ]


def tender_ids_of(tender_roles: Iterable[tuple[int, Role]]) -> frozenset[int]:
    return frozenset(tender_id for tender_id, _role in tender_roles)
