"""Who did what, when: one hash chain per subject, written in the transaction of the change.

Entries hold ids and hashes, never content, so that the record can be read by people who may
not read what it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, Text, UniqueConstraint, bindparam, func, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import Base, db, in_transaction, number_of_queue, transaction

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


# Sent with every change, so put together once, and by the table: nobody changes an entry.
_TABLE = cast("Table", AuditEntry.__table__)
_WRITTEN = [column.key for column in _TABLE.columns if column.key != "id"]
_ENTER = insert(_TABLE)
_LAST = (
    select(_TABLE.c.number, _TABLE.c.hash, _TABLE.c.happened_at)
    .where(_TABLE.c.subject_kind == bindparam("kind"), _TABLE.c.subject == bindparam("subject"))
    .order_by(_TABLE.c.number.desc())
    .limit(1)
)


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
    entries = _append(action, [details], actor, subject)
    return entries[0]


def record_each(
    action: str, each: Iterable[Mapping[str, Any]], *, actor: str, subject: Subject
) -> None:
    """Append an entry for each of ``each``, its details, to one chain, in as many statements for
    many as for one. Call it inside transaction()."""
    _append(action, each, actor, subject)


def _append(
    action: str, each: Iterable[Mapping[str, Any]], actor: str, subject: Subject
) -> list[AuditEntry]:
    """Write the entries that come next in a chain, after the changes they are about."""
    entries = _next_entries(action, each, actor, subject)
    rows = [{name: getattr(entry, name) for name in _WRITTEN} for entry in entries]
    if rows:
        # Like every statement it sends first what has changed until now.
        db.session.execute(_ENTER, rows)
    return entries


def _next_entries(
    action: str, each: Iterable[Mapping[str, Any]], actor: str, subject: Subject
) -> list[AuditEntry]:
    """Return the entries that come next in a chain, which nobody else may then append to."""
    if not in_transaction():
        raise NotInTransaction(f"Record {action!r} inside the transaction() of its change")
    kind, token = subject
    _hold_the_chain(subject)
    last = db.session.execute(_LAST, {"kind": kind, "subject": token}).first()
    before, previous = (last.number, last.hash) if last else (0, FIRST_PREVIOUS)
    # Two machines do not show quite the same time; a chain never goes back.
    moment = max(clock.now(), last.happened_at) if last else clock.now()
    entries = []
    for number, details in enumerate(each, before + 1):
        entry = AuditEntry(
            subject_kind=kind,
            subject=token,
            number=number,
            happened_at=moment,
            actor=actor,
            action=action,
            details=canonical_json(details),
            previous_hash=previous,
        )
        entry.hash = previous = entry_hash(entry)
        entries.append(entry)
    return entries


def _hold_the_chain(subject: Subject) -> None:
    """Say that somebody records, and let nobody else append to the chain until the commit; on
    SQLite all writers queue anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        everybody = func.pg_advisory_xact_lock_shared(RECORDING)
        this_chain = func.pg_advisory_xact_lock(number_of_queue(":".join(subject)))
        db.session.execute(select(everybody, this_chain))


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
