"""What differs between two versions of an own question, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

NAMED_BY = ("id", "value")
NOT_SHOWN = ("version",)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same: its place in words, and both texts, "" where none is."""

    place: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    old, new = dict(_lines(before, "")), dict(_lines(after, ""))
    return [
        Difference(place, old.get(place, ""), new.get(place, ""))
        for place in dict.fromkeys([*old, *new])
        if old.get(place, "") != new.get(place, "")
    ]


def _lines(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield each text with its place: ``part HOL-01.a, option kept-offline, ceiling``."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            if not (place == "" and key in NOT_SHOWN):
                yield from _lines(entry, _joined(place, str(key).replace("_", " ")))
    elif isinstance(value, list | tuple) and _are_named(value):
        for number, entry in enumerate(value, start=1):
            name = next(str(entry[key]) for key in NAMED_BY if key in entry)
            yield _joined(place, f"{name}, place"), str(number)
            yield from _lines(entry, _joined(place, name))
    elif isinstance(value, list | tuple):
        yield place, ", ".join(str(entry) for entry in value)
    elif value is not None:
        yield place, str(value)


def _are_named(entries: list[Any] | tuple[Any, ...]) -> bool:
    return bool(entries) and all(
        isinstance(entry, Mapping) and any(key in entry for key in NAMED_BY) for entry in entries
    )


def _joined(place: str, name: str) -> str:
    return f"{place}, {name}" if place else name
