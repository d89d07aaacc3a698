"""Registrations: the one a link stands for, and how often an address asked for one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from accounts.models import Organisation, Person, Registration
from accounts.rules.registering import is_open
from accounts.rules.roles import OrganisationKind
from foundation.canonical import sha256_hex
from foundation.database import db


def registration_for(secret: str, at: datetime) -> Registration | None:
    """Return what the link with this secret stands for; None once it is over, and if it never was.

    A link whose address has an account by now is over too.
    """
    row = db.session.execute(
        select(Registration, exists().where(Person.email == Registration.email))
        .where(Registration.secret_hash == sha256_hex(secret))
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    found, has_account = row
    is_usable = not has_account and is_open(found.used_at, found.expires_at, at)
    return found if is_usable else None


def asked_lately(email: str, at: datetime) -> list[datetime]:
    """Return when this address asked for a link within the last day."""
    return list(
        db.session.scalars(
            select(Registration.created_at).where(
                Registration.email == email, Registration.created_at > at - timedelta(days=1)
            )
        )
    )


def companies_numbered(number: str) -> list[Organisation]:
    """Return the suppliers with this company number."""
    return list(
        db.session.scalars(
            select(Organisation)
            .where(
                Organisation.company_number == number,
                Organisation.kind == OrganisationKind.SUPPLIER,
            )
            .order_by(Organisation.id)
        )
    )
