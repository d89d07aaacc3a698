"""Turn the YAML files of the clause library into clauses, once per process.

Editions are snapshots of the library under their versions, so that what changed can be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from contract_clauses.rules.integrity import (
    Act,
    Conventions,
    library_advice,
    library_problems,
)
from contract_clauses.rules.library import Library
from contract_clauses.rules.library_differences import as_lines, as_plain, library_differences
from contract_clauses.rules.library_editions import (
    EditionOpening,
    LibraryEdition,
    document_of,
    read_library_edition,
    read_opening,
)
from contract_clauses.rules.reading import read_library
from question_bank.editions_kept import Kept, KeptElsewhere, Told
from question_bank.loader import (
    changes_in,
    editions,
    read_document,
    read_yaml,
    shipped_bank,
)
from question_bank.rules.editions import known_version
from question_bank.rules.own.saying import Known
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import (
    listed,
    mapping,
    names,
    needed_line,
    needed_words,
    refuse_unknown_keys,
)

CONTENT = Path(__file__).parent / "content"
EDITIONS = Path(__file__).parent / "editions"


def raw_library(folder: Path = CONTENT) -> Mapping[str, Any]:
    """Return the library as plain values: what a tender freezes and ``read_library`` reads."""
    return {
        "version": _version(folder / "library.yml"),
        "clauses": [read_yaml(path) for path in sorted((folder / "clauses").glob("C*.yml"))],
        "annexes": read_yaml(folder / "annexes.yml"),
        "definitions": read_yaml(folder / "definitions.yml"),
        "interpretation": read_yaml(folder / "interpretation.yml"),
    }


def _version(path: Path) -> str:
    return needed_words(mapping(read_yaml(path), path.name), "version", path.name)


def load_library(folder: Path = CONTENT) -> Library:
    return read_library(raw_library(folder))


@cache
def shipped_library() -> Library:
    return load_library()


def problems_with(bank: Bank) -> list[str]:
    """Return what is wrong with the shipped library beside ``bank``: for ``flask bank check``."""
    return library_problems(load_library(), bank, conventions())


def advice_on(bank: Bank | None = None) -> list[str]:
    """Return what to think about in the shipped library: for ``flask bank check``."""
    return library_advice(load_library(), bank or shipped_bank())


@cache
def conventions(path: Path = CONTENT / "linter.yml") -> Conventions:
    """Return what the check is told: names, and acts whose time one clause sets."""
    told = mapping(read_yaml(path), path.name)
    refuse_unknown_keys(told, ("names", "acts"), path.name)
    acts = []
    for entry in listed(told.get("acts") or [], f"{path.name}, acts"):
        refuse_unknown_keys(entry, ("name", "set_by", "words"), f"{path.name}, acts")
        named = needed_line(entry, "name", path.name)
        words = names(entry, "words", f"{path.name}, {named}")
        acts.append(Act(named, needed_line(entry, "set_by", path.name), words))
    return Conventions(names(told, "names", path.name), tuple(acts))


def working_document(content: Path = CONTENT, *, released: bool = False) -> Mapping[str, Any]:
    """Return the edition that the working copy makes. Raises ContentError."""
    about = mapping(read_yaml(content / "library.yml"), "library.yml")
    changes = changes_in(content / "changes.yml", str(about.get("version")))
    return document_of(about, changes, raw_library(content), released=released)


def library_versions(folder: Path = EDITIONS) -> tuple[str, ...]:
    """Return the version of every edition of the library, the oldest first."""
    return editions(folder)


@cache
def library_edition(version: str, folder: Path = EDITIONS) -> LibraryEdition:
    """Return an edition of the library. Raises UnknownEdition."""
    known = known_version(version, editions(folder))
    return read_library_edition(read_document(folder / f"{known}.json"))


@cache
def edition_opening(version: str, folder: Path = EDITIONS) -> EditionOpening:
    """Return what an edition says of itself: quick, for lists. Raises UnknownEdition."""
    known = known_version(version, editions(folder))
    return read_opening(read_document(folder / f"{known}.json"))


def shipped_names() -> Known:
    """Return the parts and facts that conditions of the shipped library name."""
    bank = shipped_bank()
    return Known(bank.parts, bank.facts)


def told(old: str, new: str) -> Told:
    """Say what changed from one edition of the library to another. Raises UnknownEdition."""
    before, after = library_edition(old).library, library_edition(new).library
    found = library_differences(before, after, shipped_names())
    return as_lines(found), as_plain(found)


def kept_library(content: Path = CONTENT, folder: Path = EDITIONS) -> Kept:
    return Kept(
        content="The content of the clauses",
        edition="clause library",
        about="contract_clauses/content/library.yml",
        folder=folder,
        working=lambda released: working_document(content, released=released),
    )


# How ``flask bank`` writes editions of the clause library and says what changed.
KEPT = (KeptElsewhere("clauses", kept_library(), told, advice_on),)
