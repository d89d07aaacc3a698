"""Roles that people of a participating authority hold, each for one tender."""

from __future__ import annotations

from sqlalchemy import delete, select

from accounts.models import Membership
from accounts.queries import Member, Viewer
from accounts.queries.team import everybody_in
from accounts.rules.people import role_name
from accounts.rules.roles import Role
from foundation import audit, clock, mail
from foundation.database import db, transaction
from tenders.joint import Taking, part_of_row
from tenders.models import ParticipatingAuthority, Tender
from tenders.rules.joint import CannotTakePart, must_be_for_guests, must_take_part
from tenders.service.base import current_tender, record
from tenders.service.team import keep_reason, why_in_words

GIVEN = "tender.guest_role_given"


def give_role(taking: Taking, person: str, role: Role, *, by: Viewer, because: str = "") -> None:
    """Give a colleague a role for this tender alone; nothing happens if he holds it already.

    Raises CannotTakePart.
    """
    with transaction():
        tender, row = as_now(taking)
        must_take_part(part_of_row(row))
        must_be_for_guests(role)
        member = _colleague(row, person)
        if role in member.roles_for(tender.id):
            return
        db.session.add(
            Membership(
                person_id=member.person_id,
                organisation_id=row.organisation_id,
                role=role,
                tender_id=tender.id,
            )
        )
        held = {*member.roles_for(tender.id), role}
        keep_reason(tender, member, held, because, by)
        _record_role("membership.added", "tender.guest_role_given", tender, row, member, role, by)
        mail.post(
            GIVEN,
            f"{row.token} {role} {clock.now().isoformat()}",
            [member.email],
            f"{tender.reference}: you are {role_name(role).lower()}",
            f"{by.name} has made you {role_name(role).lower()} for “{tender.title}” "
            f"({tender.reference}), a tender of {tender.authority.name} that "
            f"{row.organisation.name} takes part in.\n\n"
            f"{why_in_words(because)}"
            f"Go to the tender: {mail.link('tenders.show', tender=tender.token)}\n",
        )


def end_role(taking: Taking, person: str, role: Role, *, by: Viewer) -> None:
    """Take a role for this tender from somebody of a participating authority."""
    with transaction():
        tender, row = as_now(taking)
        member = _colleague(row, person)
        if role not in member.roles_for(tender.id):
            return
        db.session.execute(
            delete(Membership).where(
                Membership.organisation_id == row.organisation_id,
                Membership.person_id == member.person_id,
                Membership.role == role,
                Membership.tender_id == tender.id,
            )
        )
        _record_role("membership.ended", "tender.guest_role_ended", tender, row, member, role, by)


def end_roles(tender: Tender, row: ParticipatingAuthority, by: Viewer) -> None:
    """End every role for the tender, so that asking the authority again gives nobody one back."""
    for member in everybody_in(row.organisation_id):
        for role in sorted(member.roles_for(tender.id)):
            _record_role(
                "membership.ended", "tender.guest_role_ended", tender, row, member, role, by
            )
    db.session.execute(
        delete(Membership).where(
            Membership.organisation_id == row.organisation_id, Membership.tender_id == tender.id
        )
    )


def _colleague(row: ParticipatingAuthority, person: str) -> Member:
    found = [one for one in everybody_in(row.organisation_id) if one.token == person]
    if not found:
        raise CannotTakePart("Select somebody of the participating authority", field="person")
    return found[0]


def _record_role(
    action: str,
    of_tender: str,
    tender: Tender,
    row: ParticipatingAuthority,
    member: Member,
    role: Role,
    by: Viewer,
) -> None:
    """A role is part of two records: the organisation's, and the tender's it is for."""
    audit.record(
        action,
        actor=by.person_token,
        subject=("organisation", row.organisation.token),
        person=member.token,
        role=role,
    )
    record(
        of_tender,
        tender,
        by,
        person=member.token,
        role=role,
        authority=row.organisation.token,
    )


def as_now(taking: Taking) -> tuple[Tender, ParticipatingAuthority]:
    """Return tender and row as they are now, kept from changing until the transaction ends."""
    tender = current_tender(taking.tender)
    row = db.session.scalars(
        select(ParticipatingAuthority)
        .where(ParticipatingAuthority.id == taking.row.id)
        .execution_options(populate_existing=True)
    ).one()
    return tender, row
