"""Reading which passkeys people have; their secret halves never leave a device."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import Passkey
from foundation.database import db


def has_passkeys(person_id: int) -> bool:
    """Return whether a person has added a passkey."""
    found = select(Passkey.id).where(Passkey.person_id == person_id).limit(1)
    return db.session.scalar(found) is not None


def passkeys_of(person_id: int) -> list[Passkey]:
    """Return the passkeys of a person, the first added first."""
    return list(
        db.session.scalars(
            select(Passkey)
            .where(Passkey.person_id == person_id)
            .order_by(Passkey.id)
            .execution_options(populate_existing=True)
        )
    )


def passkey_of(person_id: int, token: str) -> Passkey:
    """Return one passkey of a person. Raises NoResultFound."""
    return db.session.scalars(
        select(Passkey)
        .where(Passkey.person_id == person_id, Passkey.token == token)
        .execution_options(populate_existing=True)
    ).one()


def passkey_called(credential_id: bytes) -> Passkey | None:
    """Return the passkey that its device calls so, whosever it is."""
    return db.session.scalars(
        select(Passkey)
        .where(Passkey.credential_id == credential_id)
        .execution_options(populate_existing=True)
    ).first()
