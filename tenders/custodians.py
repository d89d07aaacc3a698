"""Who holds the parts of a strict opening, and whether each can use it today."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import Person
from accounts.queries.team import everybody_in
from accounts.rules.roles import Permission
from foundation.database import db
from tenders.models import OpeningPart, Tender
from tenders.rules.opening import Custodian


def parts_of(tender: Tender) -> list[OpeningPart]:
    """Return the parts of a strict opening by number; none where it is not chosen."""
    found = db.session.scalars(
        select(OpeningPart)
        .where(OpeningPart.tender_id == tender.id)
        .order_by(OpeningPart.number)
        .execution_options(populate_existing=True)
    )
    return list(found)


def custodians_of(tender: Tender) -> list[Custodian]:
    """Return who holds the parts, as of now: roles change after a part was taken."""
    rows = db.session.execute(
        select(OpeningPart, Person.name, Person.email)
        .join(Person, Person.id == OpeningPart.person_id)
        .where(OpeningPart.tender_id == tender.id)
        .order_by(OpeningPart.number)
    ).all()
    if not rows:
        return []
    entitled = {
        member.person_id
        for member in everybody_in(tender.authority_id)
        if member.may(Permission.BID_OPEN, tender_id=tender.id)
    }
    return [
        Custodian(
            part.number,
            part.person_id,
            name,
            email,
            has_taken=part.public_key is not None,
            may_open=part.person_id in entitled,
        )
        for part, name, email in rows
    ]
