"""An edition: the whole shipped bank under one version, with what changed, as it was released."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from foundation.errors import DomainError
from question_bank.rules.packs import Pack, read_pack
from question_bank.rules.questions import Bank
from question_bank.rules.reading import ContentError, read_bank
from question_bank.rules.reading.plain import (
    Raw,
    advice,
    line,
    listed,
    mapping,
    needed_line,
    needed_words,
    refuse_unknown_keys,
)

FORMAT = "supplier-assurance-bank/1"
DAY = re.compile(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
VERSION = re.compile(r"\d{4}\.\d{1,2}(\.\d{1,3})?")

# Those who read what changed, and the heading above their sentences.
READERS: Mapping[str, str] = MappingProxyType(
    {
        "suppliers": "For suppliers",
        "buyers": "For procurement officers",
        "evaluators": "For evaluators",
        "reviewers": "For security, information governance and legal reviewers",
        "authors": "For people who write questions",
    }
)

Changes = Mapping[str, tuple[str, ...]]


class UnknownEdition(DomainError):
    """There is no edition of this name."""


@dataclass(frozen=True)
class Edition:
    """Everything one version of the bank holds; ``changes`` has sentences for each reader."""

    version: str
    date: str
    note: str
    changes: Changes
    released: bool
    bank: Bank
    packs: Mapping[str, Pack]
    raw_packs: Mapping[str, Raw]

    @property
    def day(self) -> datetime.date:
        return datetime.date.fromisoformat(self.date)


def in_order(versions: Iterable[str]) -> tuple[str, ...]:
    """Return versions from the oldest to the newest: 2026.9 is before 2026.11."""
    return tuple(sorted(versions, key=sort_key))


def sort_key(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def known_version(version: str, versions: tuple[str, ...]) -> str:
    """Return ``version`` if it is one; raise UnknownEdition with the nearest otherwise."""
    if version in versions:
        return version
    shown = version if len(version) <= 40 else version[:39] + "…"
    near = advice(version, versions) or f"; there are {', '.join(versions)}"
    raise UnknownEdition(f"There is no edition ‘{shown}’{near}")


def document_of(
    about: Raw, changes: Changes, bank: Raw, packs: Iterable[Raw], *, released: bool = False
) -> dict[str, Any]:
    """Return an edition as plain values, ready to be written."""
    opening = opening_of(about, changes, "bank.yml", released=released)
    return {"format": FORMAT, **opening, "bank": bank, "packs": list(packs)}


def opening_of(about: Raw, changes: Changes, place: str, *, released: bool) -> dict[str, Any]:
    """Return what every edition begins with, be it of the bank or of the clause library."""
    version = needed_words(about, "version", place)
    if not VERSION.fullmatch(version):
        raise ContentError(f"{place}: write the version as year and number, not ‘{version}’")
    day = needed_words(about, "date", place)
    if not DAY.fullmatch(day):
        raise ContentError(f"{place}: write the date as 2026-11-22, not ‘{day}’")
    return {
        "version": version,
        "date": day,
        "note": needed_line(about, "note", place),
        "released": released,
        "changes": {reader: list(sentences) for reader, sentences in changes.items()},
    }


def written(document: Raw) -> str:
    """Return the one text of an edition: the same content is always the same bytes."""
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_edition(raw: Any) -> Edition:
    place = f"edition {mapping(raw, 'an edition').get('version', '?')}"
    if raw.get("format") != FORMAT:
        raise ContentError(f"{place}: this is not an edition of the bank in the form {FORMAT}")
    packs = [(read_pack(pack), pack) for pack in listed(raw.get("packs"), f"{place}, packs")]
    return Edition(
        version=needed_words(raw, "version", place),
        date=needed_words(raw, "date", place),
        note=needed_line(raw, "note", place),
        changes=read_changes(raw.get("changes") or {}, f"{place}, changes"),
        released=raw.get("released") is True,
        bank=read_bank(mapping(raw.get("bank"), f"{place}, bank")),
        packs={pack.id: pack for pack, _ in packs},
        raw_packs={pack.id: entry for pack, entry in packs},
    )


def read_changes(raw: Any, place: str) -> Changes:
    """Return the sentences for each reader, in the order in which readers are shown."""
    refuse_unknown_keys(raw, READERS, place)
    return {
        reader: tuple(line(said, f"{place}, {reader}") for said in listed(raw[reader], place))
        for reader in READERS
        if raw.get(reader)
    }
