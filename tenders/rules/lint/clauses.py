"""Conditions of later stations, found in the plain form of what they freeze with a tender."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.rules.conditions.grammar import Condition, ConditionError, read_condition


@dataclass(frozen=True)
class Wanted:
    """Something that waits for answers, such as ‘clause C07 Security certification’."""

    title: str
    when: Condition


def conditions_in(library: Any) -> tuple[Wanted, ...]:
    """Return when each clause of a library is included; one that cannot be read is left out."""
    clauses = library.get("clauses", ()) if isinstance(library, Mapping) else ()
    return tuple(_conditions(clauses))


def _conditions(clauses: Any) -> Iterator[Wanted]:
    for clause in clauses:
        raw = _without_words(clause.get("included_when"))
        if raw is None:
            continue
        try:
            condition = read_condition(raw, clause["id"])
        except ConditionError:
            continue
        yield Wanted(f"clause {clause['id']} {clause['title']}", condition)


def _without_words(value: Any) -> Any:
    """Return a condition without the words that say of each part of it why it holds."""
    if isinstance(value, Mapping):
        return {key: _without_words(entry) for key, entry in value.items() if key != "says"}
    if isinstance(value, list | tuple):
        return [_without_words(entry) for entry in value]
    return value
