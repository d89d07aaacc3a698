"""How a stored value stands to another: the operators of conditions. None means unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import Kind


def holds(kind: Kind, left: Any, operator: str, right: Any, situation: Situation) -> bool | None:
    """Return whether ``left``, a value of ``kind``, stands so to ``right``; None: unknown."""
    if is_empty(left):
        return None
    known = rules_for(kind).comparable(left)
    if known is None:
        return None
    if operator == "older_than":
        return _older_than(known, right, situation)
    wanted = _resolved(right, situation)
    if wanted is None:
        return None
    try:
        return OPERATIONS[operator](known, wanted, kind)
    except (TypeError, ValueError):
        return None


def _resolved(value: Any, situation: Situation) -> Any:
    """Return a literal, or the tender fact that ``tender.<fact>`` names; None when missing."""
    if isinstance(value, str) and value.startswith("tender."):
        found = situation.facts.get(value.removeprefix("tender."))
        return None if is_empty(found) else found
    return value


def _size(value: Any, kind: Kind) -> Decimal | int:
    """Return a number, or minutes; a bare number beside a duration means hours."""
    text = str(value)
    if kind is Kind.DURATION and text.isdigit():
        text += "h"
    known = rules_for(kind).comparable(text)
    if known is None or not isinstance(known, Decimal | int):
        raise ValueError(value)
    return known


def _day(value: Any) -> date:
    day = as_date(value)
    if day is None:
        raise ValueError(value)
    return day


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def _same(left: Any, right: Any, kind: Kind) -> bool:
    if isinstance(left, Decimal | int):
        return left == _size(right, kind)
    return _text(left) == _text(right)


def _among(left: Any, right: Any, _kind: Kind) -> bool:
    values = right if isinstance(right, list | tuple | frozenset | set) else [right]
    return _text(left) in {_text(value) for value in values}


def _chosen(left: Any) -> frozenset[str]:
    if not isinstance(left, frozenset):
        raise ValueError(left)
    return left


def _list(right: Any) -> frozenset[str]:
    return frozenset(right if isinstance(right, list | tuple | frozenset | set) else [right])


def _was_chosen(left: Any, right: Any, _kind: Kind) -> bool:
    """Whether an option was chosen, alone or among several: what an option's own outcome asks."""
    return right in left if isinstance(left, frozenset) else bool(left == right)


OPERATIONS: Mapping[str, Callable[[Any, Any, Kind], bool]] = {
    "chosen": _was_chosen,
    "is": _same,
    "is_not": lambda left, right, kind: not _same(left, right, kind),
    "in": _among,
    "not_in": lambda left, right, kind: not _among(left, right, kind),
    "has": lambda left, right, _kind: _list(right) <= _chosen(left),
    "has_any": lambda left, right, _kind: bool(_list(right) & _chosen(left)),
    "lacks": lambda left, right, _kind: right not in _chosen(left),
    "lacks_any": lambda left, right, _kind: bool(_list(right) - _chosen(left)),
    "more_than": lambda left, right, kind: left > _size(right, kind),
    "less_than": lambda left, right, kind: left < _size(right, kind),
    "at_least": lambda left, right, kind: left >= _size(right, kind),
    "at_most": lambda left, right, kind: left <= _size(right, kind),
    "before": lambda left, right, _kind: _day(left) < _day(right),
    "after": lambda left, right, _kind: _day(left) > _day(right),
}


def _older_than(known: Any, right: Any, situation: Situation) -> bool | None:
    """Return whether a date lies more than so many months before another."""
    reference = _resolved(right.get("before"), situation) if isinstance(right, Mapping) else None
    try:
        return _day(known) < months_before(_day(reference), int(right["months"]))
    except (ValueError, KeyError, TypeError):
        return None


def months_before(day: date, months: int) -> date:
    """Return the same day of the month that many months earlier, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for length in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, length)
        except ValueError:
            continue
    raise ValueError(day)
