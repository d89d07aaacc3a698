"""Where somebody signs in from, and browsers in which he has done so before."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, select, update

from accounts.models import KnownDevice, Person
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction

# A browser nobody signed in with for so long is a strange one again.
KNOWN_FOR = timedelta(days=365)
# So many people can share a browser without losing each other's mark.
MOST_IN_A_BROWSER = 5


@dataclass(frozen=True)
class Here:
    """Where a request comes from: its network, its browser, and whom that browser knows."""

    network: str = ""
    user_agent: str = ""
    marks: tuple[str, ...] = field(default=(), repr=False)


NOWHERE = Here()


def known_browser(account: str, here: Here) -> str:
    """Return what stands for this browser if the person with this address signed in with it."""
    if not here.marks:
        return ""
    found = db.session.scalars(
        select(KnownDevice.token_hash)
        .join(Person, Person.id == KnownDevice.person_id)
        .where(
            KnownDevice.token_hash.in_([sha256_hex(mark) for mark in here.marks]),
            KnownDevice.last_used_at > clock.now() - KNOWN_FOR,
            Person.email == account,
        )
    ).first()
    return found or ""


def any_known_browser(marks: Sequence[str]) -> str:
    """Return what stands for this browser if anybody at all signed in with it; empty for none."""
    if not marks:
        return ""
    found = db.session.scalars(
        select(KnownDevice.token_hash)
        .where(
            KnownDevice.token_hash.in_([sha256_hex(mark) for mark in marks]),
            KnownDevice.last_used_at > clock.now() - KNOWN_FOR,
        )
        .order_by(KnownDevice.id)
    ).first()
    return found or ""


def remember_browser(person_id: int, marks: Sequence[str]) -> tuple[str, ...]:
    """Note that the person signed in with this browser; return the marks it is to keep."""
    moment = clock.now()
    with transaction():
        known = db.session.execute(
            update(KnownDevice)
            .where(
                KnownDevice.person_id == person_id,
                KnownDevice.token_hash.in_([sha256_hex(mark) for mark in marks]),
            )
            .values(last_used_at=moment)
            .returning(KnownDevice.id)
        ).first()
        if known is not None:
            return tuple(marks)
        mark = secrets.token_urlsafe(32)
        db.session.add(
            KnownDevice(
                person_id=person_id,
                token_hash=sha256_hex(mark),
                created_at=moment,
                last_used_at=moment,
            )
        )
    return (mark, *marks)[:MOST_IN_A_BROWSER]


def forget_browsers(person_id: int) -> None:
    """Let every browser of a person be a strange one; call it in a transaction."""
    db.session.execute(delete(KnownDevice).where(KnownDevice.person_id == person_id))
