"""One way to write a value down, so that the same value always has the same hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class NotCanonical(ValueError):
    """A value that has no single written form: a fault of the program, not of a person."""


def canonical_json(value: Any) -> str:
    """Return ``value`` as JSON with sorted keys and no spare spaces.

    Raises NotCanonical for floats (write exact numbers as text), for keys that are not text,
    for lone surrogates and for anything JSON has no word for.
    """
    _refuse_unclear(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical_object(written: Mapping[str, str]) -> str:
    """Return the canonical JSON of an object whose values are canonical JSON already.

    For large values that stay the same from one object to the next.
    """
    entries = (f"{canonical_json(key)}:{written[key]}" for key in sorted(written))
    return f"{{{','.join(entries)}}}"


def fingerprint(value: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of a plain object."""
    return sha256_hex(canonical_json(dict(value)))


def sha256_hex(content: str | bytes) -> str:
    if isinstance(content, str):
        content = content.encode("utf-8")
    return hashlib.sha256(content).hexdigest()


def _refuse_unclear(value: Any) -> None:
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            refuse_half_characters(item)
        elif isinstance(item, dict):
            _refuse_keys(item)
            waiting.extend(item.values())
        elif isinstance(item, list | tuple):
            waiting.extend(item)
        elif item is not None and not isinstance(item, int):
            raise NotCanonical(f"{type(item).__name__} {item!r} has no canonical form")


def _refuse_keys(value: dict[Any, Any]) -> None:
    for key in value:
        if not isinstance(key, str):
            raise NotCanonical(f"Keys must be text, not {key!r}")
        refuse_half_characters(key)


def refuse_half_characters(text: str) -> None:
    """Raise NotCanonical for a lone surrogate."""
    # Telling that a text is ASCII costs nothing, and most of it is.
    if text.isascii():
        return
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical("Text holds half a character (a lone surrogate)") from error
