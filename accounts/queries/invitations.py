"""Invitations: those an organisation has sent, and the one a link stands for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.models import Invitation, Organisation, Person
from accounts.queries.codes import has_codes
from accounts.queries.providers import ShownProvider, provider_of_organisation
from accounts.queries.viewers import Viewer
from accounts.rules.invitations import is_open
from accounts.rules.roles import Permission, Role
from foundation.canonical import sha256_hex
from foundation.database import db

# Who invited the first people of an organisation, by a command.
OPERATOR = "whoever runs this service"


@dataclass(frozen=True, slots=True)
class PendingInvitation:
    """An invitation nobody accepted or withdrew; it may be past its time."""

    token: str
    email: str
    role: Role
    tender_id: int | None
    expires_at: datetime
    invited_by: str
    has_expired: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """What the holder of a link is offered, and whether the address has an account."""

    email: str
    role: Role
    for_one_tender: bool
    organisation: str
    expires_at: datetime
    has_account: bool
    has_codes: bool
    # The sign-in of the authority that invites, and whether a password counts there too.
    provider: ShownProvider | None = None
    by_provider_only: bool = False


def pending_invitations(
    viewer: Viewer, at: datetime, *, tender_id: int | None = None
) -> list[PendingInvitation]:
    """Return what the viewer's organisation has sent, the last first.

    ``tender_id``: only those for this one tender. People who are here for single tenders only see
    nothing else.
    """
    if tender_id is None and not viewer.roles:
        return []
    found = pending_of(viewer.organisation_id, at)
    return [one for one in found if tender_id is None or one.tender_id == tender_id]


def invitations_managed_by(viewer: Viewer, at: datetime) -> list[PendingInvitation]:
    """Return the open invitations the viewer may send again: all, or those for his tenders."""
    return [
        one
        for one in pending_of(viewer.organisation_id, at)
        if viewer.may_everywhere(Permission.TEAM_MANAGE)
        or (one.tender_id and viewer.may(Permission.TEAM_MANAGE, tender_id=one.tender_id))
    ]


def pending_of(organisation_id: int, at: datetime) -> list[PendingInvitation]:
    """Return every invitation of the organisation that is still to be accepted."""
    rows = db.session.execute(
        select(Invitation, Person.name)
        .outerjoin(Person, Person.id == Invitation.invited_by_id)
        .where(
            Invitation.organisation_id == organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.id.desc())
        .execution_options(populate_existing=True)
    )
    return [
        PendingInvitation(
            invitation.token,
            invitation.email,
            invitation.role,
            invitation.tender_id,
            invitation.expires_at,
            invited_by or OPERATOR,
            at >= invitation.expires_at,
        )
        for invitation, invited_by in rows
    ]


def offer_for(secret: str, at: datetime) -> Offer | None:
    """Return what the link with this secret offers; None once it is over, and if it never was."""
    row = db.session.execute(
        select(Invitation, Organisation, Person.id)
        .join(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Person, Person.email == Invitation.email)
        .where(Invitation.secret_hash == sha256_hex(secret))
    ).first()
    if row is None:
        return None
    invitation, organisation, person_id = row
    if not is_open(invitation.accepted_at, invitation.withdrawn_at, invitation.expires_at, at):
        return None
    provider = provider_of_organisation(organisation.id)
    is_on = provider is not None and provider.switched_on_at is not None
    return Offer(
        invitation.email,
        invitation.role,
        invitation.tender_id is not None,
        organisation.name,
        invitation.expires_at,
        person_id is not None,
        person_id is not None and has_codes(person_id),
        ShownProvider(organisation.token, organisation.name, provider.name)
        if provider is not None and is_on
        else None,
        provider is not None and provider.required,
    )
