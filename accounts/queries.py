"""Reading who people are: always by what they can prove, never by what they claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

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

    @property
    def every_role(self) -> frozenset[Role]:
        return self.roles | {role for _tender, role in self.tender_roles}

    def may(self, permission: Permission, *, tender_id: int | None = None) -> bool:
        """Return whether a role allows it; without ``tender_id``, for any tender at all."""
        if tender_id is None:
            return allows(self.every_role, permission)
        here = {role for tender, role in self.tender_roles if tender == tender_id}
        return allows(self.roles | here, permission)


# Asked at every request, so put together once; columns only, for nothing here changes a record.
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
    found = db.session.scalars(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person.id)
        .order_by(Membership.id)
    ).all()
    return list(dict.fromkeys(found))
