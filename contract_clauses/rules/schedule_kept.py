"""An issued schedule as it is kept, and read again years later, whatever the library says then."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.schedule import as_plain

FORMAT = "supplier-assurance-schedule/1"


class NotASchedule(ValueError):
    """Something else than an issued schedule was kept, or one of another format."""


def as_kept(schedule: Schedule) -> dict[str, Any]:
    """Return the schedule as plain values for canonical JSON."""
    return {"format": FORMAT, "schedule": as_plain(schedule)}


def read_kept(kept: Mapping[str, Any]) -> Schedule:
    """Return a schedule from what was kept; what came into schedules since is as if empty.

    Raises NotASchedule.
    """
    try:
        if kept["format"] != FORMAT:
            raise NotASchedule(f"Not a schedule of this format: {kept['format']}")
        found: Schedule = _read(Schedule, kept["schedule"])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise NotASchedule(f"Something of a schedule is missing: {wrong}") from wrong
    return found


@cache
def _fields(wanted: type) -> Mapping[str, Any]:
    hints = get_type_hints(wanted)
    return {field.name: hints[field.name] for field in dataclasses.fields(wanted)}


def _read(wanted: Any, value: Any) -> Any:
    """Return ``value``, read from JSON, as the type that a field of a schedule has."""
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        known = {name: hint for name, hint in _fields(wanted).items() if name in value}
        return wanted(**{name: _read(hint, value[name]) for name, hint in known.items()})
    if get_origin(wanted) is tuple:
        return tuple(_read(get_args(wanted)[0], item) for item in value)
    if get_origin(wanted) in (Union, types.UnionType):
        (inner,) = (one for one in get_args(wanted) if one is not type(None))
        return None if value is None else _read(inner, value)
    if wanted is date:
        return date.fromisoformat(value)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted(value)
    return value
