"""Proving again who one is, before something that must not be done at a screen left open."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from accounts.models import Person
from accounts.queries import Viewer
from accounts.service.people import password_matches
from foundation import audit, clock
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.errors import DomainError

WRONG = "person.password_wrong"
MOST_WRONG = 10
WITHIN = timedelta(minutes=15)


class NotProven(DomainError):
    """The password typed is not that of the person signed in."""


def prove_again(viewer: Viewer, password: str, *, field: str = "password") -> None:
    """Check that whoever is at the screen knows the password. Raises NotProven.

    Every failure is recorded. After ten within a quarter of an hour no password is right until
    some of them are that long ago; signing in is not touched by it.
    """
    if _failures(viewer) >= MOST_WRONG:
        raise NotProven(
            "You cannot go on because a wrong password was entered too often: wait a quarter of "
            "an hour",
            field=field,
        )
    stored = db.session.scalar(
        select(Person.password_hash).where(Person.id == viewer.person_id, Person.active)
    )
    if stored is None or not password_matches(stored, password):
        subject = ("person", viewer.person_token)
        audit.record_denied(WRONG, actor=viewer.person_token, subject=subject)
        raise NotProven("Enter the password of your account", field=field)


def _failures(viewer: Viewer) -> int:
    return db.session.scalars(
        select(func.count())
        .select_from(AuditEntry)
        .where(
            AuditEntry.subject_kind == "person",
            AuditEntry.subject == viewer.person_token,
            AuditEntry.action == WRONG,
            AuditEntry.happened_at > clock.now() - WITHIN,
        )
    ).one()
