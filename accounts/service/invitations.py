"""Inviting people into an organisation by e-mail, and what follows from the link they get.

Only the SHA-256 of the secret in a link is kept. Who accepts has shown that the mail reached the
address invited, so an account made that way needs no other proof of the address.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from accounts import queries
from accounts.models import Invitation, Membership, Organisation, Person
from accounts.queries import Viewer
from accounts.queries.codes import has_codes
from accounts.queries.invitations import pending_of
from accounts.queries.team import everybody_in
from accounts.rules.invitations import (
    LONGEST_NAME,
    MOST_PENDING,
    VALID_FOR,
    is_open,
    must_not_be_sent_again_yet,
    must_suit,
    read_addresses,
)
from accounts.rules.people import IN_WORDS
from accounts.rules.roles import Role
from accounts.service.browsers import NOWHERE, Here
from accounts.service.codes import PASSWORD, PROVEN_BY, check_code
from accounts.service.people import check_new_password, hash_password
from accounts.service.signing_in import SignInRefused, act_for, proven_person, start_session
from accounts.service.team import locked_organisation, must_still_manage
from foundation import audit, clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError

# The kind of message that carries a link.
INVITED = "invitation.sent"
mail.CARRY_A_SECRET.add(INVITED)


class InvitationOver(DomainError):
    """Accepted, withdrawn, sent again, past its time, or never there: which, nobody is told."""

    def __init__(self) -> None:
        super().__init__(
            "This invitation can no longer be used. Ask the person who invited you to send it again"
        )


def invite(
    addresses: str, role: Role, *, by: Viewer, tender_id: int | None = None, tender: str = ""
) -> int:
    """Invite everybody whose address stands on a line of ``addresses``, or nobody; return how many.

    ``tender_id``: the role is for this one tender, called ``tender`` in the mail. Whether an
    address has an account makes no difference here. Raises WrongAddresses, WrongRole,
    NotYoursToChange and DomainError.
    """
    must_suit(role, by.kind)
    with transaction():
        organisation = locked_organisation(by.organisation_id)
        must_still_manage(by, tender_id)
        pending = pending_of(organisation.id, clock.now())
        wanted = read_addresses(
            addresses,
            members=_who_hold(role, organisation, tender_id),
            invited={one.email for one in pending if one.tender_id == tender_id},
        )
        if len(wanted) + len(pending) > MOST_PENDING:
            raise DomainError(
                f"You cannot have more than {MOST_PENDING} invitations open: withdraw some first",
                field="emails",
            )
        for address in wanted:
            invitation = Invitation(
                organisation_id=organisation.id,
                email=address,
                role=role,
                tender_id=tender_id,
                invited_by_id=by.person_id,
                created_at=clock.now(),
            )
            send(invitation, organisation, by.name, tender)
            _record("invitation.sent", organisation, invitation, by.person_token)
    return len(wanted)


def send_again(token: str, *, by: Viewer, tender: str = "") -> str:
    """Send an open invitation once more with a new link; the old one dies. Return the address.

    Raises NoResultFound, NotYoursToChange and SentJustNow.
    """
    with transaction():
        organisation, invitation = _sent_by_us(token, by)
        must_not_be_sent_again_yet(invitation.expires_at, clock.now())
        send(invitation, organisation, by.name, tender)
        _record("invitation.sent_again", organisation, invitation, by.person_token)
    return invitation.email


def withdraw_invitation(token: str, *, by: Viewer) -> str:
    """Let nobody accept an invitation any more. Return the address it went to."""
    with transaction():
        organisation, invitation = _sent_by_us(token, by)
        invitation.withdrawn_at = clock.now()
        _record("invitation.withdrawn", organisation, invitation, by.person_token)
    return invitation.email


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
            organisation, invitation = _open_invitation(secret)
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
    how = check_code(person, code, here=here) if has_codes(person.id) else PASSWORD
    with transaction():
        organisation, invitation = _open_invitation(secret)
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
        _join(organisation, invitation, db.session.get_one(Person, by.person_id))
        act_for(by, organisation)


def send(invitation: Invitation, organisation: Organisation, by: str, tender: str = "") -> str:
    """Give the invitation a new secret, write the mail that carries it, and return the secret."""
    secret = secrets.token_urlsafe(32)
    invitation.secret_hash = sha256_hex(secret)
    invitation.expires_at = clock.now() + VALID_FOR
    db.session.add(invitation)
    db.session.flush()
    role = IN_WORDS[invitation.role]
    where = f" on the bid for “{tender}” only" if invitation.tender_id is not None else ""
    who, company = " ".join(by.split()), " ".join(organisation.name.split())
    mail.post(
        INVITED,
        f"{invitation.token}:{invitation.secret_hash[:16]}",
        [invitation.email],
        f"{who} invites you to work for {company}",
        f"{who} invites you to work for {company}{where}, as {role.name.lower()}.\n\n"
        f"{role.name}: {role.allows}.\n\n"
        "Open this link to accept. It works once, until "
        f"{clock.show_moment(invitation.expires_at)}:\n\n"
        f"{mail.link('accounts.invitation', secret=secret)}\n\n"
        "If you do not know what this is about, do nothing: without the link nobody can join in "
        "your name.",
    )
    return secret


def _who_hold(role: Role, organisation: Organisation, tender_id: int | None) -> set[str]:
    """Return the addresses of those for whom the invitation would change nothing."""
    return {
        member.email
        for member in everybody_in(organisation.id)
        if role in member.roles or (tender_id is not None and role in member.roles_for(tender_id))
    }


def _sent_by_us(token: str, by: Viewer) -> tuple[Organisation, Invitation]:
    """Return an invitation still open to changes. Raises NoResultFound and NotYoursToChange."""
    organisation = locked_organisation(by.organisation_id)
    invitation = db.session.scalars(
        select(Invitation)
        .where(
            Invitation.token == token,
            Invitation.organisation_id == organisation.id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .execution_options(populate_existing=True)
    ).one()
    must_still_manage(by, invitation.tender_id)
    return organisation, invitation


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
    _record("invitation.accepted", organisation, invitation, person.token)


def _record(action: str, organisation: Organisation, invitation: Invitation, actor: str) -> None:
    audit.record(
        action,
        actor=actor,
        subject=("organisation", organisation.token),
        invitation=invitation.token,
        role=invitation.role,
    )
