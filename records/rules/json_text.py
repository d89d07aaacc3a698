"""JSON as strangers write it: read strictly, with a sentence instead of a surprise."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

LARGEST_FILE = 20 * 1024 * 1024
DEEPEST = 12
LONGEST_NUMBER = 40
LONGEST_LINE = 320


class NotReadable(ValueError):
    """A file that is not JSON as the formats here allow; the message says what to do."""


def read_json(data: bytes) -> Any:
    """Return what the bytes hold, numbers with a point as Decimal. Raises NotReadable.

    Stricter than the standard library: a key given twice is refused (the last would win in
    silence), and so are NaN, Infinity, endless numbers and deep nesting.
    """
    if len(data) > LARGEST_FILE:
        raise NotReadable(f"is larger than {LARGEST_FILE // 1024 // 1024} MB")
    try:
        value = json.loads(
            _text(data),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except json.JSONDecodeError as error:
        raise NotReadable(
            f"is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    if _is_deeper(value, DEEPEST):
        raise _too_deep()
    return value


def one_line(text: str) -> str:
    """Return ``text`` as a single printable line: what cannot be shown is written as its code."""
    shown = "".join(character if _shows(character) else _code(character) for character in text)
    return shown if len(shown) <= LONGEST_LINE else f"{shown[: LONGEST_LINE - 1]}…"


def _shows(character: str) -> bool:
    return character.isprintable() and not "\ud800" <= character <= "\udfff"


def _code(character: str) -> str:
    return " " if character in "\n\t" else f"\\u{ord(character):04x}"


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(f"is not UTF-8 text (byte {error.start + 1})") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for place, key in enumerate(keys) if key in keys[:place])
        raise NotReadable(f"gives “{twice[:60]}” twice; keep one of them")
    return found


def _constant(name: str) -> Any:
    raise NotReadable(f"contains {name}, which is not a number; write a number or leave it out")


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise NotReadable(f"contains a number of {len(digits)} digits")
    return int(digits)


def _fraction(digits: str) -> Decimal:
    if len(digits) > LONGEST_NUMBER:
        raise NotReadable(f"contains a number of {len(digits)} characters")
    return Decimal(digits)


def _too_deep() -> NotReadable:
    return NotReadable(f"is nested more than {DEEPEST} levels deep")


def _is_deeper(value: Any, most: int) -> bool:
    """Return whether the value is nested deeper than ``most``, looking level by level."""
    level = [value]
    for _ in range(most):
        inside: list[Any] = []
        for entry in level:
            kind = type(entry)
            if kind is dict:
                inside += entry.values()
            elif kind is list:
                inside += entry
        level = inside
    return bool(level)
