"""Proving to somebody who holds a root that one entry is in the record, without the record.

A proof holds the entry, those that follow it in its chain up to where the root was made, and the
hashes that lead from the end of the chain to the root. tools/verify_audit.py checks it.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, text

from foundation.audit_roots import Root, leaf_of, written_moment
from foundation.audit_verify import ENTRIES, KEPT, ROWS_AT_ONCE, hash_of
from foundation.errors import DomainError
from foundation.merkle import Tree, leaf_hash

FORMAT = "supplier-assurance-audit-proof/1"
OF_ENTRY = text("SELECT id, subject_kind, subject FROM audit_entry WHERE hash = :hash")


class NoProof(DomainError):
    """What was asked for cannot be proven; the message says why."""


def proof_of(connection: Connection, entry: str, root: str) -> dict[str, Any]:
    """Return the proof that the entry with this hash is covered by this root.

    Raises NoProof: there is no such entry or root, the root is the older of the two, or the record
    is no longer the one the root was made of.
    """
    found = connection.execute(OF_ENTRY, {"hash": entry}).first()
    if found is None:
        raise NoProof("No entry of the record has this hash")
    kept = _root_called(connection, root)
    if found.id > kept.last_entry_id:
        raise NoProof(
            f"Root {kept.number} is older than the entry: name one that was made after it"
        )
    return _proof(connection, kept, entry, (found.subject_kind, found.subject))


def _root_called(connection: Connection, root: str) -> Root:
    rows = [Root.of(dict(row)) for row in connection.execute(KEPT).mappings()]
    kept = next((one for one in rows if one.root == root), None)
    if kept is None:
        raise NoProof("No root that was kept has this hash")
    return kept


def _proof(
    connection: Connection, kept: Root, entry: str, chain: tuple[str, str]
) -> dict[str, Any]:
    tree, places, following = Tree(), dict[tuple[str, str], int](), list[dict[str, Any]]()
    with connection.execute(ENTRIES, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            entry_id, kind, subject, number, *_middle, hashed = row
            if entry_id > kept.last_entry_id:
                break
            place = places.setdefault((kind, subject), len(places))
            tree.put(place, leaf_hash(leaf_of(kind, subject, number, hashed)))
            if (kind, subject) == chain and (following or hashed == entry):
                following.append(_written(row))
    if tree.root().hex() != kept.root or len(places) != kept.chains:
        raise NoProof(
            f"The record is not what it was when root {kept.number} was made: flask audit verify "
            "names what does not hold"
        )
    return {
        "format": FORMAT,
        "root": {"number": kept.number, "made_at": kept.made_at, "hash": kept.root},
        "entries": following,
        "place": places[chain],
        "chains": len(places),
        "path": [one.hex() for one in tree.path(places[chain])],
    }


def _written(row: Any) -> dict[str, Any]:
    """Return an entry as the pack for auditors writes it. Raises NoProof: it was changed."""
    _id, kind, subject, number, at, actor, action, details, before, hashed = row
    if hash_of(row) != hashed:
        raise NoProof(f"Entry {number} of the chain was changed after it was written")
    return {
        "subject_kind": kind,
        "subject": subject,
        "number": number,
        "happened_at": written_moment(at),
        "actor": actor,
        "action": action,
        "details": json.loads(details),
        "previous_hash": before,
        "hash": hashed,
    }
