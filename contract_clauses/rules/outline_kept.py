"""An outline as it is handed in with a bid, and read again years later: short names, no blanks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_clauses.rules.outline import (
    LABEL,
    LeftOutTopic,
    Outline,
    OutlinedClause,
    OutlinedPromise,
    OutlinedValue,
    fingerprint_of_set,
)

FORMAT = "supplier-assurance-outline/1"


class NotAnOutline(ValueError):
    """Something else than an outline was kept, or one of another format."""


def as_kept(outline: Outline) -> dict[str, Any]:
    """Return the outline as plain values for canonical JSON, labelled for whoever finds it."""
    return {
        "format": FORMAT,
        "label": LABEL,
        "library": {"version": outline.library_version, "sha256": outline.library_fingerprint},
        "set": fingerprint_of_set(outline),
        "clauses": [_clause(clause) for clause in outline.clauses],
        "left_out": [
            _full({"id": t.id, "title": t.title, "because": t.because, "sources": [*t.sources]})
            for t in outline.left_out
        ],
        "promises": [
            _full(
                {
                    "promise": line.promise,
                    "part": line.part,
                    "due": line.due,
                    "before": line.before,
                    "evidence": line.evidence,
                }
            )
            for line in outline.promises
        ],
    }


def _clause(clause: OutlinedClause) -> dict[str, Any]:
    return _full(
        {
            "id": clause.id,
            "version": clause.version,
            "title": clause.title,
            "ground": clause.ground,
            "because": clause.because,
            "sources": [*clause.sources],
            "sub_clauses": [*clause.sub_clauses],
            "values": [_value(value) for value in clause.values],
        }
    )


def _value(value: OutlinedValue) -> dict[str, Any]:
    return _full(
        {
            "name": value.name,
            "label": value.label,
            "words": value.words,
            "source": value.source,
            "from": value.source_id,
            "given": value.given,
            "says": value.says,
        }
    )


def _full(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty: half of every outline would be names of nothing."""
    return {name: value for name, value in values.items() if value not in ("", [], None)}


def read_kept(kept: Mapping[str, Any]) -> Outline:
    """Return an outline from what was kept. Raises NotAnOutline."""
    try:
        if kept["format"] != FORMAT:
            raise NotAnOutline(f"Not an outline of this format: {kept['format']}")
        return Outline(
            kept["library"]["version"],
            kept["library"]["sha256"],
            tuple(_read_clause(entry) for entry in kept["clauses"]),
            tuple(
                LeftOutTopic(
                    entry["id"], entry["title"], entry.get("because", ""), _texts(entry, "sources")
                )
                for entry in kept["left_out"]
            ),
            tuple(
                OutlinedPromise(
                    entry.get("promise", ""),
                    entry["part"],
                    entry.get("due", ""),
                    entry.get("before", ""),
                    entry.get("evidence", ""),
                )
                for entry in kept["promises"]
            ),
        )
    except (KeyError, TypeError, AttributeError) as wrong:
        raise NotAnOutline(f"Something of an outline is missing: {wrong}") from wrong


def _read_clause(entry: Mapping[str, Any]) -> OutlinedClause:
    return OutlinedClause(
        entry["id"],
        int(entry["version"]),
        entry["title"],
        entry.get("ground", ""),
        entry.get("because", ""),
        _texts(entry, "sources"),
        tuple(int(place) for place in entry.get("sub_clauses", ())),
        tuple(
            OutlinedValue(
                value["name"],
                value["label"],
                value["words"],
                value["source"],
                value.get("from", ""),
                value.get("given", ""),
                value.get("says", ""),
            )
            for value in entry.get("values", ())
        ),
    )


def _texts(entry: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(text) for text in entry.get(name, ()))
