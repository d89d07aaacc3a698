"""Drafting notes of a clause library: for authorities alone, so nothing suppliers read has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from foundation.canonical import canonical_json

CLAUSES, NOTE = "clauses", "note"


def has_notes(libraries: Mapping[str, Any]) -> bool:
    """Return whether libraries frozen with a tender hold drafting notes, as they once did."""
    return any(NOTE in clause for library in libraries.values() for clause in _clauses(library))


def without_notes(library: Any) -> Any:
    """Return a library as plain values without the drafting notes of its clauses."""
    if not _clauses(library):
        return library
    clauses = [
        {name: value for name, value in clause.items() if name != NOTE}
        for clause in library[CLAUSES]
    ]
    return {**library, CLAUSES: clauses}


def handed_out(text: str) -> str:
    """Return a frozen text as suppliers get it: the very text, unless it holds drafting notes."""
    frozen = json.loads(text)
    libraries = frozen.get("libraries") or {}
    if not has_notes(libraries):
        return text
    kept = {name: without_notes(library) for name, library in libraries.items()}
    return canonical_json({**frozen, "libraries": kept})


def _clauses(library: Any) -> list[Mapping[str, Any]]:
    found = library.get(CLAUSES) if isinstance(library, Mapping) else None
    return found if isinstance(found, list) else []
