"""Inviting people into an organisation by e-mail, and what follows from the link they get.

Only the SHA-256 of the secret in a link is kept. What the link leads to is in accepting.py.
"""

from __future__ import annotations

import secrets

from sqlalchemy import select

from accounts.models import Invitation, Organisation
from accounts.queries import Viewer
from accounts.queries.invitations import pending_of
from accounts.queries.team import everybody_in
from accounts.rules.invitations import (
    MOST_PENDING,
    VALID_FOR,
    must_not_be_sent_again_yet,
    must_suit,
    read_addresses,
)
from accounts.rules.people import IN_WORDS
from accounts.rules.roles import Role
from accounts.service.team import locked_organisation, must_still_manage
from foundation import audit, clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError

# The kind of message that carries a link.
INVITED = "invitation.sent"
mail.CARRY_A_SECRET.add(INVITED)


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
            record_invitation("invitation.sent", organisation, invitation, by.person_token)
    return len(wanted)


def send_again(token: str, *, by: Viewer, tender: str = "") -> str:
    """Send an open invitation once more with a new link; the old one dies. Return the address.

    Raises NoResultFound, NotYoursToChange and SentJustNow.
    """
    with transaction():
        organisation, invitation = _sent_by_us(token, by)
        must_not_be_sent_again_yet(invitation.expires_at, clock.now())
        send(invitation, organisation, by.name, tender)
        record_invitation("invitation.sent_again", organisation, invitation, by.person_token)
    return invitation.email


def withdraw_invitation(token: str, *, by: Viewer) -> str:
    """Let nobody accept an invitation any more. Return the address it went to."""
    with transaction():
        organisation, invitation = _sent_by_us(token, by)
        invitation.withdrawn_at = clock.now()
        record_invitation("invitation.withdrawn", organisation, invitation, by.person_token)
    return invitation.email


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


def record_invitation(
    action: str, organisation: Organisation, invitation: Invitation, actor: str
) -> None:
    audit.record(
        action,
        actor=actor,
        subject=("organisation", organisation.token),
        invitation=invitation.token,
        role=invitation.role,
    )
