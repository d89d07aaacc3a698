"""What an authority's own questions, parts, options and outcomes are called. Ids are permanent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from string import ascii_lowercase
from typing import Any

from foundation.errors import DomainError

PREFIX = re.compile(r"[A-Z]{3,6}")
QUESTION = re.compile(r"[A-Z]{3,6}-\d{2,3}")
PART = re.compile(r"[A-Z]{3,6}-\d{2,3}\.[a-z]\d{0,2}")
VALUE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_VALUE = 40
# The packs shared by all authorities begin so, whether or not an edition has such questions yet.
RESERVED = frozenset({"SLP", "LON", "ALG", "CERT", "TENDER"})
# Words that most councils have in their names say nothing about which it is.
COMMON = frozenset({"London", "Borough", "Council", "City", "Royal", "Of", "The", "And", "Upon"})


class PrefixRefused(DomainError):
    """The letters cannot stand before an authority's own questions."""


def reserved(bank_ids: Iterable[str]) -> frozenset[str]:
    """Return the prefixes no authority may have: ours, and every one the bank uses."""
    return RESERVED | {name.split("-", 1)[0] for name in bank_ids}


def suggested_prefix(name: str, taken: Collection[str]) -> str:
    """Return letters from an authority's name that nobody has: ‘Hollowmere Council’ → HOL."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = [word.capitalize() for word in re.findall(r"[A-Za-z]+", plain)]
    letters = "".join(word for word in names if word not in COMMON).upper()
    letters = (letters or "".join(names).upper()) + "XYZ"
    lengths = [letters[:length] for length in range(3, min(6, len(letters)) + 1)]
    varied = [letters[:5] + letter.upper() for letter in ascii_lowercase]
    return next((tried for tried in (*lengths, *varied) if tried not in taken), "")


def checked_prefix(text: str, taken: Collection[str]) -> str:
    """Return the prefix as it is stored. Raises PrefixRefused."""
    prefix = text.strip().upper()
    if not PREFIX.fullmatch(prefix):
        raise PrefixRefused("Enter 3 to 6 letters, such as HOL", field="prefix")
    if prefix in taken:
        raise PrefixRefused(
            f"Enter other letters: {prefix} is used by the shared bank or another authority",
            field="prefix",
        )
    return prefix


def next_question_id(prefix: str, used: Iterable[str]) -> str:
    numbers = [int(name.split("-", 1)[1]) for name in used if name.startswith(f"{prefix}-")]
    return f"{prefix}-{max(numbers, default=0) + 1:02}"


def next_part_id(question_id: str, used: Collection[str]) -> str:
    """Return a.b.c … z, then a2, b2 …: the first that no version of the question ever had."""
    endings = (letter + (str(round_) if round_ > 1 else "") for round_, letter in _rounds())
    return next(f"{question_id}.{end}" for end in endings if f"{question_id}.{end}" not in used)


def _rounds() -> Iterator[tuple[int, str]]:
    for number in range(1, 100):
        for letter in ascii_lowercase:
            yield number, letter


def value_from(label: str, used: Collection[str]) -> str:
    """Return the permanent value of an option or outcome, from its words: ‘Kept offline’ →
    kept-offline, or kept-offline-2 where that was used before."""
    plain = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
    value = "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_VALUE].strip("-") or "option"
    tried = (value if number == 1 else f"{value}-{number}" for number in range(1, 10_000))
    return next(name for name in tried if name not in used)


def values_used(raws: Iterable[Mapping[str, Any]], part_id: str) -> frozenset[str]:
    """Return every value of an option and id of an outcome that a part had in any version."""
    return frozenset(
        str(entry.get("value") or entry.get("id"))
        for raw in raws
        for part in raw.get("parts") or ()
        if part.get("id") == part_id
        for entry in (*(part.get("options") or ()), *(part.get("outcomes") or ()))
    )


def parts_used(raws: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(part["id"] for raw in raws for part in raw.get("parts") or ())


def id_faults(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (place, sentence) for each id of a question that has not the form of one of ours."""
    question_id = str(raw.get("id"))
    if not QUESTION.fullmatch(question_id):
        yield question_id, "an own question is called by 3 to 6 capital letters, a dash and digits"
    for part in raw.get("parts") or ():
        part_id = str(part.get("id")) if isinstance(part, Mapping) else ""
        if not (PART.fullmatch(part_id) and part_id.startswith(f"{question_id}.")):
            yield question_id, "each part has the id of its question, a dot and a letter"
            continue
        for entry in _named(part):
            if not VALUE.fullmatch(entry) or len(entry) > LONGEST_VALUE + 5:
                yield part_id, "values of options and ids of outcomes are small letters and dashes"


def _named(part: Mapping[str, Any]) -> Iterator[str]:
    for key, name in (("options", "value"), ("outcomes", "id")):
        entries = part.get(key)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                yield str(entry.get(name))
