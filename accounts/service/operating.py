"""What those who run the service do by command: first organisations and people, and leavers.

Nobody types another's password: whoever is added gets an invitation, as from a colleague.
"""

from __future__ import annotations

from sqlalchemy import or_, select, update

from accounts import queries
from accounts.models import Invitation, Membership, Organisation, Person
from accounts.queries.invitations import OPERATOR
from accounts.queries.registrations import companies_numbered
from accounts.rules.invitations import read_addresses
from accounts.rules.people import role_name
from accounts.rules.registering import Registered, Told, checked_company
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from accounts.service.browsers import forget_browsers
from accounts.service.invitations import send
from accounts.service.passwords import void_links
from accounts.service.people import create_organisation
from accounts.service.sign_ins import end_sign_ins_of
from accounts.service.team import locked_organisation
from foundation import audit, clock, mail
from foundation.audit import SYSTEM
from foundation.database import db, queue_for, transaction
from foundation.errors import DomainError


def add_authority(name: str, *, legal_name: str = "") -> Organisation:
    """Make an authority. Raises DomainError where one has the name already."""
    company = checked_company(
        Told(name=name, legal_name=legal_name, registered=Registered.NOWHERE, number="")
    )
    with transaction():
        queue_for("organisation-names")
        if _named(company.name, OrganisationKind.AUTHORITY):
            raise DomainError(f"There is an authority called {company.name} already")
        return create_organisation(
            company.name, OrganisationKind.AUTHORITY, actor=SYSTEM, legal_name=company.legal_name
        )


def add_supplier(name: str, *, legal_name: str = "", number: str = "") -> Organisation:
    """Make a company. Raises DomainError where one has the number, or without a number the name."""
    registered = Registered.COMPANIES_HOUSE if number else Registered.NOWHERE
    company = checked_company(
        Told(name=name, legal_name=legal_name, registered=registered, number=number)
    )
    with transaction():
        queue_for(f"company-number:{company.number}" if company.number else "organisation-names")
        there = (
            companies_numbered(company.number)
            if company.number
            else _named(company.name, OrganisationKind.SUPPLIER)
        )
        if there:
            raise DomainError(f"There is a company with this name or number: {there[0].name}")
        return create_organisation(
            company.name,
            OrganisationKind.SUPPLIER,
            actor=SYSTEM,
            legal_name=company.legal_name,
            company_number=company.number,
        )


def organisation_called(name: str) -> Organisation:
    """Return the one organisation with this name or token. Raises DomainError."""
    found = db.session.scalars(
        select(Organisation).where(or_(Organisation.token == name, Organisation.name == name))
    ).all()
    if len(found) != 1:
        many = "more than one organisation is" if found else "no organisation is"
        raise DomainError(f"Give the token, because {many} called {name}: `people list` shows them")
    return found[0]


def invite_somebody(organisation: Organisation, email: str, role: Role) -> str:
    """Invite somebody to an organisation and return the link; it is mailed too.

    An invitation to the same address for the same role is replaced. Raises DomainError.
    """
    if KIND_OF[role] is not organisation.kind:
        raise DomainError(f"{role_name(role)} is no role in {organisation.name}")
    with transaction():
        organisation = locked_organisation(organisation.id)
        address = read_addresses(email, members=_who_hold(role, organisation), invited=set())[0]
        db.session.execute(
            update(Invitation)
            .where(
                Invitation.organisation_id == organisation.id,
                Invitation.email == address,
                Invitation.role == role,
                Invitation.tender_id.is_(None),
                Invitation.accepted_at.is_(None),
                Invitation.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=clock.now())
        )
        invitation = Invitation(
            organisation_id=organisation.id,
            email=address,
            role=role,
            tender_id=None,
            invited_by_id=None,
            created_at=clock.now(),
        )
        secret = send(invitation, organisation, OPERATOR[0].upper() + OPERATOR[1:])
        audit.record(
            "invitation.sent",
            actor=SYSTEM,
            subject=("organisation", organisation.token),
            invitation=invitation.token,
            role=role,
        )
    return mail.link("accounts.invitation", secret=secret)


def deactivate(email: str) -> Person:
    """Let somebody sign in no more, and sign him out everywhere at once. Raises DomainError."""
    with transaction():
        person = _person(email)
        person.active = False
        end_sign_ins_of(person.id)
        forget_browsers(person.id)
        void_links(person.id)
        db.session.execute(
            update(Invitation)
            .where(
                or_(Invitation.email == person.email, Invitation.invited_by_id == person.id),
                Invitation.accepted_at.is_(None),
                Invitation.withdrawn_at.is_(None),
            )
            .values(withdrawn_at=clock.now())
        )
        audit.record("person.deactivated", actor=SYSTEM, subject=("person", person.token))
    return person


def activate(email: str) -> Person:
    """Let somebody sign in again, with what he could do before. Raises DomainError."""
    with transaction():
        person = _person(email)
        person.active = True
        audit.record("person.activated", actor=SYSTEM, subject=("person", person.token))
    return person


def sign_out_everywhere(email: str) -> int:
    """Sign somebody out of every browser; return how many. Raises DomainError."""
    with transaction():
        person = _person(email)
        count = end_sign_ins_of(person.id)
        forget_browsers(person.id)
        audit.record(
            "person.signed_out_elsewhere",
            actor=SYSTEM,
            subject=("person", person.token),
            which="all",
        )
    return count


def _named(name: str, kind: OrganisationKind) -> list[Organisation]:
    return list(
        db.session.scalars(
            select(Organisation).where(Organisation.name == name, Organisation.kind == kind)
        )
    )


def _who_hold(role: Role, organisation: Organisation) -> set[str]:
    return set(
        db.session.scalars(
            select(Person.email)
            .join(Membership, Membership.person_id == Person.id)
            .where(
                Membership.organisation_id == organisation.id,
                Membership.role == role,
                Membership.tender_id.is_(None),
            )
        )
    )


def _person(email: str) -> Person:
    person = queries.person_by_email(email)
    if person is None:
        raise DomainError(f"Nobody has an account with {email}")
    return person
