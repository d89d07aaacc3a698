"""Names in one list and another: who is absent, and how much of a list another covers.

Case, spaces, punctuation and ‘Ltd’ and its like are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.readings import answer_to, rows_of
from question_bank.rules.conditions.verdict import Situation

SIGNS = re.compile(r"[\W_]+")
COMPANY_ENDINGS = re.compile(r"\b(ltd|limited|plc|llp|inc|gmbh|uk|group)\b\.?")


class Named(NamedTuple):
    """A name as it is written in an answer, and as it is compared."""

    part: str
    name: str
    plain: str


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """Return a name for comparing: case, spaces, punctuation and ‘Ltd’ and its like ignored."""
    return SIGNS.sub("", COMPANY_ENDINGS.sub(" ", name.casefold()))


def absent(condition: Condition, situation: Situation) -> bool | None:
    """True when some name of the first lists is in none of the second.

    A second list that was not asked because of another answer, or was optional and is empty, names
    nobody; one still to be answered may name anybody, so nothing is absent from it yet, and so may
    one that the questionnaire leaves out. Where none of the second lists was asked, nothing can be
    said.
    """
    if not _any_asked(situation, condition.subject) or not _any_asked(situation, condition.value):
        return None
    if not who_is_absent(condition, situation):
        return None if _any_pending(situation, condition.subject) else False
    return None if _any_pending(situation, condition.value) else True


def who_is_absent(condition: Condition, situation: Situation) -> list[Named]:
    """Return the names of the first lists that are in none of the second: looked up once a bid."""
    key = ("absent", _lists(condition.subject), _lists(condition.value))
    found: list[Named] | None = situation.memo.get(key)
    if found is None:
        listed = {named.plain for named in _names(situation, condition.value)}
        first = _names(situation, condition.subject)
        found = [named for named in first if named.name and named.plain not in listed]
        situation.memo[key] = found
    return found


def _lists(items: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str | None], ...]:
    return tuple([(item["part"], item.get("column")) for item in items])


def covered(condition: Condition, situation: Situation) -> Decimal | None:
    """Return how many of the first list's names the second has, in percent (0 to 100, exact)."""
    counts = coverage_counts(condition, situation)
    if counts is None:
        return None
    have, wanted = counts
    return (Decimal(100) * have / wanted).quantize(Decimal("0.01"))


def coverage_counts(condition: Condition, situation: Situation) -> tuple[int, int] | None:
    """Return how many names the second list has of how many in the first; None: not known."""
    of, by = condition.subject["of"], condition.subject["by"]
    key = ("coverage", of["part"], of["column"], by["part"], by["column"])
    if key not in situation.memo:
        situation.memo[key] = _counted(situation, of, by)
    found: tuple[int, int] | None = situation.memo[key]
    return found


def _counted(
    situation: Situation, of: Mapping[str, Any], by: Mapping[str, Any]
) -> tuple[int, int] | None:
    wanted = {named.plain for named in _names(situation, [of])} - {""}
    if _unread(situation, of) or _unread(situation, by) or not wanted:
        return None
    return len(wanted & {named.plain for named in _names(situation, [by])}), len(wanted)


def _any_asked(situation: Situation, items: Iterable[Mapping[str, Any]]) -> bool:
    return any(item["part"] in situation.parts for item in items)


def _any_pending(situation: Situation, items: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a list must be answered and is not readable yet, or is not asked of anybody."""
    return any(
        situation.leaves_out(item["part"])
        or (
            item["part"] in situation.parts
            and situation.parts[item["part"]].required
            and _unread(situation, item)
        )
        for item in items
    )


def _unread(situation: Situation, item: Mapping[str, Any]) -> bool:
    return _rows_named(situation, item) is None


def _rows_named(situation: Situation, item: Mapping[str, Any]) -> list[Any] | None:
    """Return where an item's names stand: the rows of a table, one record, or the answer itself."""
    part_id = item["part"]
    value = answer_to(situation, part_id)
    if isinstance(value, Mapping) or not item.get("column"):
        return None if value is None else [value]
    return rows_of(situation, part_id)


def _names(situation: Situation, items: Iterable[Mapping[str, Any]]) -> list[Named]:
    found: list[Named] = []
    for item in items:
        part_id, column = item["part"], item.get("column")
        if part_id not in situation.parts:
            continue
        key = ("names", part_id, column)
        if key not in situation.memo:
            situation.memo[key] = [
                Named(part_id, name, plain_name(name))
                for row in _rows_named(situation, item) or []
                if isinstance(name := row.get(column) if isinstance(row, Mapping) else row, str)
            ]
        found += situation.memo[key]
    return found
