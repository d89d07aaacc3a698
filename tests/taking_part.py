"""Makes authorities that take part in a tender of another, as their officers would."""

from __future__ import annotations

from accounts import service as accounts
from accounts.models import Organisation, Person
from accounts.queries import organisations_of
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from foundation.audit import SYSTEM
from tenders import joint
from tenders.models import Tender
from tenders.service import guests
from tenders.service import joint as service
from tests.beginnings import a_step
from tests.factories import make_authority, make_person, viewer_of


@a_step
def asked(tender: Tender, by: Person, name: str = "Ashbrook Council") -> Organisation:
    """Another authority, with an officer, that is asked to take part."""
    authority = make_authority(name)
    make_person(Role.OFFICER, authority)
    service.ask_to_take_part(
        tender, authority.token, because="To buy the same sensors.", by=viewer_of(by)
    )
    return authority


def part(tender: Tender, authority: Organisation) -> joint.Taking:
    return next(
        one for one in joint.authorities_in(tender) if one.row.organisation_id == authority.id
    )


@a_step
def taking_part(tender: Tender, by: Person, name: str = "Ashbrook Council") -> Person:
    """Another authority that has agreed; return the officer who agreed."""
    authority = asked(tender, by, name)
    officer = make_person(Role.OFFICER, authority)
    service.agree_to_take_part(part(tender, authority), because="", by=viewer_of(officer))
    return officer


@a_step
def guest(tender: Tender, officer: Person, *roles: Role, at_home: Role | None = None) -> Person:
    """Somebody of a participating authority's with ``roles`` for the tender alone."""
    authority = organisations_of(officer)[0]
    person = make_person(at_home or Role.ADMINISTRATOR, authority)
    for role in roles:
        guests.give_role(part(tender, authority), person.token, role, by=viewer_of(officer))
    return person


@a_step
def everything_at_home(authority: Organisation, but: Role | None = None) -> Person:
    """Somebody who holds every role of an authority in his own, except ``but``."""
    first, *more = (
        role for role in Role if KIND_OF[role] is OrganisationKind.AUTHORITY and role is not but
    )
    person = make_person(first, authority)
    for role in more:
        accounts.add_membership(person, authority, role, actor=SYSTEM)
    return person
