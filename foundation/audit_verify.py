"""Recomputing the whole record: every entry, every chain, and every root that was kept.

One walk over the entries in the order they were written, as the database holds them: no value is
turned into another type first, for two spellings of one moment would then look alike.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from foundation.audit import FIRST_PREVIOUS, Fault, Subject
from foundation.audit_roots import ROOT_MADE, ROOTS, Root, leaf_of, row_of_entry
from foundation.canonical import sha256_hex
from foundation.merkle import Tree, leaf_hash

ROWS_AT_ONCE = 2000
ENTRIES = text(
    "SELECT id, subject_kind, subject, number, happened_at, actor, action, details, "
    "previous_hash, hash FROM audit_entry ORDER BY id"
)
KEPT = text(
    "SELECT id, number, made_at, reason, last_entry_id, chains, entries, root, sent_to, "
    "previous_root FROM audit_root ORDER BY number, id"
)
ALL = ("all", "chains")
NOT_COMPUTED = "not computed"


@dataclass(slots=True)
class Chain:
    """How far a chain has been read, and where its head stands among the leaves."""

    place: int
    number: int
    hash: str


@dataclass
class Verified:
    """What was found: how much was read, and everything that does not hold."""

    entries: int = 0
    chains: int = 0
    roots: int = 0
    faults: list[Fault] = field(default_factory=list)
    # The roots that were computed again and are what they were: hash → row.
    holding: dict[str, Root] = field(default_factory=dict)


def verify(engine: Engine) -> Verified:
    """Read the record as it stands at one moment and compute it again."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        found = found_in(connection)
        connection.rollback()
    return found


def found_in(connection: Connection) -> Verified:
    """Compute again what the record says as ``connection`` sees it."""
    walk = Walk(connection, gapless=connection.dialect.name == "sqlite")
    try:
        walk.go()
    except (DBAPIError, UnicodeError) as error:
        walk.note(ALL, 0, f"it cannot be read ({type(error).__name__})")
    return walk.found


class Walk:
    """One reading of the record. ``gapless``: the database gives entries numbers without gaps."""

    def __init__(self, connection: Connection, *, gapless: bool) -> None:
        self._connection, self._gapless = connection, gapless
        self.found = Verified()
        self._chains: dict[Subject, Chain] = {}
        self._tree = Tree()
        self._last_id = 0
        self._kept: list[Root] = []
        self._announced: dict[Any, str] = {}

    def note(self, subject: Subject, number: Any, reason: str) -> None:
        self.found.faults.append(Fault(subject, number, reason))

    def go(self) -> None:
        # A backup made before there were roots has no table of them.
        if inspect(self._connection).has_table("audit_root"):
            rows = self._connection.execute(KEPT).mappings()
            self._kept = [Root.of(dict(row)) for row in rows]
        self.found.roots = len(self._kept)
        waiting = sorted(
            (root for root in self._kept if isinstance(root.last_entry_id, int)),
            key=lambda root: root.last_entry_id,
            reverse=True,
        )
        for row in self._read():
            while waiting and row[0] > waiting[-1].last_entry_id:
                self._compare(waiting.pop())
            self._take(row)
        while waiting:
            self._compare(waiting.pop())
        self._check_roots()
        self.found.chains = len(self._chains)

    def _read(self) -> Iterator[Any]:
        options = {"yield_per": ROWS_AT_ONCE}
        yield from self._connection.execute(ENTRIES, execution_options=options)

    def _take(self, row: Any) -> None:
        entry_id, kind, subject, number, *_middle, hashed = row
        key = (kind, subject)
        chain = self._chains.get(key)
        if chain is None:
            chain = self._chains[key] = Chain(len(self._chains), 0, FIRST_PREVIOUS)
        self._check_place(key, number, entry_id)
        reason = fault_of(row, chain.number + 1, chain.hash)
        if reason:
            self.note(key, number, reason)
        elif key == ROOTS:
            self._announced.update(announced(row))
        chain.number = number if isinstance(number, int) else chain.number + 1
        chain.hash = hashed
        self._tree.put(chain.place, leaf_hash(leaf_of(kind, subject, number, hashed)))
        self.found.entries += 1

    def _check_place(self, key: Subject, number: Any, entry_id: int) -> None:
        if self._gapless and entry_id != self._last_id + 1:
            self.note(key, number, f"rows {self._last_id + 1} to {entry_id - 1} before it are gone")
        self._last_id = entry_id

    def _compare(self, kept: Root) -> None:
        computed = (self._tree.root().hex(), len(self._chains), self.found.entries)
        if computed == (kept.root, kept.chains, kept.entries):
            self.found.holding[kept.root] = kept
        else:
            self.note(ROOTS, kept.number, "the chains of that day are not what they were")

    def _check_roots(self) -> None:
        previous = FIRST_PREVIOUS
        for expected, root in enumerate(self._kept, start=1):
            reason = self._fault_of_root(root, expected, previous)
            if reason:
                self.found.holding.pop(root.root, None)
                self.note(ROOTS, root.number, reason)
            previous = root.root
        for number in sorted(set(self._announced) - {root.number for root in self._kept}):
            self.note(ROOTS, number, "this root is missing")

    def _fault_of_root(self, root: Root, expected: int, previous: str) -> str | None:
        if root.number != expected:
            return f"root {expected} is missing"
        if root.previous_root != previous:
            return "this root does not follow from the one before it"
        if self._announced.get(root.number) != root.row_hash():
            return "this root is not the one its entry in the record tells of"
        return None


def fault_of(row: Any, expected: int, previous: str) -> str | None:
    """Return what is wrong with one entry, given what its chain must go on with."""
    _id, _kind, _subject, number, _at, _actor, _action, _details, before, hashed = row
    if number != expected or not isinstance(number, int):
        return f"entry {expected} is missing"
    if before != previous:
        return "it does not follow from the entry before it"
    if hashed != hash_of(row):
        return "it was changed after it was written"
    return None


def hash_of(row: Any) -> str:
    """Return the hash of one entry as the database holds it: that of audit.entry_hash, quicker.

    The details are taken as they are written: where they are not in canonical form the text is
    another one, and so is its hash.
    """
    try:
        return sha256_hex(row_of_entry(row))
    except (TypeError, ValueError):
        return NOT_COMPUTED


def announced(row: Any) -> Mapping[Any, str]:
    """Return the number and hash of the root that an entry of the chain of roots tells of."""
    if row[6] != ROOT_MADE:
        return {}
    details = json.loads(row[7])
    return {details["number"]: details["row"]}
