"""Who is told about a tender, for mail alone: people of each company with a bid or a question."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select

from accounts.models import Membership, Organisation, Person
from accounts.rules.roles import OrganisationKind, Permission, Role, allows
from foundation.database import db
from supplier_portal.models import Bid
from tenders.models import Clarification, Tender


def has_a_bid(organisation_id: int) -> ColumnElement[bool]:
    """Return whether a company has begun a bid for a tender, whatever became of it."""
    return exists().where(Bid.tender_id == Tender.id, Bid.supplier_id == organisation_id)


def people_following(tender: Tender) -> list[str]:
    """Return the e-mail addresses, each once, sorted, in one statement.

    Active people who may read the company's bid for this tender, of each company that has begun
    one, whatever became of it, or has asked a question about it.
    """
    companies = (
        select(Bid.supplier_id)
        .where(Bid.tender_id == tender.id)
        .union(select(Clarification.asked_for_id).where(Clarification.tender_id == tender.id))
    )
    rows = db.session.execute(
        select(Person.email, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.organisation_id.in_(companies),
            Organisation.kind == OrganisationKind.SUPPLIER,
            or_(Membership.tender_id.is_(None), Membership.tender_id == tender.id),
            Person.active,
        )
    )
    return sorted({email for email, role in rows if allows(Role(role), Permission.BID_READ)})
