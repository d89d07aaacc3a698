"""Reading who people are: always by what they can prove, never by what they claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from accounts.models import Membership, Organisation, Person, SignInSession
from accounts.rules.roles import OrganisationKind, Permission, Role, allows
from foundation.canonical import sha256_hex
from foundation.database import db

# A sign-in not used for this long is over; a supplier may think long about one answer.
IDLE_LIMIT = timedelta(hours=4)


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

    @property
    def every_role(self) -> frozenset[Role]:
        return self.roles | {role for _tender, role in self.tender_roles}

    def may(self, permission: Permission, *, tender_id: int | None = None) -> bool:
        """Return whether a role allows it; without ``tender_id``, for any tender at all."""
        if tender_id is None:
            return allows(self.every_role, permission)
        here = {role for tender, role in self.tender_roles if tender == tender_id}
        return allows(self.roles | here, permission)

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
}
_VIEWER = (
    select(
        *(column.label(name) for name, column in _SHOWN.items()),
        Membership.role.label("role"),
        Membership.tender_id.label("held_for"),
    )
    .select_from(SignInSession)
    .join(Person, Person.id == SignInSession.person_id)
    .join(Organisation, Organisation.id == SignInSession.organisation_id)
    .join(
        Membership,
        (Membership.person_id == Person.id) & (Membership.organisation_id == Organisation.id),
    )
    .where(
        SignInSession.token_hash == bindparam("token_hash"),
        SignInSession.expires_at > bindparam("now"),
        SignInSession.last_seen_at > bindparam("used_after"),
        Person.active,
    )
)


def viewer_for(session_token: str, *, at: datetime) -> Viewer | None:
    """Return who holds this sign-in, in one statement; None if it is over or unknown."""
    rows = db.session.execute(
        _VIEWER,
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
    )


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


def last_organisation_of(person: Person) -> Organisation | None:
    """Return where the person goes on working: where he was last, else where he is longest.

    None for somebody who belongs nowhere.
    """
    mine = organisations_of(person)
    if len(mine) < 2:
        return mine[0] if mine else None
    last = db.session.scalars(
        select(SignInSession.organisation_id)
        .where(SignInSession.person_id == person.id)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
        .limit(1)
    ).first()
    return next((one for one in mine if one.id == last), mine[0])
