"""What each operator of a condition may be compared with, refused with a remedy when it is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

TEXT_OPERATORS = ("is", "is_not", "in", "not_in")
LIST_OPERATORS = ("has", "has_any", "lacks", "lacks_any")
SIZE_OPERATORS = ("more_than", "less_than", "at_least", "at_most")
DATE_OPERATORS = ("before", "after", "older_than")
OPERATORS = (*TEXT_OPERATORS, *LIST_OPERATORS, *SIZE_OPERATORS, *DATE_OPERATORS)

# A plain number: beyond this no figure in a tender means anything.
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FACT = "tender."

# Numbers of things: rows, marks, percent. And what each operator is compared with.
COUNTED = ("rows", "mark", "coverage")
TAKE_ONE = ("is", "is_not", "lacks", *SIZE_OPERATORS, "before", "after")
TAKE_A_LIST = ("in", "not_in", "lacks_any")


class ConditionError(ValueError):
    """A condition is not well formed; the message says what was found and what to write."""


def only(entry: Mapping[str, Any], allowed: tuple[str, ...], place: str) -> None:
    for key in entry:
        if key not in allowed:
            raise ConditionError(f"{place}: ‘{key}’ cannot stand here{advice(str(key), allowed)}")


def advice(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"; did you mean ‘{near[0]}’?" if near else ""


def is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def refuse_no_count(node: str, operator: str, value: Any, place: str) -> None:
    if operator not in SIZE_OPERATORS:
        known = ", ".join(SIZE_OPERATORS)
        raise ConditionError(f"{place}: ‘{node}’ is counted: compare it with one of {known}")
    if isinstance(value, bool) or not (is_fact(value) or NUMBER.fullmatch(str(value))):
        raise ConditionError(f"{place}: ‘{operator}’ needs a number here, not {value!r}")


def is_fact(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(FACT)


def compared_with(operator: str, value: Any, place: str) -> Any:
    """Return what is compared with, in the shape its operator takes."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, bool):
            raise ConditionError(f'{place}: write "yes" or "no" in quotes, not {item}')
    if operator == "older_than":
        return _months_before(value, place)
    if operator in TAKE_ONE and not _is_plain(value):
        remedy = "; for a list there is ‘lacks_any’" if operator == "lacks" else ""
        raise ConditionError(f"{place}: ‘{operator}’ takes one value{remedy}")
    if operator in TAKE_A_LIST and not (_is_plain_list(value) or is_fact(value)):
        raise ConditionError(f"{place}: ‘{operator}’ takes a list, or a tender fact")
    if not (_is_plain(value) or _is_plain_list(value)):
        raise ConditionError(f"{place}: ‘{operator}’ takes a value or a list of values")
    return tuple(value) if isinstance(value, list) else value


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and str(value).strip() != ""


def _is_plain_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_plain, value))


def _months_before(value: Any, place: str) -> Any:
    at = f"{place}, older_than"
    if not isinstance(value, Mapping):
        raise ConditionError(f"{at}: write {{months: 12, before: tender.closes_at}}")
    only(value, ("months", "before"), at)
    months, before = value.get("months"), value.get("before")
    if isinstance(months, bool) or not isinstance(months, int) or not 0 <= months <= 1200:
        raise ConditionError(f"{at}: ‘months’ is a whole number, at most 1200")
    if not is_fact(before) and not DAY.fullmatch(str(before)):
        raise ConditionError(f"{at}: ‘before’ is a tender fact or a date, such as 2026-03-27")
    return value
