"""Makes records for tests, through the services where there is one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import current_app

from accounts import queries, service
from accounts.models import Membership, Organisation, Person
from accounts.queries import Viewer
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from foundation import clock
from foundation.audit import SYSTEM
from foundation.database import db, transaction
from tenders import service as tenders
from tenders.models import Tender
from tests import evaluating
from tests.beginnings import a_step

PASSWORD = "correct horse battery"

numbers = itertools.count(1)


@cache
def password_hash() -> str:
    """Hashed once: doing so is slow on purpose."""
    return service.hash_password(PASSWORD)


@a_step
def make_authority(name: str = "Hollowmere Council") -> Organisation:
    return service.create_organisation(name, OrganisationKind.AUTHORITY, actor=SYSTEM)


@a_step
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


@a_step
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
    if evaluating.declare_at_opening in current_app.extensions["after_an_action"]:
        evaluating.declare_a_newcomer(person, organisation)
    return person


@a_step
def viewer_of(person: Person) -> Viewer:
    """The person as the pages know him: signed in for his first organisation."""
    token = service.start_session(person, queries.organisations_of(person)[0])
    viewer = queries.viewer_for(token, at=clock.now())
    assert viewer is not None
    return viewer


@a_step
def make_tender(
    officer: Person | None = None,
    *,
    title: str = "Air quality sensors around school streets",
    reference: str | None = None,
    pack_id: str = "slp-full",
    quality_weight: int = 60,
    closes_at: datetime | None = None,
    facts: dict[str, Any] | None = None,
) -> Tender:
    """A draft, made by ``officer`` (somebody new unless given), closing in 30 days."""
    by = viewer_of(officer or make_person(Role.OFFICER))
    details = tenders.Details(
        title=title,
        reference=reference or f"HC-{next(numbers)}",
        pack_id=pack_id,
        quality_weight=quality_weight,
        closes_at=closes_at or clock.now() + timedelta(days=30),
    )
    tender = tenders.create_tender(details, by=by)
    if facts:
        tenders.set_facts(tender, facts, by=by)
    return tender


@a_step
def make_open_tender(officer: Person | None = None, **details: Any) -> Tender:
    """A published tender; see make_tender()."""
    officer = officer or make_person(Role.OFFICER)
    tender = make_tender(officer, **details)
    publish(tender, officer)
    return tender


@a_step
def publish(tender: Tender, officer: Person, clauses: Callable[[], str] | None = None) -> None:
    """Publish a draft, with the shipped clause library (``raw_library``) or without one."""
    libraries = {"clauses": clauses} if clauses else {}
    tenders.publish_tender(tender, by=viewer_of(officer), libraries=libraries)
