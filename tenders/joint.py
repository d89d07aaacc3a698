"""Reading who buys together: the authorities that take part in a tender, or are asked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, cast, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Membership, Organisation, Person
from accounts.queries import Viewer
from accounts.queries.team import everybody_in
from accounts.rules.roles import GUEST_ROLES, OrganisationKind, Permission, Role
from foundation.database import db
from tenders.models import ParticipatingAuthority, Tender
from tenders.queries import questionnaire_of
from tenders.rules.joint import Dates, Part, part_of


@dataclass(frozen=True)
class Guest:
    """Somebody of a participating authority, with the roles held for one tender."""

    token: str
    name: str
    organisation_id: int
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Taking:
    """An authority's part in a tender of another, with the names of those who decided."""

    row: ParticipatingAuthority
    tender: Tender
    asked_by: str
    agreed_by: str
    left_by: str

    @property
    def part(self) -> Part:
        return part_of_row(self.row)

    @property
    def name(self) -> str:
        return self.row.organisation.name

    @property
    def is_over(self) -> bool:
        return self.row.left_at is not None

    @property
    def ended_at(self) -> datetime | None:
        return self.row.left_at


def guest_tenders(organisation_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the ids of the tenders that an organisation takes part in now, joined by commas.

    An authority takes part from when it agreed until it leaves. Accounts asks for this with each
    request (app.py), so that permission is a question to one place, accounts.queries.Viewer.
    """
    return (
        select(func.aggregate_strings(cast(ParticipatingAuthority.tender_id, String), ","))
        .where(ParticipatingAuthority.organisation_id == organisation_id, *_TAKES_PART)
        .scalar_subquery()
    )


def guest_tenders_of(organisation_id: int) -> frozenset[int]:
    """Return the same ids for one organisation, for whoever acts without a request."""
    found = db.session.scalars(
        select(ParticipatingAuthority.tender_id).where(
            ParticipatingAuthority.organisation_id == organisation_id, *_TAKES_PART
        )
    )
    return frozenset(found)


def part_of_row(row: ParticipatingAuthority) -> Part:
    return part_of(Dates(row.agreed_at, row.left_at, row.ended_by_lead))


def authorities_in(tender: Tender) -> list[Taking]:
    """Return every authority that was ever asked to take part, in the order they were asked."""
    rows = db.session.execute(
        _TAKING.where(ParticipatingAuthority.tender_id == tender.id).order_by(
            ParticipatingAuthority.asked_at, ParticipatingAuthority.id
        )
    )
    return [Taking(*row) for row in rows]


def parts_of(viewer: Viewer) -> list[Taking]:
    """Return what the viewer's authority is asked to take part in, and takes part in."""
    rows = db.session.execute(
        _TAKING.where(
            ParticipatingAuthority.organisation_id == viewer.organisation_id,
            ParticipatingAuthority.left_at.is_(None),
        ).order_by(ParticipatingAuthority.asked_at.desc(), ParticipatingAuthority.id.desc())
    )
    return [Taking(*row) for row in rows]


def part_for(viewer: Viewer, token: str) -> Taking:
    """Return a part that the viewer's own authority is asked to take or takes, for an officer of
    it. Raises NoResultFound, also once it is over."""
    row = db.session.execute(
        _TAKING.where(
            ParticipatingAuthority.token == token,
            ParticipatingAuthority.organisation_id == viewer.organisation_id,
            ParticipatingAuthority.left_at.is_(None),
        )
    ).one()
    if not viewer.may_everywhere(Permission.TENDER_CREATE):
        raise NoResultFound
    return Taking(*row)


def part_in(tender: Tender, token: str) -> Taking:
    """Return one authority's part in a tender that was found already. Raises NoResultFound."""
    row = db.session.execute(
        _TAKING.where(
            ParticipatingAuthority.token == token, ParticipatingAuthority.tender_id == tender.id
        )
    ).one()
    return Taking(*row)


def authorities_to_ask(tender: Tender) -> list[Organisation]:
    """Return the other authorities on this installation that are not asked yet, by name."""
    asked = select(ParticipatingAuthority.organisation_id).where(
        ParticipatingAuthority.tender_id == tender.id, ParticipatingAuthority.left_at.is_(None)
    )
    found = db.session.scalars(
        select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.AUTHORITY,
            Organisation.id != tender.authority_id,
            Organisation.id.not_in(asked),
        )
        .order_by(func.lower(Organisation.name), Organisation.id)
    )
    return list(found)


def guests_of(tender: Tender) -> list[Guest]:
    """Return the people of authorities that take part who hold a role for the tender, by name."""
    rows = db.session.execute(
        select(Person.token, Person.name, Membership.organisation_id, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .join(
            ParticipatingAuthority,
            (ParticipatingAuthority.organisation_id == Membership.organisation_id)
            & (ParticipatingAuthority.tender_id == Membership.tender_id),
        )
        .where(Membership.tender_id == tender.id, Person.active, *_TAKES_PART)
        .order_by(Person.name, Person.id)
    )
    held: dict[tuple[str, str, int], set[Role]] = {}
    for token, name, organisation_id, role in rows:
        held.setdefault((token, name, organisation_id), set()).add(role)
    return [
        Guest(*who, tuple(role for role in GUEST_ROLES if role in roles))
        for who, roles in held.items()
    ]


def officers_of(organisation_id: int) -> list[str]:
    """Return the addresses of those who decide for an authority on taking part."""
    return sorted(
        member.email for member in everybody_in(organisation_id) if Role.OFFICER in member.roles
    )


def joint_terms(tender: Tender) -> dict[str, Any]:
    """Return what the published terms say about who buys together; nothing if one buys alone."""
    found = db.session.scalars(
        select(Organisation)
        .join(ParticipatingAuthority, ParticipatingAuthority.organisation_id == Organisation.id)
        .where(ParticipatingAuthority.tender_id == tender.id, *_TAKES_PART)
        .order_by(func.lower(Organisation.name), Organisation.id)
    ).all()
    if not found:
        return {}
    return {"joint": {"led_by": _named(tender.authority), "authorities": list(map(_named, found))}}


def bought_with(tender: Tender) -> tuple[str, ...]:
    """Return the legal names of the authorities that what was published names beside the first."""
    joint = questionnaire_of(tender).terms.get("joint") or {"authorities": ()}
    return tuple(one["legal_name"] or one["name"] for one in joint["authorities"])


def _named(organisation: Organisation) -> dict[str, str]:
    return {
        "token": organisation.token,
        "name": organisation.name,
        "legal_name": organisation.legal_name,
    }


_TAKES_PART = (
    ParticipatingAuthority.agreed_at.is_not(None),
    ParticipatingAuthority.left_at.is_(None),
)
_ASKED_BY, _AGREED_BY, _LEFT_BY = aliased(Person), aliased(Person), aliased(Person)
_TAKING = (
    select(
        ParticipatingAuthority,
        Tender,
        _ASKED_BY.name,
        func.coalesce(_AGREED_BY.name, ""),
        func.coalesce(_LEFT_BY.name, ""),
    )
    .join(Tender, Tender.id == ParticipatingAuthority.tender_id)
    .join(_ASKED_BY, _ASKED_BY.id == ParticipatingAuthority.asked_by_id)
    .outerjoin(_AGREED_BY, _AGREED_BY.id == ParticipatingAuthority.agreed_by_id)
    .outerjoin(_LEFT_BY, _LEFT_BY.id == ParticipatingAuthority.left_by_id)
    .options(
        joinedload(ParticipatingAuthority.organisation, innerjoin=True),
        joinedload(Tender.authority, innerjoin=True),
    )
    .execution_options(populate_existing=True)
)
