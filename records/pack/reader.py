"""Somebody as a job knows him: who asked for the work, with the roles held when it is done."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import Membership, Organisation, Person
from accounts.queries import Viewer
from foundation import clock
from foundation.database import db
from tenders.joint import guest_tenders_of


def reader(person_id: int, organisation_id: int) -> Viewer | None:
    """Return the person for that organisation; None once he no longer belongs to it."""
    person = db.session.get_one(Person, person_id)
    organisation = db.session.get_one(Organisation, organisation_id)
    held = db.session.scalars(
        select(Membership).where(
            Membership.person_id == person_id, Membership.organisation_id == organisation_id
        )
    ).all()
    if not held or not person.active:
        return None
    return Viewer(
        person_id=person.id,
        person_token=person.token,
        name=person.name,
        email=person.email,
        organisation_id=organisation.id,
        organisation_token=organisation.token,
        organisation_name=organisation.name,
        kind=organisation.kind,
        roles=frozenset(one.role for one in held if one.tender_id is None),
        tender_roles=frozenset(
            (one.tender_id, one.role) for one in held if one.tender_id is not None
        ),
        guest_tenders=guest_tenders_of(organisation.id),
        session_id=0,
        last_seen_at=clock.now(),
    )
