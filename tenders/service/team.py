"""Roles that colleagues of the authority hold for one tender alone."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete

from accounts.models import Membership, Organisation
from accounts.queries import Member, Viewer
from accounts.queries.team import everybody_in
from accounts.rules.people import role_name
from accounts.rules.roles import Role
from foundation import audit, clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from tenders.models import Tender
from tenders.planning import TEAM, latest
from tenders.service.base import current_tender, record, written
from tenders.service.planning import save_sheet

GIVEN = "tender.role_given"
# What somebody may be for one tender without being it for every tender.
ROLES = (Role.EVALUATOR, Role.MODERATOR, Role.REVIEWER, Role.CONTRACT_MANAGER)


def set_tender_roles(
    tender: Tender,
    person: str,
    roles: Iterable[Role],
    *,
    before: Iterable[Role],
    by: Viewer,
    because: str = "",
) -> None:
    """Let a colleague hold exactly ``roles`` of ROLES for this tender alone; others stay.

    ``before``: those he held when the form was shown. ``because``: the reason, kept with the plan.
    Raises DomainError where a colleague gave or took a role in between, or the person works for the
    authority no longer.
    """
    wanted = set(roles)
    with transaction():
        current = current_tender(tender)
        member = _colleague(current, person)
        held = {role for role in member.roles_for(current.id) if role in ROLES}
        if wanted == held:
            return
        if set(before) != held:
            raise DomainError(
                f"A colleague changed the roles of {member.name} after you opened this page. Look "
                "at the roles as they are now, and save again",
                field="roles",
            )
        for role in sorted(wanted - held):
            _give(current, member, role, by, because)
        for role in sorted(held - wanted):
            _take(current, member, role, by, because)
        keep_reason(current, member, wanted, because, by)


def keep_reason(
    tender: Tender, member: Member, roles: Iterable[Role], because: str, by: Viewer
) -> None:
    """Keep with the plan why somebody holds ``roles`` now, in a version of its own sheet."""
    if because:
        value = {
            "person": member.token,
            "name": member.name,
            "roles": ", ".join(role_name(role) for role in sorted(roles)),
            "because": because,
            "at": written(clock.now()),
        }
        save_sheet(tender, TEAM, value, version=latest(tender, TEAM).version, by=by)


def _colleague(tender: Tender, person: str) -> Member:
    for member in everybody_in(tender.authority_id):
        if member.token == person:
            return member
    raise DomainError(
        "You cannot give this person a role because he works for the authority no longer",
        field="roles",
    )


def _give(tender: Tender, member: Member, role: Role, by: Viewer, because: str) -> None:
    db.session.add(
        Membership(
            person_id=member.person_id,
            organisation_id=tender.authority_id,
            role=role,
            tender_id=tender.id,
        )
    )
    _record("membership.added", "tender.role_given", tender, member, role, by, because)
    mail.post(
        GIVEN,
        f"{tender.token} {member.token} {role} {clock.now().isoformat()}",
        [member.email],
        f"{tender.reference}: you are {role_name(role).lower()}",
        f"{by.name} has made you {role_name(role).lower()} for “{tender.title}” "
        f"({tender.reference}).\n\n"
        f"{why_in_words(because)}"
        f"Go to the tender: {mail.link('tenders.show', tender=tender.token)}\n",
    )


def why_in_words(because: str) -> str:
    """Return the paragraph of a letter that gives the reason, if there is one."""
    return f"Why: {because}\n\n" if because else ""


def _take(tender: Tender, member: Member, role: Role, by: Viewer, because: str) -> None:
    db.session.execute(
        delete(Membership).where(
            Membership.organisation_id == tender.authority_id,
            Membership.person_id == member.person_id,
            Membership.role == role,
            Membership.tender_id == tender.id,
        )
    )
    _record("membership.ended", "tender.role_ended", tender, member, role, by, because)


def _record(
    action: str,
    of_tender: str,
    tender: Tender,
    member: Member,
    role: Role,
    by: Viewer,
    because: str,
) -> None:
    """A role is part of two records: the organisation's, and the tender's it is for."""
    why = {"because": sha256_hex(because)} if because else {}
    organisation = db.session.get_one(Organisation, tender.authority_id)
    subject = ("organisation", organisation.token)
    audit.record(action, actor=by.person_token, subject=subject, person=member.token, role=role)
    record(of_tender, tender, by, person=member.token, role=role, **why)
