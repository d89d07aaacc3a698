"""Links by which people change what they sign in with, while they can be used."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts.models import EmailChange, PasswordReset, Person
from foundation.canonical import sha256_hex
from foundation.database import db


def open_reset(secret: str, at: datetime) -> Person | None:
    """Return who may set a password by this link; None once it is over, and if it never was."""
    return db.session.scalars(
        select(Person)
        .join(PasswordReset, PasswordReset.person_id == Person.id)
        .where(
            PasswordReset.secret_hash == sha256_hex(secret),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > at,
            Person.active,
        )
    ).first()


def open_change(secret: str, person_id: int, at: datetime) -> EmailChange | None:
    """Return the change of address this link confirms, if it is this person's and open."""
    return db.session.scalars(
        select(EmailChange)
        .where(
            EmailChange.secret_hash == sha256_hex(secret),
            EmailChange.person_id == person_id,
            EmailChange.used_at.is_(None),
            EmailChange.expires_at > at,
        )
        .execution_options(populate_existing=True)
    ).first()
