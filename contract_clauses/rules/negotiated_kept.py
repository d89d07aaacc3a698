"""A document that came back as it is kept: what was read of it, and what it is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from contract_clauses.rules import schedule_kept
from contract_clauses.rules.negotiated_parts import Known
from contract_clauses.rules.negotiated_read import Comment, Document, How, Line, Table, Tracked
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.schedule_kept import NotASchedule, read_kept
from foundation.canonical import canonical_json, canonical_object

FORMAT = "supplier-assurance-negotiated/1"


@dataclass(frozen=True, slots=True)
class Kept:
    """The schedule a document is compared with, the document, and what of it was ours."""

    base: Schedule
    document: Document
    known: Known


def as_text(kept: Kept) -> str:
    """Return it as canonical JSON, to be sealed. Raises NotCanonical for half a character."""
    document, known = kept.document, kept.known
    blocks = [
        {"kind": "table" if isinstance(block, Table) else "line", **_lists(asdict(block))}
        for block in document.blocks
    ]
    said = {
        "around": list(known.around),
        "tracked": sorted(map(list, known.tracked)),
        "comments": sorted(known.comments),
    }
    return canonical_object(
        {
            "format": canonical_json(FORMAT),
            "base": schedule_kept.as_text(kept.base),
            "made_from": canonical_json(document.made_from),
            "made_on": canonical_json(document.made_on),
            "blocks": canonical_json(blocks),
            "known": canonical_json(said),
        }
    )


def read_plain(kept: Mapping[str, Any]) -> Kept:
    """Return what was kept. Raises NotASchedule."""
    try:
        if kept["format"] != FORMAT:
            raise NotASchedule(f"Not a document of this format: {kept['format']}")
        known = kept["known"]
        return Kept(
            read_kept(kept["base"]),
            Document(tuple(map(_block, kept["blocks"])), kept["made_from"], kept["made_on"]),
            Known(
                tuple(known["around"]),
                frozenset((by, text) for by, text in known["tracked"]),
                frozenset(known["comments"]),
            ),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise NotASchedule(f"Something of a document is missing: {wrong}") from wrong


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _lists(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_lists(inner) for inner in value]
    return value


def _block(kept: Mapping[str, Any]) -> Line | Table:
    tracked = tuple(
        Tracked(How(one["how"]), one["text"], one["by"], one["at"]) for one in kept["tracked"]
    )
    comments = tuple(Comment(one["text"], one["by"], one["at"]) for one in kept["comments"])
    if kept["kind"] == "table":
        return Table(tuple(map(tuple, kept["rows"])), tracked, comments)
    return Line(
        kept["text"],
        kept["style"],
        kept["level"],
        tuple(kept["marks"]),
        tuple(kept["begins"]),
        tracked,
        comments,
        kept["is_gone"],
        kept["pictures"],
    )
