"""Makes records for tests, through the services where there is one."""

from __future__ import annotations

import itertools
from functools import cache

from accounts import service
from accounts.models import Membership, Organisation, Person
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from foundation.audit import SYSTEM
from foundation.database import db, transaction

PASSWORD = "correct horse battery"

numbers = itertools.count(1)


@cache
def password_hash() -> str:
    """Hashed once: doing so is slow on purpose."""
    return service.hash_password(PASSWORD)


def make_authority(name: str = "Hollowmere Council") -> Organisation:
    return service.create_organisation(name, OrganisationKind.AUTHORITY, actor=SYSTEM)


def make_supplier(name: str = "Larkfield Sensors", legal_name: str | None = None) -> Organisation:
    return service.create_organisation(
        name,
        OrganisationKind.SUPPLIER,
        actor=SYSTEM,
        legal_name=legal_name or f"{name} Limited",
        company_number="01234567",
    )


def make_organisation_for(role: Role) -> Organisation:
    return make_authority() if KIND_OF[role] is OrganisationKind.AUTHORITY else make_supplier()


def make_person(
    role: Role,
    organisation: Organisation | None = None,
    *,
    name: str | None = None,
    email: str | None = None,
    tender_id: int | None = None,
) -> Person:
    """Somebody with ``role``; in an organisation of his own unless one is given."""
    organisation = organisation or make_organisation_for(role)
    number = next(numbers)
    with transaction():
        person = Person(
            name=name or f"{role.replace('-', ' ').capitalize()} {number}",
            email=email or f"{role}-{number}@example.test",
            password_hash=password_hash(),
        )
        db.session.add(person)
        db.session.flush()
        db.session.add(
            Membership(
                person_id=person.id,
                organisation_id=organisation.id,
                role=role,
                tender_id=tender_id,
            )
        )
    return person
