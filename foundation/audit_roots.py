"""One hash over all chains, kept elsewhere too: a chain cut off or written anew then shows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import Text, func, select
from sqlalchemy.orm import Mapped, mapped_column

from foundation import audit, clock, mail
from foundation.audit import FIRST_PREVIOUS, RECORDING, SYSTEM, AuditEntry
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import Base, db, queue_for, transaction
from foundation.merkle import Tree, leaf_hash

DAILY = "daily"
# The chain that tells of every root, so that the next one covers it.
ROOTS = ("audit", "roots")
ROOT_MADE = "audit.root_made"
MAIL = "audit.root"
# How long a root waits for changes under way in other processes; then it is tried again later.
LONGEST_WAIT_SECONDS = 20.0
LOOK_SECONDS = 0.05


class StillRecording(RuntimeError):
    """Other changes are always under way: the root is made a little later."""


class AuditRoot(Base):
    """The Merkle root (RFC 6962) over the heads of all chains as they stood at one entry."""

    __tablename__ = "audit_root"

    id: Mapped[int] = mapped_column(primary_key=True)
    # 1, 2, 3 …; a gap is a deleted root.
    number: Mapped[int] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    # Why: "daily", or the opening of a tender.
    reason: Mapped[str]
    # The last entry that counts, and how many chains and entries there were.
    last_entry_id: Mapped[int]
    chains: Mapped[int]
    entries: Mapped[int]
    root: Mapped[str]
    # The addresses it was sent to, as canonical JSON.
    sent_to: Mapped[str] = mapped_column(Text)
    previous_root: Mapped[str]


@dataclass(frozen=True)
class Root:
    """A root as the database holds it, for computing its row again."""

    id: int
    number: int
    made_at: str
    reason: str
    last_entry_id: int
    chains: int
    entries: int
    root: str
    sent_to: str
    previous_root: str

    @staticmethod
    def of(row: Mapping[str, Any]) -> Root:
        named = {name: row[name] for name in Root.__dataclass_fields__}
        return Root(**named | {"made_at": written_moment(row["made_at"])})

    def row_hash(self) -> str:
        try:
            return sha256_hex(canonical_json(asdict(self)))
        except (TypeError, ValueError):
            return ""


def written_moment(stored: Any) -> str:
    """Return a moment as hashes take it, from what the database holds, to the letter.

    SQLite holds text: were it read as a moment first, two spellings of one would look alike.
    """
    if isinstance(stored, datetime):
        return f"{stored:%Y-%m-%dT%H:%M:%S.%fZ}"
    stored = str(stored)
    return f"{stored[:10]}T{stored[11:]}Z" if stored[10:11] == " " else f"not a moment: {stored}"


def row_of_entry(row: Any) -> str:
    """Return the text whose hash an entry bears, from its columns in the order of the table."""
    _id, kind, subject, number, at, actor, action, details, before, _hash = row
    quote = encode_basestring
    return (
        f'{{"action":{quote(action)},"actor":{quote(actor)},"details":{details},'
        f'"happened_at":"{written_moment(at)}","number":{number},"previous_hash":{quote(before)},'
        f'"subject":{quote(subject)},"subject_kind":{quote(kind)}}}'
    )


def leaf_of(kind: Any, subject: Any, number: Any, hashed: Any) -> str:
    """Return what stands for a chain among the leaves: its name and its last entry."""
    try:
        return canonical_leaf(kind, subject, number, hashed)
    except TypeError:
        return "not a head"


def canonical_leaf(kind: str, subject: str, number: int, hashed: str) -> str:
    quote = encode_basestring
    return f"[{quote(kind)},{quote(subject)},{number},{quote(hashed)}]"


def heads() -> tuple[list[tuple[str, str, int, str]], int, int]:
    """Return the last entry of each chain, those begun first before others; the last id; how many.

    Leaves keep their place for good, because a chain never begins before another that is there.
    """
    first = (
        select(
            AuditEntry.subject_kind,
            AuditEntry.subject,
            func.min(AuditEntry.id).label("first_id"),
            func.max(AuditEntry.id).label("last_id"),
            func.count().label("entries"),
        )
        .group_by(AuditEntry.subject_kind, AuditEntry.subject)
        .subquery()
    )
    rows = db.session.execute(
        select(
            first.c.subject_kind,
            first.c.subject,
            AuditEntry.number,
            AuditEntry.hash,
            first.c.last_id,
            first.c.entries,
        )
        .join(AuditEntry, AuditEntry.id == first.c.last_id)
        .order_by(first.c.first_id)
    ).all()
    last = max((row.last_id for row in rows), default=0)
    return [row[:4] for row in rows], last, sum(row.entries for row in rows)


def tree_of(leaves: Iterable[tuple[str, str, int, str]]) -> Tree:
    tree = Tree()
    for place, head in enumerate(leaves):
        tree.put(place, leaf_hash(canonical_leaf(*head)))
    return tree


def make_root(reason: str, recipients: Iterable[str]) -> AuditRoot:
    """Compute the root of all chains as they stand, keep it and send it to ``recipients``.

    The message gives number, day and hash: how many entries there are would tell of sealed bids.
    """
    addresses = sorted(set(recipients))
    with transaction():
        queue_for("audit-roots")
        _wait_until_nobody_records()
        found, last_id, entries = heads()
        before = last_root()
        root = AuditRoot(
            number=before.number + 1 if before else 1,
            made_at=clock.now(),
            reason=reason,
            last_entry_id=last_id,
            chains=len(found),
            entries=entries,
            root=tree_of(found).root().hex(),
            sent_to=canonical_json(addresses),
            previous_root=before.root if before else FIRST_PREVIOUS,
        )
        db.session.add(root)
        db.session.flush()
        row = Root.of({name: getattr(root, name) for name in Root.__dataclass_fields__})
        audit.record(ROOT_MADE, actor=SYSTEM, subject=ROOTS, number=root.number, row=row.row_hash())
        mail.post(MAIL, str(root.number), addresses, _heading(root), _text(root))
    return root


def last_root() -> AuditRoot | None:
    return db.session.scalars(select(AuditRoot).order_by(AuditRoot.number.desc()).limit(1)).first()


def _wait_until_nobody_records() -> None:
    """Let no entry with a lower id become visible later: PostgreSQL gives ids before the commit.

    Asked for again and again instead of queued for: whoever holds the lock may need it twice.
    """
    if db.session.get_bind().dialect.name != "postgresql":
        return
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while not db.session.scalar(select(func.pg_try_advisory_xact_lock(RECORDING))):
        if time.monotonic() > until:
            raise StillRecording("Entries are being recorded all the time")
        time.sleep(LOOK_SECONDS)


def _heading(root: AuditRoot) -> str:
    return f"The record of who did what, number {root.number}"


def _text(root: AuditRoot) -> str:
    return (
        f"Number: {root.number}\n"
        f"Day: {clock.show_date(clock.london(root.made_at).date())}\n"
        f"Hash: {root.root}\n\n"
        "This hash stands for everything the service has recorded until then. Keep this message "
        "outside the service. With it, whoever runs the service can show later that nothing in "
        "the record was changed, removed or written anew:\n\n"
        f"flask --app app audit verify --root {root.root}\n\n"
        "You need not do anything now."
    )
