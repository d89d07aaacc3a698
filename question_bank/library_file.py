"""A library file as text: written as JSON or YAML, read from either without trusting a byte of it.

Text from elsewhere is built up here, event by event: no tags, no aliases, no depth, no numbers that
are not plain, so that nothing in a file can do anything but stand for itself.
"""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from foundation.canonical import canonical_json
from question_bank.rules.sharing import Library, LibraryRefused, plain_library

LARGEST = 2 * 1024 * 1024
DEEPEST = 24
MOST_NODES = 200_000
MOST_DIGITS = 15
WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}


def as_json(library: Library) -> str:
    return canonical_json(plain_library(library)) + "\n"


def as_yaml(library: Library) -> str:
    text: str = yaml.dump(
        plain_library(library), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text


class _Dumper(yaml.SafeDumper):
    """Writes what is there twice as often as it is there: an alias would be refused on reading."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read_text(data: bytes) -> Any:
    """Return the plain values in a file. Raises LibraryRefused, saying what is wrong with it."""
    if len(data) > LARGEST:
        raise _refused("it is larger than the 2 MB that a library may have")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("it is not text in UTF-8") from None
    if UNREADABLE.search(text):
        raise _refused("it holds characters that no text has, such as NUL")
    if not text.strip():
        raise _refused("it is empty")
    value = _from_json(text) if text.lstrip().startswith("{") else _from_yaml(text)
    _refuse_unreadable(value)
    return value


def _refused(reason: str) -> LibraryRefused:
    return LibraryRefused(f"This file cannot be brought in: {reason}", field="file")


def _from_json(text: str) -> Any:
    _refuse_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_int=_whole,
            parse_float=_no_fraction,
            parse_constant=_no_fraction,
        )
    except json.JSONDecodeError as error:
        raise _refused(f"line {error.lineno} is not JSON ({error.msg})") from None


def _refuse_depth(text: str) -> None:
    """Refuse brackets within brackets within brackets before anything is built from them."""
    depth = 0
    for mark in re.finditer(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', text):
        if mark[0] in "[{":
            depth += 1
        elif mark[0] in "]}":
            depth -= 1
        if depth > DEEPEST:
            raise _refused(f"its lists stand in each other more than {DEEPEST} deep")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _refused(f"‘{key[:40]}’ is given twice")
        found[key] = value
    return found


def _whole(text: str) -> int:
    if len(text.removeprefix("-")) > MOST_DIGITS:
        raise _refused("it holds a number too large to mean anything")
    return int(text)


def _no_fraction(text: str) -> Any:
    raise _refused(f"it holds the number {text[:20]}; exact numbers are written as text")


def _from_yaml(text: str) -> Any:
    try:
        return _Built().of(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "it"
        raise _refused(f"{where} is neither JSON nor YAML") from None


class _Built:
    """Builds plain values from the events of a YAML parser."""

    def __init__(self) -> None:
        self.open: list[Any] = []
        self.keys: list[Any] = []
        self.value: Any = None
        self.documents = self.nodes = 0

    def of(self, events: Any) -> Any:
        for event in events:
            self._refuse(event)
            if isinstance(event, yaml.ScalarEvent):
                self._add(_scalar(event), event)
            elif isinstance(event, yaml.MappingStartEvent):
                self._begin({}, event)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._begin([], event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
                self.keys.pop()
        return self.value

    def _refuse(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused(f"line {line} points at another place (& or *), which is not allowed")
        if getattr(event, "tag", None):
            raise _refused(f"line {line} has a tag (!), which is not allowed")
        self.documents += isinstance(event, yaml.DocumentStartEvent)
        self.nodes += 1
        if self.documents > 1:
            raise _refused("it holds several documents")
        if self.nodes > MOST_NODES or len(self.open) > DEEPEST:
            raise _refused(
                f"it holds too many values, or lists more than {DEEPEST} deep in each other"
            )

    def _begin(self, value: Any, event: Any) -> None:
        self._add(value, event)
        self.open.append(value)
        self.keys.append(None)

    def _add(self, value: Any, event: Any) -> None:
        if not self.open:
            self.value = value
        elif isinstance(self.open[-1], list):
            self.open[-1].append(value)
        elif self.keys[-1] is None:
            self._begin_entry(event)
        else:
            self.open[-1][self.keys[-1]] = value
            self.keys[-1] = None

    def _begin_entry(self, event: Any) -> None:
        """A key is the text as it is written: ‘3’, ‘yes’."""
        line = event.start_mark.line + 1
        if not isinstance(event, yaml.ScalarEvent):
            raise _refused(f"line {line} has a list or mapping where a key belongs")
        if event.value in self.open[-1]:
            raise _refused(f"line {line}: ‘{event.value[:40]}’ is given twice")
        self.keys[-1] = event.value


def _scalar(event: Any) -> Any:
    """Return a whole number, true, false or nothing where it is written so; all else is text."""
    text: str = event.value
    if not event.implicit[0]:  # it is quoted, or a block of lines
        return text
    if text in PLAIN:
        return PLAIN[text]
    if WHOLE.fullmatch(text):
        return _whole(text)
    return text


def _refuse_unreadable(value: Any) -> None:
    """Refuse what escapes such as \\u0000 have put into texts."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and UNREADABLE.search(one):
            raise _refused("it holds characters that no text has, such as NUL")
