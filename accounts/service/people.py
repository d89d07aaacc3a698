"""Who there is: organisations, people, and the first role of each."""

from __future__ import annotations

import threading
from collections.abc import Iterable

import argon2
from sqlalchemy import update

from accounts import queries
from accounts.loader import common_passwords
from accounts.models import Membership, Organisation, Person
from accounts.rules.passwords import LONGEST_PASSWORD, check_password
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError

# OWASP's smallest advice for argon2id: 19 MiB, two passes, about 20 ms.
HASHER = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# Memory times people signing in at once must stay bounded, or signing in is a way to stop us.
HASHES_AT_ONCE = threading.BoundedSemaphore(4)

# Compared where there is no account or no password, so that the answer takes as long: as costly as
# any, and of no password. Made of nothing: a hash of some password would slow every start.
NOBODYS_HASH = (
    f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}"
    f"${'A' * 22}${'A' * 43}"
)


def create_organisation(
    name: str,
    kind: OrganisationKind,
    *,
    actor: str,
    legal_name: str | None = None,
    company_number: str | None = None,
) -> Organisation:
    with transaction():
        organisation = Organisation(
            name=name, kind=kind, legal_name=legal_name or name, company_number=company_number
        )
        db.session.add(organisation)
        db.session.flush()
        audit.record(
            "organisation.created",
            actor=actor,
            subject=("organisation", organisation.token),
            kind=kind,
        )
    return organisation


def create_person(name: str, email: str, password: str, *, actor: str) -> Person:
    """Create somebody who can sign in once add_membership() gave him a role.

    Raises DomainError for a password out of bounds and an address already in use.
    """
    check_new_password(password, about=(name, email))
    password_hash = hash_password(password)
    with transaction():
        if queries.person_by_email(email):
            raise DomainError(
                "You cannot use this email address because somebody has an account with it",
                field="email",
            )
        person = Person(
            name=name,
            email=email.strip().lower(),
            password_hash=password_hash,
            password_set_at=clock.now(),
        )
        db.session.add(person)
        db.session.flush()
        audit.record("person.created", actor=actor, subject=("person", person.token))
    return person


def add_membership(
    person: Person,
    organisation: Organisation,
    role: Role,
    *,
    actor: str,
    tender_id: int | None = None,
) -> Membership:
    """Give ``person`` a role in ``organisation``, for all its tenders or for one."""
    if KIND_OF[role] is not organisation.kind:
        raise DomainError(
            f"You cannot make a person {role} of {organisation.name} because that role is for "
            f"people of a{'n' if KIND_OF[role] is OrganisationKind.AUTHORITY else ''} "
            f"{KIND_OF[role]}",
            field="role",
        )
    with transaction():
        membership = Membership(
            person_id=person.id, organisation_id=organisation.id, role=role, tender_id=tender_id
        )
        db.session.add(membership)
        db.session.flush()
        audit.record(
            "membership.added",
            actor=actor,
            subject=("organisation", organisation.token),
            person=person.token,
            role=role,
        )
    return membership


def hash_password(password: str) -> str:
    with HASHES_AT_ONCE:
        return HASHER.hash(password)


def check_new_password(
    password: str, *, about: Iterable[str] = (), field: str = "password"
) -> None:
    """Raise WeakPassword unless it may be chosen; ``about``: name, address, organisation."""
    is_common = common_passwords().__contains__
    check_password(password, is_common=is_common, about=about, field=field)


def password_matches(password_hash: str, password: str) -> bool:
    """Return whether it is the password; an empty hash matches none, as slowly."""
    if len(password) > LONGEST_PASSWORD:
        return False
    with HASHES_AT_ONCE:
        try:
            matches = HASHER.verify(password_hash or NOBODYS_HASH, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
    return matches and bool(password_hash)


def renew_hash(person: Person, password: str) -> None:
    """Hash a password that was right anew if the cost of hashing has changed since."""
    stored = person.password_hash
    if not HASHER.check_needs_rehash(stored):
        return
    renewed = hash_password(password)
    with transaction():
        # Unless somebody has set another password in the meantime.
        db.session.execute(
            update(Person)
            .where(Person.id == person.id, Person.password_hash == stored)
            .values(password_hash=renewed)
        )
        subject = ("person", person.token)
        audit.record("person.password_hashed_anew", actor=person.token, subject=subject)
