"""Very many entries of the record, written in bulk: chains that hold, as the service writes them.

Each entry follows by its hash from the one before it in its chain. The table's triggers refuse that
an entry is changed or removed, not that one is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from foundation.audit import FIRST_PREVIOUS, AuditEntry, verify_chain
from foundation.audit_roots import row_of_entry
from foundation.canonical import sha256_hex
from foundation.database import db

CHAINS = 4_000
START = datetime(2026, 1, 1, tzinfo=UTC)
KINDS = ("tender", "bid", "person", "organisation")
COLUMNS = (
    "subject_kind",
    "subject",
    "number",
    "happened_at",
    "actor",
    "action",
    "details",
    "previous_hash",
    "hash",
)
Entry = tuple[Any, ...]


def entries(count: int) -> Iterator[Entry]:
    """Yield so many entries of 4,000 chains, in the order of ``COLUMNS``."""
    heads = [FIRST_PREVIOUS] * CHAINS
    for place in range(count):
        chain = place % CHAINS
        number = place // CHAINS + 1
        at = f"{START + timedelta(seconds=10 * place):%Y-%m-%d %H:%M:%S.%f}"
        row = (
            KINDS[chain % len(KINDS)],
            f"{chain:032x}",
            number,
            at,
            f"{chain // 8:032x}",
            "answers.saved",
            f'{{"hash":"{place:064x}","part":"SLP-07.a"}}',
            heads[chain],
        )
        heads[chain] = sha256_hex(row_of_entry((0, *row, "")))
        yield (*row, heads[chain])


def add(count: int) -> None:
    """Add so many entries to the record; raises RuntimeError if a chain of them does not hold."""
    connection = db.session.connection()
    driver: Any = connection.connection.cursor()
    if connection.dialect.name == "postgresql":
        with driver.copy(f"COPY audit_entry ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for entry in entries(count):
                copy.write_row(entry)
        driver.execute("ANALYZE audit_entry")
    else:
        marks = ", ".join("?" * len(COLUMNS))
        driver.executemany(
            f"INSERT INTO audit_entry ({', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608
            entries(count),
        )
    db.session.commit()
    last = CHAINS - 1 if count >= CHAINS else count - 1
    chain = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == f"{last:032x}").order_by(AuditEntry.number)
    ).all()
    if not chain or verify_chain(chain):
        raise RuntimeError(f"The record does not hold: {verify_chain(chain)[:3]}")
    db.session.remove()
