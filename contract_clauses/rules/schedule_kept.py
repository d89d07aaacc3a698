"""An issued schedule as it is kept, and read again years later, whatever the library says then."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from json.encoder import encode_basestring as in_json
from operator import attrgetter, call
from typing import Any, Union, get_args, get_origin, get_type_hints

from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.schedule import as_plain
from foundation.canonical import refuse_half_characters

FORMAT = "supplier-assurance-schedule/1"
Writer = Callable[[Any], str]
Reader = Callable[[Any], Any]


class NotASchedule(ValueError):
    """Something else than an issued schedule was kept, or one of another format."""


def as_kept(schedule: Schedule) -> dict[str, Any]:
    """Return the schedule as plain values for canonical JSON."""
    return {"format": FORMAT, "schedule": as_plain(schedule)}


def as_text(schedule: Schedule) -> str:
    """Return the canonical JSON of ``as_kept``: what is sealed when an issue is asked for.

    Raises NotCanonical for half a character.
    """
    text = _written(schedule)
    refuse_half_characters(text)
    return text


def sha256_of(schedule: Schedule) -> str:
    """Return the hash of the canonical JSON of ``as_kept``.

    Without refusing half a character: a document shows it as replaced.
    """
    return hashlib.sha256(_written(schedule).encode("utf-8", "surrogatepass")).hexdigest()


def _written(schedule: Schedule) -> str:
    """Return the canonical JSON of ``as_kept``, half characters and all.

    Written in one pass by the types of the fields, since every document names its hash.
    """
    return f'{{"format":{in_json(FORMAT)},"schedule":{_writer(Schedule)(schedule)}}}'


@cache
def _writer(kind: Any) -> Writer:
    """Return what writes a value of the type that a field of a schedule has as canonical JSON."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _part_writer(kind)
    if get_origin(kind) is tuple:
        item = _writer(get_args(kind)[0])
        return lambda value: f"[{','.join(map(item, value))}]"
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = map(_writer, _not_none(kind))
        return lambda value: "null" if value is None else inner(value)
    if kind is date:
        return lambda value: f'"{value.isoformat()}"'
    if kind is int:
        return repr
    return in_json if issubclass(kind, str) else json.dumps


def _part_writer(kind: type) -> Writer:
    hints = sorted(_fields(kind).items())
    form = f"{{{','.join(f'{in_json(name)}:%s' for name, _ in hints)}}}"
    # The name that comes twice keeps the values of a single field a tuple.
    values = attrgetter(*(name for name, _ in hints), hints[0][0])
    writers = [_writer(hint) for _, hint in hints]
    return lambda part: form % tuple(map(call, writers, values(part)))


def read_kept(kept: Mapping[str, Any]) -> Schedule:
    """Return a schedule from what was kept; what came into schedules since is as if empty.

    Raises NotASchedule.
    """
    try:
        if kept["format"] != FORMAT:
            raise NotASchedule(f"Not a schedule of this format: {kept['format']}")
        found: Schedule = _schedule_reader()(kept["schedule"])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise NotASchedule(f"Something of a schedule is missing: {wrong}") from wrong
    return found


@cache
def _schedule_reader() -> Reader:
    return _part_reader(Schedule)


@cache
def _fields(wanted: type) -> Mapping[str, Any]:
    hints = get_type_hints(wanted)
    return {field.name: hints[field.name] for field in dataclasses.fields(wanted)}


def _not_none(optional: Any) -> tuple[Any, ...]:
    return tuple(one for one in get_args(optional) if one is not type(None))


@cache
def _reader(kind: Any) -> Reader | None:
    """Return what reads a value from JSON as the type that a field of a schedule has.

    None for what is in JSON as it is in a schedule. Looked at once for each type, since a schedule
    has thousands of parts.
    """
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _part_reader(kind)
    if get_origin(kind) is tuple:
        item = _reader(get_args(kind)[0])
        return tuple if item is None else lambda value: tuple(map(item, value))
    if get_origin(kind) in (Union, types.UnionType):
        inner = _reader(_not_none(kind)[0])
        return inner and (lambda value: None if value is None else inner(value))
    if kind is date:
        return date.fromisoformat
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else None


def _part_reader(kind: type) -> Reader:
    readers = {name: _reader(hint) for name, hint in _fields(kind).items()}

    def read(value: Any) -> Any:
        return kind(
            **{
                name: value[name] if reader is None else reader(value[name])
                for name, reader in readers.items()
                if name in value
            }
        )

    return read
