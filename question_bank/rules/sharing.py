"""A library file: packs and questions of one authority, for others; read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from foundation.canonical import NotCanonical, fingerprint
from foundation.errors import DomainError
from question_bank.rules.own.ids import QUESTION, VALUE
from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    identifier,
    in_short,
    listed,
    mapping,
    needed_words,
    one_of,
    place_of,
    refuse_unknown_keys,
    whole_number,
)

FORMAT = "supplier-assurance-library/1"
MOST_ENTRIES = 100
HIGHEST_VERSION = 9_999
LONGEST_NAME = 200
TOP_KEYS = ("format", "authority", "edition", "exported", "entries")
ENTRY_KEYS = ("kind", "id", "version", "sha256", "provenance", "content")
ORIGIN_KEYS = ("authority", "token", "edition")
SHA256 = re.compile(r"[0-9a-f]{64}")
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
EDITION = re.compile(r"[0-9]{4}(\.[0-9]{1,4}){1,2}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class LibraryRefused(DomainError):
    """The file is no library, or holds what no library may."""


class EntryKind(StrEnum):
    QUESTION = "question"
    PACK = "pack"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote an entry, and beside which edition of the bank."""

    authority: str
    token: str
    edition: str

    def plain(self) -> dict[str, str]:
        return {"authority": self.authority, "token": self.token, "edition": self.edition}


@dataclass(frozen=True, slots=True)
class Entry:
    kind: EntryKind
    id: str
    version: int
    content: Mapping[str, Any]
    origin: Origin

    @property
    def key(self) -> tuple[str, str]:
        return (self.kind.value, self.id)

    @property
    def sha256(self) -> str:
        return fingerprint(self.content)

    @property
    def title(self) -> str:
        return str(self.content.get("title", ""))


@dataclass(frozen=True, slots=True)
class Library:
    authority: str
    token: str
    edition: str
    exported: str
    entries: tuple[Entry, ...]


def plain_library(library: Library) -> dict[str, Any]:
    """Return the library as it is written to a file."""
    return {
        "format": FORMAT,
        "authority": {"name": library.authority, "token": library.token},
        "edition": library.edition,
        "exported": library.exported,
        "entries": [
            {
                "kind": entry.kind.value,
                "id": entry.id,
                "version": entry.version,
                "sha256": entry.sha256,
                "provenance": entry.origin.plain(),
                "content": dict(entry.content),
            }
            for entry in library.entries
        ],
    }


def read_library(value: Any) -> Library:
    """Return the library that a file holds. Raises LibraryRefused with what to put right."""
    try:
        return _library(value)
    except (ContentError, NotCanonical) as error:
        raise LibraryRefused(f"This file cannot be brought in: {error}", field="file") from error


def _library(value: Any) -> Library:
    place = "the file"
    top = mapping(value, place)
    if top.get("format") != FORMAT:
        raise ContentError(f"{place}: ‘format’ must be {FORMAT}")
    refuse_unknown_keys(top, TOP_KEYS, place)
    at = f"{place}, authority"
    authority = mapping(top.get("authority"), at)
    refuse_unknown_keys(authority, ("name", "token"), at)
    given = listed(top.get("entries"), f"{place}, entries")
    if not 0 < len(given) <= MOST_ENTRIES:
        raise ContentError(f"{place}: a library has from 1 to {MOST_ENTRIES} entries")
    entries = tuple(_entry(entry) for entry in given)
    keys = [entry.key for entry in entries]
    for kind, name in keys:
        if keys.count((kind, name)) > 1:
            raise ContentError(f"{name}: this {kind} is in the file twice")
    return Library(
        authority=_short(authority, "name", at),
        token=_shaped(authority, "token", at, TOKEN),
        edition=_shaped(top, "edition", place, EDITION),
        exported=_shaped(top, "exported", place, DAY),
        entries=entries,
    )


def _entry(value: Any) -> Entry:
    place = place_of(value, "an entry")
    refuse_unknown_keys(value, ENTRY_KEYS, in_short(place))
    kind = one_of(EntryKind, value, "kind", in_short(place), "a kind of entry")
    pattern = QUESTION if kind is EntryKind.QUESTION else VALUE
    if not pattern.fullmatch(place) or len(place) > 60:
        raise ContentError(f"{in_short(place)} is no id of a {kind}")
    version = whole_number(value.get("version", "nothing"), f"{place}, version")
    if not 1 <= version <= HIGHEST_VERSION:
        raise ContentError(f"{place}: the version is a whole number from 1 to {HIGHEST_VERSION}")
    content = mapping(value.get("content"), f"{place}, content")
    if content.get("id") != place or content.get("version") != version:
        raise ContentError(f"{place}: id and version must be the same inside ‘content’")
    if _shaped(value, "sha256", place, SHA256) != fingerprint(content):
        raise ContentError(
            f"{place}: it was changed after it was taken out, because its SHA-256 does not match"
        )
    return Entry(kind, place, version, content, _origin(value, place))


def _origin(value: Raw, place: str) -> Origin:
    at = f"{place}, provenance"
    origin = mapping(value.get("provenance"), at)
    refuse_unknown_keys(origin, ORIGIN_KEYS, at)
    return Origin(
        authority=_short(origin, "authority", at),
        token=_shaped(origin, "token", at, TOKEN),
        edition=_shaped(origin, "edition", at, EDITION),
    )


def _short(entry: Raw, key: str, place: str) -> str:
    name = needed_words(entry, key, place)
    if len(name) > LONGEST_NAME:
        raise ContentError(f"{place}: ‘{key}’ has more than {LONGEST_NAME} characters")
    return name


def _shaped(entry: Raw, key: str, place: str, pattern: re.Pattern[str]) -> str:
    text = identifier(entry, key, place)
    if not pattern.fullmatch(text):
        raise ContentError(f"{place}: {in_short(text)} is no {key}")
    return text
