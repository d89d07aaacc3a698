"""What a pack of the record is made of: sections of text, and files as they are.

Every thing has a place ("bids/larkfield-1a2b/answers/SLP-07/SLP-07.f"): that is what is withheld by
name. Content is made only when it is written, so that a list of places costs next to nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

LONGEST_NAME = 40


@dataclass(frozen=True)
class Section:
    """A part of a document that can be withheld by itself. ``value``: the same for a machine."""

    id: str
    heading: str
    text: str
    value: Any = None


@dataclass(frozen=True)
class Sections:
    """A document given as readable text and as JSON, section by section."""

    path: str
    title: str
    made: Callable[[], Sequence[Section]]


@dataclass(frozen=True)
class Whole:
    """A file as it is. ``repeats``: the branch whose words it holds a second time; it is left out
    of what is given out as soon as anything of that branch is withheld."""

    path: str
    title: str
    made: Callable[[], Iterable[bytes]]
    repeats: str = ""


Item = Sections | Whole


def slug(text: str) -> str:
    """Return a name for a file: plain letters, so that every computer can unpack it."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:LONGEST_NAME].strip("-")
    return plain or "unnamed"


def file_name(name: str) -> str:
    """Return the name of a file somebody else chose, fit for any computer, its ending kept."""
    stem, dot, ending = name.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", ending):
        return slug(name)
    return f"{slug(stem)}.{ending.lower()}"


def section(name: str, heading: str, value: Any) -> Section:
    """Return a section that says ``value`` in words and to a machine."""
    return Section(name, heading, in_text(value) or "–", value)


def in_text(value: Any) -> str:
    """Return a value as somebody reads it: lists and fields one a line, indented."""
    return "\n".join(_lines(value, ""))


def in_json(value: Any) -> bytes:
    """Return a value as JSON, keys in the order given, two spaces deep."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    return f"{text}\n".encode()


def fields(**values: Any) -> dict[str, Any]:
    """Return what is known of a record by its words: what is None is left out."""
    return {
        name.replace("_", " ").capitalize(): shown(value)
        for name, value in values.items()
        if value is not None and value != ""
    }


def shown(value: Any) -> Any:
    """Return a stored value as it can be written down: times in UTC, to the microsecond."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%S.%fZ}"
    return _plain(value) if isinstance(value, (date, Decimal)) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return shown(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _lines(value: Any, indent: str) -> Iterable[str]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if isinstance(entry, (Mapping, list, tuple)) and entry:
                yield f"{indent}{key}:"
                yield from _lines(entry, f"{indent}  ")
            else:
                yield from _named(str(key), entry, indent)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            lines = list(_lines(entry, ""))
            for number, line in enumerate(lines):
                yield f"{indent}{'- ' if number == 0 else '  '}{line}"
    else:
        yield from (f"{indent}{line}" for line in str(shown(value)).splitlines() or [""])


def _named(key: str, value: Any, indent: str) -> Iterable[str]:
    lines = _in_words(value).splitlines() or [""]
    yield f"{indent}{key}: {lines[0]}".rstrip()
    yield from (f"{indent}  {line}" for line in lines[1:])


def _in_words(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(shown(value))
