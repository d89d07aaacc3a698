"""How long recomputing the whole record takes: 100,000 entries, 4,000 chains, 365 daily roots.

Measured on the time of the processor, so that a busy machine tells no other story, and with the
memory that reading needs at its highest.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy

import app  # noqa: F401  (all tables are known)
from foundation import audit_verify
from foundation.audit import FIRST_PREVIOUS, AuditEntry
from foundation.audit_roots import ROOT_MADE, ROOTS, AuditRoot, Root, canonical_leaf, row_of_entry
from foundation.canonical import canonical_json, sha256_hex
from foundation.merkle import Tree, leaf_hash

ENTRIES, CHAINS, ROOTS_KEPT, GOAL = 100_000, 4_000, 365, 5.0
START = datetime(2026, 1, 1, tzinfo=UTC)


class Writing:
    """A record as the service writes it, without the service."""

    def __init__(self) -> None:
        self.entries: list[dict[str, object]] = []
        self.roots: list[dict[str, object]] = []
        self._chains: dict[tuple[str, str], tuple[int, int, str]] = {}
        self._tree = Tree()

    def add(self, key: tuple[str, str], action: str, details: dict[str, object]) -> None:
        place, number, previous = self._chains.get(key, (len(self._chains), 0, FIRST_PREVIOUS))
        row = {
            "id": len(self.entries) + 1,
            "subject_kind": key[0],
            "subject": key[1],
            "number": number + 1,
            "happened_at": START + timedelta(minutes=5 * len(self.entries)),
            "actor": f"{number:032x}",
            "action": action,
            "details": canonical_json(details),
            "previous_hash": previous,
        }
        hashed = sha256_hex(row_of_entry((*row.values(), "")))
        self.entries.append(row | {"hash": hashed})
        self._chains[key] = (place, number + 1, hashed)
        self._tree.put(place, leaf_hash(canonical_leaf(*key, number + 1, hashed)))

    def add_root(self) -> None:
        number = len(self.roots) + 1
        row = {
            "id": number,
            "number": number,
            "made_at": START + timedelta(days=number),
            "reason": "daily",
            "last_entry_id": len(self.entries),
            "chains": len(self._chains),
            "entries": len(self.entries),
            "root": self._tree.root().hex(),
            "sent_to": canonical_json(["officer@marlwick.example", "deputy@marlwick.example"]),
            "previous_root": self.roots[-1]["root"] if self.roots else FIRST_PREVIOUS,
        }
        self.roots.append(row)
        self.add(ROOTS, ROOT_MADE, {"number": number, "row": Root.of(row).row_hash()})


def written() -> Writing:
    drawn, writing = random.Random(9), Writing()  # noqa: S311
    every = ENTRIES // ROOTS_KEPT
    for step in range(ENTRIES - ROOTS_KEPT):
        # A few chains are long and most are short, as tenders and people are.
        chain = min(drawn.randrange(CHAINS), drawn.randrange(CHAINS))
        kind = ("tender", "bid", "person", "organisation")[chain % 4]
        hashed = sha256_hex(str(step))
        writing.add((kind, f"{chain:032x}"), "answers.saved", {"part": "SLP-07.a", "hash": hashed})
        if step % every == every - 1 and len(writing.roots) < ROOTS_KEPT:
            writing.add_root()
    return writing


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = sqlalchemy.create_engine(f"sqlite:///{Path(folder) / 'record.db'}")
        writing = written()
        with engine.begin() as connection:
            for table, rows in ((AuditEntry, writing.entries), (AuditRoot, writing.roots)):
                table.__table__.create(connection)  # type: ignore[attr-defined]
                connection.execute(sqlalchemy.insert(table), rows)
        del writing
        times = []
        for _ in range(3):
            began = time.process_time()
            found = audit_verify.verify(engine)
            times.append(time.process_time() - began)
        if found.faults:
            raise SystemExit(f"The record does not hold: {found.faults[:3]}")
        tracemalloc.start()
        audit_verify.verify(engine)
        most = tracemalloc.get_traced_memory()[1]
    print(
        f"{found.entries} entries in {found.chains} chains and {found.roots} roots: "
        f"{min(times):.2f} s of processor time (goal {GOAL:.0f} s), "
        f"{most / 2**20:.1f} MB at the most, {os.cpu_count()} cores"
    )
    if min(times) > GOAL:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
