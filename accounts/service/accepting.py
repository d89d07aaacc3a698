"""Accepting an invitation: anew, with the account there is, signed in, or by a provider.

Who accepts has shown that the mail reached the address invited, so an account made that way needs
no other proof of the address.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts import queries
from accounts.models import Invitation, Membership, Organisation, Person
from accounts.queries import Viewer
from accounts.queries.codes import has_codes
from accounts.queries.providers import provider_of_organisation
from accounts.rules.invitations import LONGEST_NAME, is_open
from accounts.service.browsers import NOWHERE, Here
from accounts.service.codes import PASSWORD, PROVEN_BY, check_code, password_is_half
from accounts.service.invitations import record_invitation
from accounts.service.people import check_new_password, hash_password
from accounts.service.signing_in import (
    SignInRefused,
    act_for,
    must_suit_sign_in,
    proven_person,
    start_session,
)
from accounts.service.team import locked_organisation
from foundation import audit, clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError


class InvitationOver(DomainError):
    """Accepted, withdrawn, sent again, past its time, or never there: which, nobody is told."""

    def __init__(self) -> None:
        super().__init__(
            "This invitation can no longer be used. Ask the person who invited you to send it again"
        )


def accept_as_new(secret: str, name: str, password: str, *, here: Here = NOWHERE) -> str:
    """Make an account for the address invited, join, and return the token of the new sign-in.

    Raises InvitationOver and DomainError.
    """
    plain = " ".join(name.split())
    if not plain:
        raise DomainError("Enter your full name", field="name")
    if len(plain) > LONGEST_NAME:
        raise DomainError(f"Enter {LONGEST_NAME} characters or fewer", field="name")
    offer = queries.offer_for(secret, clock.now())
    if offer is None:
        raise InvitationOver
    check_new_password(password, about=(plain, offer.email, offer.organisation))
    password_hash = hash_password(password)
    try:
        with transaction():
            organisation, invitation = _open_by_password(secret)
            if queries.person_by_email(invitation.email):
                raise InvitationOver
            person = Person(
                name=plain,
                email=invitation.email,
                password_hash=password_hash,
                password_set_at=clock.now(),
            )
            db.session.add(person)
            db.session.flush()
            audit.record("person.created", actor=person.token, subject=("person", person.token))
            _join(organisation, invitation, person)
            return start_session(person, organisation, user_agent=here.user_agent)
    except IntegrityError:
        # The same address accepted another invitation in the same moment.
        raise InvitationOver from None


def accept_with_password(
    secret: str, password: str, code: str = "", *, here: Here = NOWHERE
) -> str:
    """Join with the account the address has, and return the token of a new sign-in.

    Works also for somebody who belongs nowhere now and so could not sign in. Raises InvitationOver,
    SignInRefused, HeldBack and WrongCode.
    """
    offer = queries.offer_for(secret, clock.now())
    if offer is None:
        raise InvitationOver
    person = proven_person(offer.email, password, here=here)
    if person is None:
        raise SignInRefused("Enter the password of your account", field="password")
    if password_is_half(person.id) and not has_codes(person.id):
        raise SignInRefused(
            "Sign in with your passkey first, then open the link of the invitation again",
            field="password",
        )
    how = check_code(person, code, here=here) if has_codes(person.id) else PASSWORD
    with transaction():
        organisation, invitation = _open_by_password(secret)
        _join(organisation, invitation, person)
        return start_session(
            person, organisation, user_agent=here.user_agent, proven_by=PROVEN_BY[how]
        )


def accept_as_signed_in(secret: str, *, by: Viewer) -> None:
    """Join, and let this sign-in act for the organisation. Raises InvitationOver."""
    with transaction():
        organisation, invitation = _open_invitation(secret)
        if invitation.email != by.email:
            raise InvitationOver
        must_suit_sign_in(by, organisation)
        _join(organisation, invitation, db.session.get_one(Person, by.person_id))
        act_for(by, organisation)


def join_by_provider(
    secret: str, name: str, *, organisation_id: int
) -> tuple[Organisation, Person]:
    """Let whom the authority's own provider knows by the address invited join it.

    Who has no account gets one without a password; call it in a transaction. Raises InvitationOver.
    """
    organisation, invitation = _open_invitation(secret)
    if organisation.id != organisation_id:
        raise InvitationOver
    person = queries.person_by_email(invitation.email)
    if person is None:
        person = Person(name=name, email=invitation.email, password_hash="")
        db.session.add(person)
        db.session.flush()
        audit.record("person.created", actor=person.token, subject=("person", person.token))
    if not person.active:
        raise InvitationOver
    _join(organisation, invitation, person)
    return organisation, person


def _open_invitation(secret: str) -> tuple[Organisation, Invitation]:
    """Return what the link stands for, its team kept from changing. Raises InvitationOver."""
    chosen = (
        select(Invitation)
        .where(Invitation.secret_hash == sha256_hex(secret))
        .execution_options(populate_existing=True)
    )
    found = db.session.scalars(chosen).one_or_none()
    if found is None:
        raise InvitationOver
    # Always the organisation first and then its invitations: two changes never wait for each other.
    organisation = locked_organisation(found.organisation_id)
    found = db.session.scalars(chosen).one_or_none()
    if found is None or not is_open(
        found.accepted_at, found.withdrawn_at, found.expires_at, clock.now()
    ):
        raise InvitationOver
    return organisation, found


def _open_by_password(secret: str) -> tuple[Organisation, Invitation]:
    """Return what the link stands for, where passwords count. Raises InvitationOver."""
    organisation, invitation = _open_invitation(secret)
    provider = provider_of_organisation(organisation.id)
    if provider is not None and provider.required:
        raise InvitationOver
    return organisation, invitation


def _join(organisation: Organisation, invitation: Invitation, person: Person) -> None:
    invitation.accepted_at = clock.now()
    held = select(Membership.id).where(
        Membership.person_id == person.id,
        Membership.organisation_id == organisation.id,
        Membership.role == invitation.role,
        Membership.tender_id.is_(None) | (Membership.tender_id == invitation.tender_id),
    )
    if db.session.scalars(held).first() is None:
        db.session.add(
            Membership(
                person_id=person.id,
                organisation_id=organisation.id,
                role=invitation.role,
                tender_id=invitation.tender_id,
            )
        )
    db.session.flush()
    record_invitation("invitation.accepted", organisation, invitation, person.token)
