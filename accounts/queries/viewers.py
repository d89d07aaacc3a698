"""Reading who people are: always by what they can prove, never by what they claim."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from accounts.models import (
    CodeGenerator,
    Membership,
    Organisation,
    Person,
    SignInProvider,
    SignInSession,
)
from accounts.rules.roles import (
    OrganisationKind,
    Permission,
    Role,
    allows,
    allows_a_guest,
)
from foundation.canonical import sha256_hex
from foundation.database import db

# A sign-in not used for this long is over; a supplier may think long about one answer.
IDLE_LIMIT = timedelta(hours=4)

# Makes, of the column with an organisation's id, the ids of the tenders of others that it takes
# part in, joined by commas. A later station knows them and registers it (app.py).
GUEST_TENDERS = "guest_tenders"
GuestTenders = Callable[[ColumnElement[int]], ScalarSelect[Any]]


@dataclass(frozen=True)
class Viewer:
    """The person using the page, and for which organisation."""

    person_id: int
    person_token: str
    name: str
    email: str
    organisation_id: int
    organisation_token: str
    organisation_name: str
    kind: OrganisationKind
    roles: frozenset[Role]
    # Roles held for single tenders only, as (tender id, role).
    tender_roles: frozenset[tuple[int, Role]]
    session_id: int
    last_seen_at: datetime
    # How many organisations the person belongs to.
    organisations: int = 1
    # Tenders of other authorities that the viewer's own takes part in.
    guest_tenders: frozenset[int] = frozenset()
    # Whether signing in asks for a one-time code; by what this sign-in was proven, when it began,
    # and when the person proved again who he is.
    has_codes: bool = False
    proven_by: str = "password"
    signed_in_at: datetime | None = None
    proven_at: datetime | None = None
    # The authority's own provider that signed the viewer in; None for a password.
    provider_id: int | None = None

    @property
    def every_role(self) -> frozenset[Role]:
        return self.roles | {role for _tender, role in self.tender_roles}

    def may(self, permission: Permission, *, tender_id: int | None = None) -> bool:
        """Return whether a role allows it; without ``tender_id``, for any tender at all.

        On another authority's tender the roles somebody holds at home count for nothing.
        """
        if tender_id is None:
            return allows(self.every_role, permission)
        here = self.roles_for(tender_id)
        if tender_id in self.guest_tenders:
            return allows_a_guest(self.roles, here, permission)
        return allows(self.roles | here, permission)

    def roles_for(self, tender_id: int) -> frozenset[Role]:
        """Return the roles held for this one tender alone."""
        return frozenset(role for tender, role in self.tender_roles if tender == tender_id)

    def may_everywhere(self, permission: Permission) -> bool:
        """Return whether a role held for every tender allows it."""
        return allows(self.roles, permission)


# Asked at every request, so put together once; columns only, for nothing here changes a record.
_ANYWHERE = aliased(Membership)
_SHOWN: Mapping[str, Any] = {
    "person_id": Person.id,
    "person_token": Person.token,
    "name": Person.name,
    "email": Person.email,
    "organisation_id": Organisation.id,
    "organisation_token": Organisation.token,
    "organisation_name": Organisation.name,
    "kind": Organisation.kind,
    "session_id": SignInSession.id,
    "last_seen_at": SignInSession.last_seen_at,
    "organisations": (
        select(func.count(_ANYWHERE.organisation_id.distinct()))
        .where(_ANYWHERE.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    ),
    "has_codes": exists()
    .where(CodeGenerator.person_id == Person.id, CodeGenerator.confirmed_at.is_not(None))
    .correlate(Person),
    "proven_by": SignInSession.proven_by,
    "signed_in_at": SignInSession.created_at,
    "proven_at": SignInSession.proven_at,
    "provider_id": SignInSession.provider_id,
}

# A password signs in where no provider is required; a provider for its own authority alone.
_MAY_ACT = or_(
    and_(
        SignInSession.provider_id.is_(None),
        or_(SignInProvider.id.is_(None), SignInProvider.required.is_(False)),
    ),
    and_(
        SignInSession.provider_id == SignInProvider.id,
        SignInProvider.switched_on_at.is_not(None),
    ),
)


@cache
def _viewer(guest_tenders: GuestTenders) -> Select[Any]:
    return (
        select(
            *(column.label(name) for name, column in _SHOWN.items()),
            Membership.role.label("role"),
            Membership.tender_id.label("held_for"),
            guest_tenders(Organisation.__table__.c.id).label("guest_tenders"),
        )
        .select_from(SignInSession)
        .join(Person, Person.id == SignInSession.person_id)
        .join(Organisation, Organisation.id == SignInSession.organisation_id)
        .join(
            Membership,
            (Membership.person_id == Person.id) & (Membership.organisation_id == Organisation.id),
        )
        .outerjoin(
            SignInProvider,
            (SignInProvider.organisation_id == Organisation.id)
            & SignInProvider.removed_at.is_(None),
        )
        .where(
            _MAY_ACT,
            SignInSession.token_hash == bindparam("token_hash"),
            SignInSession.expires_at > bindparam("now"),
            SignInSession.last_seen_at > bindparam("used_after"),
            Person.active,
        )
    )


def viewer_for(session_token: str, *, at: datetime) -> Viewer | None:
    """Return who holds this sign-in, in one statement; None if it is over or unknown."""
    rows = db.session.execute(
        _viewer(current_app.extensions[GUEST_TENDERS]),
        {"token_hash": sha256_hex(session_token), "now": at, "used_after": at - IDLE_LIMIT},
    ).all()
    if not rows:
        return None
    viewer = rows[0]._mapping
    held = [(row.role, row.held_for) for row in rows]
    return Viewer(
        **{name: viewer[name] for name in _SHOWN},
        roles=frozenset(role for role, tender_id in held if tender_id is None),
        tender_roles=frozenset((tender_id, role) for role, tender_id in held if tender_id),
        guest_tenders=_ids_in(viewer["guest_tenders"]),
    )


def _ids_in(joined: str | None) -> frozenset[int]:
    return frozenset(int(one) for one in joined.split(",")) if joined else frozenset()


def person_by_email(email: str) -> Person | None:
    return db.session.scalars(select(Person).where(Person.email == email.strip().lower())).first()


def organisations_of(person: Person) -> list[Organisation]:
    """Return where the person holds a role, the longest held first."""
    return organisations_of_person(person.id)


def organisations_of_person(person_id: int) -> list[Organisation]:
    found = db.session.scalars(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id)
    ).all()
    return list(dict.fromkeys(found))


def last_organisation_of(person: Person, *, but: Container[int] = ()) -> Organisation | None:
    """Return where the person goes on working: where he was last, else where he is longest.

    ``but``: ids of organisations that are left out. None for somebody who belongs nowhere else.
    """
    mine = [one for one in organisations_of(person) if one.id not in but]
    if len(mine) < 2:
        return mine[0] if mine else None
    last = db.session.scalars(
        select(SignInSession.organisation_id)
        .where(SignInSession.person_id == person.id)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
        .limit(1)
    ).first()
    return next((one for one in mine if one.id == last), mine[0])
