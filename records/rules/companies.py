"""Companies that contracts rest on: named in tables of answers, told apart, counted.

One company is written in many ways. A company number decides; without one the name does, without
its capitals, its punctuation and what only says how a company is founded. Every spelling is kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Endings that say how a company is founded, not which it is.
FOUNDED_AS = frozenset(
    {"ab", "ag", "as", "asa", "bv", "bvba", "cic", "co", "company", "corp", "corporation", "gmbh"}
    | {"inc", "incorporated", "kg", "kk", "limited", "llc", "llp", "lp", "ltd", "ltda", "nv", "oy"}
    | {"oyj", "plc", "pte", "pty", "sa", "sarl", "sas", "se", "spa", "srl"}
)
# How long a company number of Companies House is; shorter ones lost their noughts.
DIGITS = 8


class Part(StrEnum):
    """What a company does under a contract."""

    SUBCONTRACTOR = "Subcontractor"
    HOST = "Hosts the service or its data"
    STORAGE = "Stores datasets"
    COPIES = "Keeps copies"


# Those that hold the service or its data.
HOSTING = frozenset({Part.HOST, Part.STORAGE, Part.COPIES})


@dataclass(frozen=True, slots=True)
class Named:
    """A company as one row of an answer names it. ``number``: "" where the row gives none."""

    name: str
    number: str
    country: str
    part: Part


@dataclass(frozen=True, slots=True)
class Company:
    """One company under all its spellings, with the contracts that rest on it.

    ``on``: what it does and where, by the token of the contract, each once.
    """

    key: str
    name: str
    number: str
    spellings: tuple[str, ...]
    on: Mapping[str, tuple[Named, ...]]

    @property
    def is_host(self) -> bool:
        return any(one.part in HOSTING for rows in self.on.values() for one in rows)

    @property
    def parts(self) -> tuple[Part, ...]:
        found = {one.part for rows in self.on.values() for one in rows}
        return tuple(part for part in Part if part in found)

    @property
    def countries(self) -> tuple[str, ...]:
        return tuple(sorted({one.country for rows in self.on.values() for one in rows} - {""}))


def named_in(answers: Mapping[str, Any]) -> tuple[Named, ...]:
    """Return the companies that tables of answers name. A table is known by its columns, so that
    answers to any edition of the question bank are read alike."""
    found: dict[Named, None] = {}
    for value in answers.values():
        for row in value if isinstance(value, list) else ():
            for one in _in_row(row) if isinstance(row, Mapping) else ():
                if folded(one.name):
                    found[one] = None
    return tuple(found)


def folded(name: str) -> str:
    """Return a name as it is compared: “The Nimbus Cloud (UK) Ltd.” is “nimbus cloud uk”."""
    plain = unicodedata.normalize("NFKD", name.casefold()).replace("&", " and ")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    # Full stops within an abbreviation go: “p.l.c.” is “plc”.
    words = re.findall(r"\w+", plain.replace(".", "").replace("'", "").replace("’", ""))
    while len(words) > 1 and words[-1] in FOUNDED_AS:
        words.pop()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)


def number_of(text: str) -> str:
    """Return a company number as it is compared, "" where the text holds none."""
    plain = re.sub(r"[^0-9A-Z]", "", text.upper())
    if not any(letter.isdigit() for letter in plain):
        return ""
    return plain.zfill(DIGITS) if plain.isdigit() else plain


def companies_of(named: Mapping[str, Iterable[Named]]) -> list[Company]:
    """Return the companies that contracts (by token) rest on, the most contracts first.

    A row without a number belongs to the numbered company of its name where there is just one.
    """
    rows = [(contract, one) for contract, listed in named.items() for one in listed]
    numbers: dict[str, set[str]] = {}
    for _contract, one in rows:
        if one.number:
            numbers.setdefault(folded(one.name), set()).add(one.number)
    by_key: dict[str, list[tuple[str, Named]]] = {}
    for contract, one in rows:
        by_key.setdefault(_key(one, numbers), []).append((contract, one))
    found = [_company(key, listed) for key, listed in by_key.items()]
    return sorted(found, key=lambda one: (-len(one.on), one.name.casefold(), one.key))


def _key(one: Named, numbers: Mapping[str, set[str]]) -> str:
    name = folded(one.name)
    known = numbers.get(name, set())
    number = one.number or (next(iter(known)) if len(known) == 1 else "")
    text = f"number:{number}" if number else f"name:{name}"
    # Short enough for an address; the name itself has no place in one.
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _company(key: str, rows: list[tuple[str, Named]]) -> Company:
    on: dict[str, tuple[Named, ...]] = {}
    for contract, one in rows:
        if one not in on.get(contract, ()):
            on[contract] = (*on.get(contract, ()), one)
    written = [one.name for _contract, one in rows]
    spellings = sorted(set(written), key=lambda name: (-written.count(name), name))
    number = max((one.number for _contract, one in rows), default="")
    return Company(key, spellings[0], number, tuple(spellings), on)


def _in_row(row: Mapping[str, Any]) -> list[Named]:
    """Return whom one row names: of a list of subcontractors, of datasets, of recovery times."""
    found = []
    if "hosting" in row and "name" in row:
        part = Part.HOST if row["hosting"] == "yes" else Part.SUBCONTRACTOR
        number = number_of(_text(row, "company_number"))
        found.append(Named(_text(row, "name"), number, _text(row, "country"), part))
    if "provider" in row and "personal" in row:
        found.append(Named(_text(row, "provider"), "", _text(row, "country"), Part.STORAGE))
    if "backup_provider" in row:
        country = _text(row, "backup_country")
        found.append(Named(_text(row, "backup_provider"), "", country, Part.COPIES))
    return found


def _text(row: Mapping[str, Any], column: str) -> str:
    value = row.get(column)
    return " ".join(value.split()) if isinstance(value, str) else ""
