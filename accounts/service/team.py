"""Roles given and taken within an organisation; every change waits for the one before it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select, update
from sqlalchemy.exc import NoResultFound

from accounts.models import Invitation, Membership, Organisation, SignInSession
from accounts.queries import Member, Viewer
from accounts.queries.team import everybody_in
from accounts.rules.invitations import must_suit
from accounts.rules.people import GIVEN_BY_THE_SERVICE, LOOKS_AFTER_PEOPLE, role_name
from accounts.rules.roles import OrganisationKind, Permission, Role, allows
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError


class LastLead(DomainError):
    """Nobody would be left to look after the team."""


class NotYoursToChange(DomainError):
    """The person who changes the team may do so no longer."""


def set_roles(
    person_token: str, roles: Iterable[Role], *, by: Viewer, tender_id: int | None = None
) -> None:
    """Let a colleague hold exactly ``roles``: for every tender, or for ``tender_id`` alone.

    Who loses his only role with one tender belongs to the organisation no more.
    Raises NoResultFound, NotYoursToChange, WrongRole, LastLead and DomainError.
    """
    wanted = set(roles)
    for role in wanted:
        must_suit(role, by.kind)
    with transaction():
        organisation = locked_organisation(by.organisation_id)
        must_still_manage(by, tender_id)
        members = everybody_in(organisation.id)
        member = _one_of(members, person_token)
        _must_not_be_oneself(member, by)
        # What the service gives for all organisations, none of them takes.
        wanted |= member.roles & GIVEN_BY_THE_SERVICE if tender_id is None else set()
        stays = member.works_at_all_with(wanted, tender_id)
        if tender_id is None and not stays:
            raise DomainError(
                f"Select at least one role, or take {member.name} out of the team", field="roles"
            )
        held = member.roles if tender_id is None else member.roles_for(tender_id)
        lead = LOOKS_AFTER_PEOPLE[by.kind]
        if tender_id is None and lead in held - wanted:
            _must_not_be_the_last_lead(lead, member, members)
        for role in sorted(wanted - held):
            _give(organisation, member, role, tender_id, by)
        for role in sorted(held - wanted):
            _take(organisation, member, role, tender_id, by)
        if not stays:
            _end_sign_ins(organisation, member)


def take_out(person_token: str, *, by: Viewer) -> None:
    """End every role of a colleague here, and every sign-in for this organisation at once.

    Invitations to the same address, and those the leaver sent, can no longer be accepted. Answers,
    names and the record stay. Raises NoResultFound, NotYoursToChange and LastLead.
    """
    with transaction():
        organisation = locked_organisation(by.organisation_id)
        must_still_manage(by, None)
        members = everybody_in(organisation.id)
        member = _one_of(members, person_token)
        lead = LOOKS_AFTER_PEOPLE[by.kind]
        if lead in member.roles:
            _must_not_be_the_last_lead(lead, member, members)
        here = (
            Membership.organisation_id == organisation.id,
            Membership.person_id == member.person_id,
        )
        db.session.execute(delete(Membership).where(*here))
        _end_sign_ins(organisation, member)
        db.session.execute(
            update(Invitation)
            .where(
                Invitation.organisation_id == organisation.id,
                Invitation.accepted_at.is_(None),
                Invitation.withdrawn_at.is_(None),
                (Invitation.email == member.email) | (Invitation.invited_by_id == member.person_id),
            )
            .values(withdrawn_at=clock.now())
        )
        audit.record(
            "member.taken_out",
            actor=by.person_token,
            subject=("organisation", organisation.token),
            person=member.token,
        )


def locked_organisation(organisation_id: int) -> Organisation:
    """Return the organisation, its team kept from changing until the transaction ends."""
    return db.session.scalars(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def must_still_manage(by: Viewer, tender_id: int | None) -> None:
    """Raise NotYoursToChange unless ``by`` looks after the team now: all of it, or of a tender."""
    roles = db.session.scalars(
        select(Membership.role).where(
            Membership.organisation_id == by.organisation_id,
            Membership.person_id == by.person_id,
            Membership.tender_id.is_(None) | (Membership.tender_id == tender_id),
        )
    ).all()
    if not allows(roles, Permission.TEAM_MANAGE):
        lead = role_name(LOOKS_AFTER_PEOPLE[by.kind]).lower()
        raise NotYoursToChange(
            f"You cannot change the team because you are no longer one of its {lead}s"
        )


def _one_of(members: Iterable[Member], token: str) -> Member:
    for member in members:
        if member.token == token:
            return member
    raise NoResultFound


def _must_not_be_oneself(member: Member, by: Viewer) -> None:
    """Whoever looks after the people of an authority gives himself nothing: another does."""
    if by.kind is OrganisationKind.AUTHORITY and member.person_id == by.person_id:
        raise NotYoursToChange(
            "You cannot change what you yourself may do: ask another administrator"
        )


def _must_not_be_the_last_lead(lead: Role, member: Member, members: Iterable[Member]) -> None:
    if not any(lead in other.roles and other != member for other in members):
        name = role_name(lead).lower()
        raise LastLead(
            f"You cannot do this because {member.name} is the last {name}: make somebody else "
            f"{name} for every tender first",
            field="roles",
        )


def _end_sign_ins(organisation: Organisation, member: Member) -> None:
    """Sign somebody out of this organisation, on every device; elsewhere he stays signed in."""
    db.session.execute(
        delete(SignInSession).where(
            SignInSession.organisation_id == organisation.id,
            SignInSession.person_id == member.person_id,
        )
    )


def _give(
    organisation: Organisation, member: Member, role: Role, tender_id: int | None, by: Viewer
) -> None:
    db.session.add(
        Membership(
            person_id=member.person_id,
            organisation_id=organisation.id,
            role=role,
            tender_id=tender_id,
        )
    )
    _record("membership.added", organisation, member, role, by)


def _take(
    organisation: Organisation, member: Member, role: Role, tender_id: int | None, by: Viewer
) -> None:
    db.session.execute(
        delete(Membership).where(
            Membership.organisation_id == organisation.id,
            Membership.person_id == member.person_id,
            Membership.role == role,
            Membership.tender_id.is_(None)
            if tender_id is None
            else Membership.tender_id == tender_id,
        )
    )
    _record("membership.ended", organisation, member, role, by)


def _record(
    action: str, organisation: Organisation, member: Member, role: Role, by: Viewer
) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("organisation", organisation.token),
        person=member.token,
        role=role,
    )
