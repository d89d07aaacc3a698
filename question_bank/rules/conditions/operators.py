"""How a stored value stands to another: the operators of conditions. None means unknown."""

from __future__ import annotations

import operator as operator_module
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import Kind

Test = Callable[[Any, Kind, Situation], bool | None]
UNREAD: Any = object()


def holds(kind: Kind, left: Any, operator: str, right: Any, situation: Situation) -> bool | None:
    """Return whether ``left``, a value of ``kind``, stands so to ``right``; None: unknown."""
    if is_empty(left):
        return None
    known = rules_for(kind).comparable(left)
    return None if known is None else tester(operator, right)(known, kind, situation)


def tester(operator: str, right: Any) -> Test:
    """Return what says whether a known value stands so to ``right``: made once, asked often."""
    if operator == "older_than":
        return _older_than(right)
    if operator in MEASURED:
        return _measured(operator, right)
    return _of_fact(operator, right) if _names_a_fact(right) else _of_value(operator, right)


def _of_value(operator: str, right: Any) -> Test:
    if operator in NEGATED:
        return _negated(_of_value(NEGATED[operator], right))
    if operator in QUICK:
        return QUICK[operator](right)
    compare = OPERATIONS[operator]

    def test(known: Any, kind: Kind, _situation: Situation) -> bool | None:
        try:
            return compare(known, right, kind)
        except (TypeError, ValueError):
            return None

    return test


def _of_fact(operator: str, right: str) -> Test:
    """Compare with a tender fact, which is looked up and made ready once for a bid."""
    key = ("compared", operator, right)

    def test(known: Any, kind: Kind, situation: Situation) -> bool | None:
        made: Test | None = situation.memo.get(key)
        if made is None:
            wanted = _resolved(right, situation)
            made = _not_known if wanted is None else _of_value(operator, wanted)
            situation.memo[key] = made
        return made(known, kind, situation)

    return test


def _not_known(_known: Any, _kind: Kind, _situation: Situation) -> None:
    return None


def _negated(inner: Test) -> Test:
    def test(known: Any, kind: Kind, situation: Situation) -> bool | None:
        found = inner(known, kind, situation)
        return None if found is None else not found

    return test


def _names_a_fact(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("tender.")


def _quick_same(right: Any) -> Test:
    text = _text(right)

    def test(known: Any, kind: Kind, _situation: Situation) -> bool | None:
        if type(known) is str:
            return bool(known == text)
        try:
            return _same(known, right, kind)
        except (TypeError, ValueError):
            return None

    return test


def _measured(operator: str, right: Any) -> Test:
    """Compare with a size or a day, which is worked out once for a bid and each kind of value."""
    compare = MEASURED[operator]
    in_days = operator in ("before", "after")

    def test(known: Any, kind: Kind, situation: Situation) -> bool | None:
        key = ("measure", right, Kind.DATE if in_days else kind)
        limit = situation.memo.get(key, UNREAD)
        if limit is UNREAD:
            limit = situation.memo[key] = _measure(_resolved(right, situation), kind, in_days)
        try:
            left = _day(known) if in_days else known
            return None if limit is None else bool(compare(left, limit))
        except (TypeError, ValueError):
            return None

    return test


def _measure(wanted: Any, kind: Kind, in_days: bool) -> Any:
    try:
        return None if wanted is None else _day(wanted) if in_days else _size(wanted, kind)
    except (TypeError, ValueError):
        return None


def _quick_among(right: Any) -> Test:
    values = right if isinstance(right, list | tuple | frozenset | set) else [right]
    texts = {_text(value) for value in values}
    return lambda known, _kind, _situation: _text(known) in texts


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
    "has": lambda left, right, _kind: _list(right) <= _chosen(left),
    "has_any": lambda left, right, _kind: bool(_list(right) & _chosen(left)),
    "lacks": lambda left, right, _kind: right not in _chosen(left),
    "lacks_any": lambda left, right, _kind: bool(_list(right) - _chosen(left)),
}


def _older_than(right: Any) -> Test:
    """Whether a date lies more than so many months before another."""
    before = right.get("before") if isinstance(right, Mapping) else None
    months = right.get("months") if isinstance(right, Mapping) else None
    key = ("older_than", months, before)

    def test(known: Any, _kind: Kind, situation: Situation) -> bool | None:
        limit = situation.memo.get(key, UNREAD)
        if limit is UNREAD:
            limit = situation.memo[key] = _limit(months, _resolved(before, situation))
        day = as_date(known)
        return None if limit is None or day is None else bool(day < limit)

    return test


def _limit(months: Any, reference: Any) -> date | None:
    try:
        return months_before(_day(reference), int(months))
    except (ValueError, TypeError):
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


# Operators whose other side is made ready once.
QUICK: Mapping[str, Callable[[Any], Test]] = {"is": _quick_same, "in": _quick_among}
NEGATED: Mapping[str, str] = {"is_not": "is", "not_in": "in"}
MEASURED: Mapping[str, Callable[[Any, Any], Any]] = {
    "more_than": operator_module.gt,
    "less_than": operator_module.lt,
    "at_least": operator_module.ge,
    "at_most": operator_module.le,
    "before": operator_module.lt,
    "after": operator_module.gt,
}
