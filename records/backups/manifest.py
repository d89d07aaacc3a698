"""What a backup says of itself: which files it holds, with their hashes, and of what moment."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from foundation.canonical import canonical_json
from records.backups import boxes
from records.backups.boxes import BackupBroken
from records.backups.contents import Head

FORMAT = "supplier-assurance-backup/1"
NAME = "manifest.json"
SEALED_NAME = "manifest.sealed"
DATABASE = "database"
FILES = "files"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Hashes and sizes are those of what is kept, whether or not it lies under a key."""

    made_at: str
    # "sqlite" or "postgresql", and which version of the tables.
    kind: str
    migration: str
    database_size: int
    database_sha256: str
    # Stored files by name, which is the SHA-256 of their bytes, with their size.
    files: Mapping[str, int]
    # Named by the database, and not in the store, or not as stored, when the backup was made.
    amiss: Mapping[str, str] = field(default_factory=dict)
    # The last entry of each chain of the record, and the commitment of each receipt.
    heads: Mapping[str, Head]
    receipts: frozenset[str]

    def written(self) -> bytes:
        plain: dict[str, Any] = {
            "format": FORMAT,
            "made_at": self.made_at,
            "database": {
                "kind": self.kind,
                "migration": self.migration,
                "size": self.database_size,
                "sha256": self.database_sha256,
            },
            "files": [{"sha256": name, "size": size} for name, size in sorted(self.files.items())],
            "amiss": dict(self.amiss),
            "heads": {chain: [head.number, head.hash] for chain, head in self.heads.items()},
            "receipts": sorted(self.receipts),
        }
        return canonical_json(plain).encode()


def save(folder: Path, manifest: Manifest, key: bytes | None) -> str:
    """Write the manifest and return its SHA-256."""
    name = NAME if key is None else SEALED_NAME
    return boxes.put(io.BytesIO(manifest.written()), folder / name, NAME, key).sha256


def load(folder: Path, key: bytes | None) -> Manifest:
    """Return the manifest of the backup in ``folder``. Raises BackupBroken."""
    path = folder / _name(folder, key)
    into = io.BytesIO()
    boxes.take(path, NAME, key, into)
    try:
        return _read(json.loads(into.getvalue()))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupBroken(f"{path} is not the manifest of a backup") from None


def path_of(folder: Path, name: str) -> Path:
    """Return where a stored file lies in a backup."""
    return folder / FILES / name[:2] / name[2:]


def _name(folder: Path, key: bytes | None) -> str:
    if not (folder / NAME).exists() and not (folder / SEALED_NAME).exists():
        raise BackupBroken(f"{folder} is no backup: it holds no {NAME} or {SEALED_NAME}")
    if key is None and not (folder / NAME).exists():
        raise BackupBroken(f"{folder} lies under a key: give the file that holds it with --key")
    if key is not None and not (folder / SEALED_NAME).exists():
        raise BackupBroken(f"{folder} lies under no key: leave --key out")
    return NAME if key is None else SEALED_NAME


def _read(plain: Mapping[str, Any]) -> Manifest:
    if plain["format"] != FORMAT:
        raise BackupBroken(f"This is a backup in the form {plain['format']!r}, not {FORMAT}")
    database = plain["database"]
    return Manifest(
        made_at=plain["made_at"],
        kind=database["kind"],
        migration=database["migration"],
        database_size=database["size"],
        database_sha256=database["sha256"],
        files={_hash(one["sha256"]): int(one["size"]) for one in plain["files"]},
        amiss=dict(plain["amiss"]),
        heads={
            chain: Head(int(number), hash_) for chain, (number, hash_) in plain["heads"].items()
        },
        receipts=frozenset(plain["receipts"]),
    )


def _hash(name: str) -> str:
    # It becomes a path.
    if len(name) != 64 or set(name) - set("0123456789abcdef"):
        raise ValueError(name)
    return name
