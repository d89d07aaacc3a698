"""Whether one value can meet several comparisons at once, tried on the values that could tell.

The values tried are those the comparisons name and their nearest neighbours, or every option: if
none of them fits, none does. A comparison with a tender fact is taken to be met.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

from question_bank.rules.conditions.operators import holds
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds import rules_for
from question_bank.rules.kinds.amounts import as_date, as_decimal, plain
from question_bank.rules.questions import COMMITMENT_ANSWERS, Asked, Kind

# An operator, what it compares with, and whether it must hold or must not.
Comparison = tuple[str, Any, bool]
NOBODY = Situation(parts={}, answers={})
SOMETHING_ELSE = "something else"
# Beyond so many options there are too many choices of several to try each.
MOST_OPTIONS = 10


def some_value_fits(asked: Asked, comparisons: Sequence[Comparison]) -> bool:
    """Return whether an answer to ``asked`` could meet all comparisons."""
    told = [entry for entry in comparisons if _is_told(entry)]
    if not told:
        return True
    literals = [value for _, values, _ in told for value in _listed(values)]
    return any(
        all(_fits(asked.kind, value, comparison) for comparison in told)
        for value in _candidates(asked, literals)
    )


def _is_told(comparison: Comparison) -> bool:
    operator, value, _ = comparison
    if operator == "older_than":
        return False
    return not any(str(entry).startswith("tender.") for entry in _listed(value))


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, tuple | list) else [value]


def _fits(kind: Kind, value: Any, comparison: Comparison) -> bool:
    operator, wanted, must = comparison
    found = holds(kind, value, operator, wanted, NOBODY)
    return found is None or found is must


def _candidates(asked: Asked, literals: list[Any]) -> Iterable[Any]:
    kind = asked.kind
    if kind is Kind.COMMITMENT:
        return [{"answer": answer} for answer in COMMITMENT_ANSWERS]
    if kind is Kind.CHOICE:
        return [option.value for option in asked.options]
    if kind is Kind.CHOICES:
        return _selections(asked, literals)
    if kind in (Kind.NUMBER, Kind.MONEY):
        return _numbers(asked, literals)
    if kind is Kind.DURATION:
        return _durations(literals)
    if kind is Kind.DATE:
        return _days(literals)
    if kind in (Kind.COUNTRIES, Kind.LINES):
        return [list(found) for found in _subsets([*map(str, literals), SOMETHING_ELSE])]
    return [*map(str, literals), SOMETHING_ELSE]


def _selections(asked: Asked, literals: list[Any]) -> Iterator[list[str]]:
    """Yield what could be chosen: every mixture of the options named, and one that is not."""
    offered = [option.value for option in asked.options]
    named = [value for value in offered if value in literals]
    others = [value for value in offered if value not in literals][:1]
    yield from (list(found) for found in _subsets([*named, *others]))


def _subsets(values: Sequence[str]) -> Iterator[tuple[str, ...]]:
    distinct = list(dict.fromkeys(values))[:MOST_OPTIONS]
    for size in range(1, len(distinct) + 1):
        yield from combinations(distinct, size)


def _numbers(asked: Asked, literals: list[Any]) -> Iterator[str]:
    step = Decimal(1).scaleb(-asked.decimals)
    known = [number for number in map(as_decimal, literals) if number is not None]
    bounds = [bound for bound in (asked.at_least, asked.at_most) if bound is not None]
    for number in {near for one in (*known, *bounds) for near in (one - step, one, one + step)}:
        near = number.quantize(step)
        for possible in (near, near + step):
            if asked.at_least is not None and possible < asked.at_least:
                continue
            if asked.at_most is not None and possible > asked.at_most:
                continue
            yield plain(possible)


def _durations(literals: list[Any]) -> Iterator[str]:
    for literal in literals:
        text = f"{literal}h" if str(literal).isdigit() else str(literal)
        minutes = rules_for(Kind.DURATION).comparable(text)
        if isinstance(minutes, int):
            yield from (f"{near}min" for near in (minutes - 1, minutes, minutes + 1) if near >= 0)


def _days(literals: list[Any]) -> Iterator[str]:
    for day in filter(None, map(as_date, literals)):
        for near in (-1, 0, 1):
            yield (date.fromordinal(day.toordinal()) + timedelta(days=near)).isoformat()
