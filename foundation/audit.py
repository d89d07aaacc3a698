"""Who did what, when: one hash chain per subject, written in the transaction of the change.

Entries hold ids and hashes, never content, so that the record can be read by people who may
not read what it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import Base, db, in_transaction, queue_for, transaction

SYSTEM = "system"
FIRST_PREVIOUS = "0" * 64
# On PostgreSQL whoever records shares this lock until the commit, so that a root over all chains
# can wait until no entry is under way (foundation.audit_roots).
RECORDING = 0x617564697421

Subject = tuple[str, str]


class NotInTransaction(RuntimeError):
    """An entry was recorded outside transaction(), apart from the change it is about."""


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    __table_args__ = (UniqueConstraint("subject_kind", "subject", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject: Mapped[str]
    # 1, 2, 3 … within the subject's chain; a gap is a deleted entry.
    number: Mapped[int]
    happened_at: Mapped[datetime]
    # The token of a person, or "system".
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    # Canonical JSON, so that the hash can be computed again from what is stored.
    details: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str]
    hash: Mapped[str]


@dataclass(frozen=True)
class Fault:
    """Where a chain does not hold."""

    subject: Subject
    number: int
    reason: str

    def __str__(self) -> str:
        kind, token = self.subject
        return f"{kind} {token}, entry {self.number}: {self.reason}"


def record(action: str, *, actor: str, subject: Subject, **details: Any) -> AuditEntry:
    """Append an entry to the chain of ``subject`` (kind, token). Call it inside transaction()."""
    if not in_transaction():
        raise NotInTransaction(f"Record {action!r} inside the transaction() of its change")
    kind, token = subject
    _say_that_somebody_records()
    queue_for(":".join(subject))
    last = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_kind == kind, AuditEntry.subject == token)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    entry = AuditEntry(
        subject_kind=kind,
        subject=token,
        number=last.number + 1 if last else 1,
        happened_at=clock.now(),
        actor=actor,
        action=action,
        details=canonical_json(details),
        previous_hash=last.hash if last else FIRST_PREVIOUS,
    )
    entry.hash = entry_hash(entry)
    db.session.add(entry)
    db.session.flush()
    return entry


def _say_that_somebody_records() -> None:
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock_shared(RECORDING)))


def record_denied(action: str, *, actor: str, subject: Subject, **details: Any) -> None:
    """Record that somebody tried what he may not, in a short transaction of its own."""
    with transaction():
        record(action, actor=actor, subject=subject, **details)


def entry_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 of everything the entry says and of the hash before it."""
    return sha256_hex(
        canonical_json(
            {
                "subject_kind": entry.subject_kind,
                "subject": entry.subject,
                "number": entry.number,
                "happened_at": f"{entry.happened_at:%Y-%m-%dT%H:%M:%S.%fZ}",
                "actor": entry.actor,
                "action": entry.action,
                "details": json.loads(entry.details),
                "previous_hash": entry.previous_hash,
            }
        )
    )


def verify_chain(entries: Iterable[AuditEntry]) -> list[Fault]:
    """Return the faults of one subject's chain, given in order of number; none means it holds.

    A chain whose last entries were cut off still holds: only a head kept elsewhere (a receipt)
    shows that.
    """
    faults = []
    previous, expected = FIRST_PREVIOUS, 1
    for entry in entries:
        reason = _fault(entry, expected, previous)
        if reason:
            faults.append(Fault((entry.subject_kind, entry.subject), entry.number, reason))
        previous, expected = entry.hash, entry.number + 1
    return faults


def _fault(entry: AuditEntry, expected: int, previous: str) -> str | None:
    if entry.number != expected:
        return f"entry {expected} is missing"
    if entry.previous_hash != previous:
        return "it does not follow from the entry before it"
    if entry.details != canonical_json(json.loads(entry.details)):
        return "its details were rewritten"
    if entry.hash != entry_hash(entry):
        return "it was changed after it was written"
    return None
