"""What a database says of itself at one moment: which files it names, its chains, its receipts.

Read from what tables there are, so that a backup made by an older version can be checked too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, String, column, inspect, select, table, text

from foundation import audit_verify
from foundation.audit import AuditEntry, Fault

# Says what the scanner found in a file; the file is named elsewhere too, or gone.
NAMES_NO_FILE = frozenset({"file_scan"})
SUBMISSIONS = ("submission", "late_submission")


@dataclass(frozen=True)
class Head:
    """The last entry of a chain."""

    number: int
    hash: str


def migration(connection: Connection) -> str:
    """Return which version of the tables this is."""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def named_files(connection: Connection) -> set[str]:
    """Return the name of every stored file that a row names."""
    found: set[str] = set()
    look = inspect(connection)
    for name in set(look.get_table_names()) - NAMES_NO_FILE:
        if any(one["name"] == "stored_name" for one in look.get_columns(name)):
            stored = column("stored_name", String)
            named = select(stored).select_from(table(name)).distinct()
            found.update(str(one) for one in connection.scalars(named) if one)
    return found | _parts_of_archives(connection)


def _parts_of_archives(connection: Connection) -> set[str]:
    rows = connection.scalars(text("SELECT options FROM made_record WHERE options IS NOT NULL"))
    parts: set[str] = set()
    for row in rows:
        options = json.loads(row) if isinstance(row, str) else row
        parts.update(part["name"] for part in (options or {}).get("parts", ()))
    return parts


def heads(connection: Connection) -> dict[str, Head]:
    """Return the last entry of each chain, by "kind:subject"."""
    rows = connection.execute(
        text(
            "SELECT subject_kind, subject, number, hash FROM audit_entry AS one WHERE number = "
            "(SELECT max(number) FROM audit_entry AS other WHERE other.subject_kind = "
            "one.subject_kind AND other.subject = one.subject)"
        )
    )
    return {f"{kind}:{subject}": Head(number, hash_) for kind, subject, number, hash_ in rows}


def receipts(connection: Connection) -> set[str]:
    """Return the commitment of everything that was ever handed in."""
    return {
        str(one)
        for name in SUBMISSIONS
        for one in connection.scalars(select(column("commitment", String)).select_from(table(name)))
    }


def faults_of_chains(connection: Connection) -> Iterator[Fault]:
    """Compute every hash and every root of the record again and yield what does not hold."""
    yield from audit_verify.found_in(connection).faults


def faults_of_receipts(connection: Connection) -> Iterator[str]:
    """Yield each submission whose entry in the record is not there or promises something else."""
    for name in SUBMISSIONS:
        one = table(name, *map(column, ("id", "bid_id", "commitment", "audit_hash")))
        bid = table("bid", column("id"), column("token"))
        rows = connection.execute(
            select(one.c.id, one.c.commitment, AuditEntry.details)
            .join_from(one, bid, bid.c.id == one.c.bid_id)
            .outerjoin(
                AuditEntry,
                (AuditEntry.subject_kind == "bid")
                & (AuditEntry.subject == bid.c.token)
                & (AuditEntry.hash == one.c.audit_hash),
            )
        )
        for row, commitment, details in rows:
            if details is None:
                yield f"{name} {row}: the record of its bid has no such entry"
            elif json.loads(details).get("commitment") != commitment:
                yield f"{name} {row}: its entry in the record promises another bid"
