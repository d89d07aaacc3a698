"""The people of the demonstration and where they work, made through the services."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from accounts import queries as account_queries
from accounts import service as accounts
from accounts.models import Membership, Organisation, Person
from accounts.queries import Viewer
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from foundation import clock
from foundation.audit import SYSTEM
from foundation.database import db
from records.demonstration.people import PASSWORD, DemonstrationPerson
from records.rules.assessment import SupplierAnswers


def signed_up(person: DemonstrationPerson, suppliers: Mapping[str, SupplierAnswers]) -> Viewer:
    """Return somebody as the services know people, with account, organisation and role made if
    need be."""
    kind = KIND_OF[person.role]
    organisation = _organisation(person.organisation, kind, suppliers)
    account = account_queries.person_by_email(person.email) or accounts.create_person(
        person.name, person.email, PASSWORD, actor=SYSTEM
    )
    held = db.session.scalars(
        select(Membership.role).where(
            Membership.person_id == account.id, Membership.organisation_id == organisation.id
        )
    ).all()
    if person.role not in held:
        accounts.add_membership(account, organisation, person.role, actor=SYSTEM)
    return _viewer(account, organisation, person.role)


def _organisation(
    name: str, kind: OrganisationKind, suppliers: Mapping[str, SupplierAnswers]
) -> Organisation:
    existing = db.session.scalars(
        select(Organisation).where(Organisation.name == name, Organisation.kind == kind)
    ).one_or_none()
    number = suppliers[name].company_number if name in suppliers else None
    return existing or accounts.create_organisation(name, kind, actor=SYSTEM, company_number=number)


def _viewer(person: Person, organisation: Organisation, role: Role) -> Viewer:
    """The person as the services know people, without a sign-in of their own."""
    return Viewer(
        person_id=person.id,
        person_token=person.token,
        name=person.name,
        email=person.email,
        organisation_id=organisation.id,
        organisation_token=organisation.token,
        organisation_name=organisation.name,
        kind=organisation.kind,
        roles=frozenset({role}),
        tender_roles=frozenset(),
        session_id=0,
        last_seen_at=clock.now(),
    )
