"""Registering a company: a link by e-mail, used once, and what is told of it.

Whoever asks for a link gets the same answer, whether the address has an account or not: what is
so, its letter box alone is told. Only the SHA-256 of the secret in a link is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts import queries
from accounts.models import Membership, Organisation, Person, Registration
from accounts.queries.registrations import asked_lately, companies_numbered, registration_for
from accounts.rules.guessing import Counter
from accounts.rules.registering import (
    VALID_FOR,
    Company,
    Told,
    checked_address,
    checked_company,
    checked_name,
    may_have_a_link,
)
from accounts.rules.roles import OrganisationKind, Role
from accounts.service import guessing
from accounts.service.browsers import NOWHERE, Here
from accounts.service.people import (
    add_membership,
    check_new_password,
    create_organisation,
    hash_password,
)
from accounts.service.signing_in import start_session
from foundation import audit, clock, mail
from foundation.audit import SYSTEM
from foundation.canonical import sha256_hex
from foundation.database import db, queue_for, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token

# Links one network asks for in a stretch of time; beyond that none are sent.
MOST_FROM_A_NETWORK = 60

# The kind of message that carries a link; those that carry none.
ASKED = "registration.asked"
KNOWN = "registration.known"
TAKEN = "registration.company_known"
TOLD = "registration.company_tried"
mail.CARRY_A_SECRET.add(ASKED)

# Returns the title of the tender called by a token if this address may register for it, else "".
TITLE = "title_to_register_for"
TitleOf = Callable[[str, str], str]


class RegistrationOver(DomainError):
    """Used, past its time, overtaken by an account, or never there: which, nobody is told."""


@dataclass(frozen=True)
class Begun:
    """What came of a registration. ``session`` is empty where the company has an account."""

    session: str
    tender: str


def title_to_register_for(tender: str, email: str = "") -> str:
    """Return the title of a tender somebody registers for; empty where there is none to name."""
    known: TitleOf | None = current_app.extensions.get(TITLE)
    return known(tender, email) if known is not None and tender else ""


def ask_to_register(email: str, *, tender: str = "", here: Here = NOWHERE) -> None:
    """Write to an address: a link to register, or that it has an account. Raises WrongDetails.

    An address that asks too often gets no further message, and nobody is told of that either.
    """
    address = checked_address(email)
    from_here = [Counter(("network", here.network), MOST_FROM_A_NETWORK)] if here.network else []
    if from_here and not guessing.may_ask("register", from_here):
        return
    with transaction():
        moment = clock.now()
        known = queries.person_by_email(address)
        title = title_to_register_for(tender, address)
        asked = asked_lately(address, moment)
        if not may_have_a_link(asked, moment):
            return
        secret = secrets.token_urlsafe(32)
        registration = Registration(
            token=new_token(),
            secret_hash=sha256_hex(secret),
            email=address,
            tender_token=tender if title else "",
            created_at=moment,
            expires_at=moment + VALID_FOR,
        )
        db.session.add(registration)
        db.session.flush()
        subject, text = _known() if known else _link(registration, secret, title)
        mail.post(KNOWN if known else ASKED, registration.token, [address], subject, text)
        _record("registration.asked", registration, SYSTEM)


def register(secret: str, told: Told, *, name: str, password: str, here: Here = NOWHERE) -> Begun:
    """Make a company and its first bid lead, and sign in.

    Where the company has an account the link is used up and nobody is signed in: who asked is told
    in a message what to do, and the company's bid leads are told who asked. Raises
    RegistrationOver, WrongDetails and DomainError.
    """
    company, plain = checked_company(told), checked_name(name)
    found = registration_for(secret, clock.now())
    about = (plain, company.name, company.legal_name, found.email if found else "")
    check_new_password(password, about=about)
    password_hash = hash_password(password)
    try:
        with transaction():
            registration = _open(secret)
            registration.used_at = clock.now()
            there = _companies_there(company.number)
            if there:
                _tell_both(registration, there, company.number or "")
                return Begun("", "")
            person = Person(
                name=plain,
                email=registration.email,
                password_hash=password_hash,
                password_set_at=clock.now(),
            )
            organisation = _begin(company, person)
            _record("registration.used", registration, person.token)
            session = start_session(person, organisation, user_agent=here.user_agent)
            return Begun(session, registration.tender_token)
    except IntegrityError:
        # The same address made an account in the same moment.
        raise RegistrationOver("This link can no longer be used") from None


def _companies_there(number: str | None) -> list[Organisation]:
    """Return the companies with this number. Whoever registers it too waits until this is done."""
    if not number:
        return []
    queue_for(f"company-number:{number}")
    return companies_numbered(number)


def _begin(company: Company, person: Person) -> Organisation:
    db.session.add(person)
    db.session.flush()
    audit.record("person.created", actor=person.token, subject=("person", person.token))
    organisation = create_organisation(
        company.name,
        OrganisationKind.SUPPLIER,
        actor=person.token,
        legal_name=company.legal_name,
        company_number=company.number,
    )
    add_membership(person, organisation, Role.BID_LEAD, actor=person.token)
    return organisation


def _open(secret: str) -> Registration:
    """Return what the link stands for, kept from being used twice. Raises RegistrationOver."""
    found = registration_for(secret, clock.now())
    if found is not None:
        db.session.execute(
            select(Registration.id).where(Registration.id == found.id).with_for_update()
        )
        found = registration_for(secret, clock.now())
    if found is None:
        raise RegistrationOver("This link can no longer be used")
    return found


def _tell_both(registration: Registration, there: list[Organisation], number: str) -> None:
    mail.post(
        TAKEN,
        registration.token,
        [registration.email],
        "Your company has an account",
        f"A company with the number {number} has an account here, so none was made for you. Ask a "
        "colleague who bids for the company to invite you: a bid lead does that on the page "
        "“Team”. The bid leads are told that you asked.\n\n"
        "If nobody in your company knows of an account, write to the council whose tender you "
        "want to bid for.\n",
    )
    leads = db.session.scalars(
        select(Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id.in_([one.id for one in there]),
            Membership.role == Role.BID_LEAD,
            Membership.tender_id.is_(None),
            Person.active,
        )
    )
    mail.post(
        TOLD,
        registration.token,
        leads,
        "Somebody wanted to register your company",
        f"Somebody who reads the mail of {registration.email} wanted to register a company with "
        f"your number, {number}. No account was made, and nothing of yours was shown. The answer "
        "told them that the company has an account.\n\n"
        f"If it is a colleague, invite them: {mail.link('accounts.invite')}\n\n"
        "If not, do nothing.\n",
    )
    _record("registration.company_known", registration, SYSTEM)


def _link(registration: Registration, secret: str, title: str) -> tuple[str, str]:
    purpose = f" to bid for “{title}”" if title else ""
    return (
        "Register your company",
        f"Somebody asked to register a company{purpose} with this address. Open this link to go "
        f"on. It works once, until {clock.show_moment(registration.expires_at)}:\n\n"
        f"{mail.link('accounts.registration', secret=secret)}\n\n"
        "If it was not you, do nothing: without the link nobody can register in your name.\n",
    )


def _known() -> tuple[str, str]:
    return (
        "You have an account",
        "Somebody asked to register a company with this address. It has an account already: sign "
        f"in with it.\n\n{mail.link('accounts.sign_in')}\n\n"
        "If it was not you, do nothing.\n",
    )


def _record(action: str, registration: Registration, actor: str) -> None:
    audit.record(action, actor=actor, subject=("registration", registration.token))
