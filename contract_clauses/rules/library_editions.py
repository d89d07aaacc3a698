"""An edition of the clause library: all its clauses under one version, with what changed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from contract_clauses.rules.library import Library
from contract_clauses.rules.reading import read_library
from question_bank.rules.editions import Changes, opening_of, read_changes
from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    mapping,
    needed_line,
    needed_words,
)

FORMAT = "supplier-assurance-clauses/1"

# Those who read what changed, and the heading above their sentences.
READERS: Mapping[str, str] = MappingProxyType(
    {
        "suppliers": "For suppliers",
        "buyers": "For procurement officers",
        "reviewers": "For lawyers and other reviewers",
        "authors": "For people who write clauses",
    }
)


@dataclass(frozen=True)
class EditionOpening:
    """What an edition says of itself, without the words of its clauses."""

    version: str
    date: str
    note: str
    changes: Changes
    released: bool
    clause_count: int

    @property
    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.date)


@dataclass(frozen=True)
class LibraryEdition(EditionOpening):
    library: Library


def document_of(
    about: Raw, changes: Changes, library: Raw, *, released: bool = False
) -> dict[str, Any]:
    """Return an edition as plain values, ready to be written."""
    opening = opening_of(about, changes, "library.yml", released=released)
    return {"format": FORMAT, **opening, "library": library}


def read_library_edition(raw: Any) -> LibraryEdition:
    opening, place = read_opening(raw), f"clause library {raw.get('version', '?')}"
    return LibraryEdition(
        **vars(opening), library=read_library(mapping(raw.get("library"), f"{place}, library"))
    )


def read_opening(raw: Any) -> EditionOpening:
    place = f"clause library {mapping(raw, 'an edition').get('version', '?')}"
    if raw.get("format") != FORMAT:
        raise ContentError(f"{place}: this is not an edition of the clauses in the form {FORMAT}")
    return EditionOpening(
        version=needed_words(raw, "version", place),
        date=needed_words(raw, "date", place),
        note=needed_line(raw, "note", place),
        changes=read_changes(raw.get("changes") or {}, f"{place}, changes"),
        released=raw.get("released") is True,
        clause_count=len(mapping(raw.get("library"), f"{place}, library").get("clauses") or ()),
    )
