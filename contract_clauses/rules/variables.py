"""Fill a clause's variables: from answers, tender facts, defaults, or what an officer entered.

Every value says where it came from. A value worse than the authority's minimum gives way to the
minimum, and a deviation is raised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contract_clauses.rules.library import ClauseTopic, Minimum, Source, Variable
from contract_clauses.rules.values import Item, in_words, items_of
from question_bank.rules.conditions.readings import answer_to, rows_of
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Asked

WITHIN = "within"


class SourceKind(StrEnum):
    ANSWER = "answer"
    FACT = "tender fact"
    DEFAULT = "authority default"
    OFFICER = "officer"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class OfficerValue:
    """A value an officer entered, as stored, with the reason."""

    value: Any
    reason: str
    by: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where a bid, or an officer, falls short of the authority's minimum.

    ``stands`` says whether the value given was printed all the same: an officer's is, a bid's
    is replaced by the minimum.
    """

    clause: str
    variable: str
    label: str
    says: str
    given: str
    minimum: str
    source: str
    stands: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A variable with its value in words; an empty one is a bracket to be filled."""

    clause: str
    name: str
    label: str
    words: str
    source: SourceKind
    # The part, tender fact or variable the value was taken from.
    source_id: str = ""
    source_words: str = ""
    deviation: Deviation | None = None

    @property
    def is_empty(self) -> bool:
        return self.source is SourceKind.EMPTY


def fill_variables(
    topic: ClauseTopic,
    situation: Situation,
    officer_values: Mapping[tuple[str, str], OfficerValue] | None = None,
) -> Mapping[str, Filled]:
    """Return every variable of the topic, filled from the first source that has a value.

    What an officer entered comes before all of them.
    """
    entered = officer_values or {}
    return {
        name: fill(topic.id, variable, situation, entered.get((topic.id, name)))
        for name, variable in topic.variables.items()
    }


def fill(
    clause: str, variable: Variable, situation: Situation, officer: OfficerValue | None
) -> Filled:
    if officer is not None:
        items = items_of(variable.kind, None, officer.value)
        if items:
            by = f" by {officer.by}" if officer.by else ""
            words = f"Entered{by}: {officer.reason}"
            found = _Found(items, SourceKind.OFFICER, variable.name, words)
            return _against_minimum(clause, variable, found, situation)
    for source in variable.sources:
        taken = _taken(variable, source, situation)
        if taken is not None:
            return _against_minimum(clause, variable, taken, situation)
    return Filled(clause, variable.name, variable.label, f"[{variable.label}]", SourceKind.EMPTY)


@dataclass(frozen=True, slots=True)
class _Found:
    items: tuple[Item, ...]
    source: SourceKind
    source_id: str
    words: str


def _taken(variable: Variable, source: Source, situation: Situation) -> _Found | None:
    found = _from_part if source.part else _from_fact if source.fact else _from_default
    return found(variable, source, situation)


def _from_part(variable: Variable, source: Source, situation: Situation) -> _Found | None:
    part = situation.parts.get(source.part)
    if part is None:
        return None
    asked: Asked | None = part
    value = answer_to(situation, source.part)
    where = f"{source.part} ({part.label})"
    if source.column:
        asked = part.schema.column(source.column) if part.schema else None
        value = _cells(source, situation)
        where = f"{source.part} ({asked.label if asked else source.column}, each row)"
    if asked is None or is_empty(value):
        return None
    items = items_of(variable.kind, asked, value, source.leaving_out)
    return _Found(items, SourceKind.ANSWER, source.part, f"Answer {where}") if items else None


def _cells(source: Source, situation: Situation) -> list[Any]:
    cells = [row.get(source.column) for row in rows_of(situation, source.part) or []]
    return [
        entry
        for cell in cells
        if not is_empty(cell)
        for entry in (cell if isinstance(cell, list) else [cell])
    ]


def _from_fact(variable: Variable, source: Source, situation: Situation) -> _Found | None:
    items = _fact_items(variable, source.fact, situation)
    if not items:
        return None
    label = situation.fact_specs[source.fact].label
    return _Found(items, SourceKind.FACT, source.fact, f"Tender fact: {label.lower()}")


def _fact_items(variable: Variable, fact: str, situation: Situation) -> tuple[Item, ...]:
    spec, value = situation.fact_specs.get(fact), situation.facts.get(fact)
    if spec is None or is_empty(value):
        return ()
    return items_of(variable.kind, spec, value)


def _from_default(variable: Variable, source: Source, _situation: Situation) -> _Found | None:
    items = items_of(variable.kind, None, source.default)
    return _Found(items, SourceKind.DEFAULT, "", "The authority's default") if items else None


def _against_minimum(
    clause: str, variable: Variable, found: _Found, situation: Situation
) -> Filled:
    limit = _limit(variable, situation)
    filled = Filled(
        clause,
        variable.name,
        variable.label,
        in_words(variable.kind, found.items),
        found.source,
        found.source_id,
        found.words,
    )
    minimum = variable.minimum
    if minimum is None or not limit or not _is_worse(minimum, found.items, limit):
        return filled
    stands = found.source is SourceKind.OFFICER
    least = in_words(variable.kind, _accepted(minimum, found.items, limit))
    deviation = Deviation(
        clause,
        variable.name,
        variable.label,
        minimum.deviation,
        filled.words,
        least,
        found.words,
        stands,
    )
    return Filled(
        clause,
        variable.name,
        variable.label,
        filled.words if stands else least,
        found.source,
        found.source_id,
        found.words
        if stands
        else f"The authority's minimum, in place of {filled.words} ({found.words})",
        deviation,
    )


def _limit(variable: Variable, situation: Situation) -> tuple[Item, ...]:
    """Return the minimum as items of the variable's kind; none if there is none, or not known."""
    if variable.minimum is None:
        return ()
    value = variable.minimum.value
    if isinstance(value, str) and value.startswith("tender."):
        return _fact_items(variable, value.removeprefix("tender."), situation)
    return items_of(variable.kind, None, value)


def _accepted(
    minimum: Minimum, items: tuple[Item, ...], limit: tuple[Item, ...]
) -> tuple[Item, ...]:
    """Return what is printed instead: the limit, or what of a list lies within it."""
    if minimum.operator == WITHIN:
        return tuple(item for item in items if item in limit) or limit
    return limit[:1]


def _is_worse(minimum: Minimum, items: tuple[Item, ...], limit: tuple[Item, ...]) -> bool:
    """Return whether the worst of the items lies beyond the limit; unlike kinds never do."""
    if minimum.operator == WITHIN:
        return not set(items) <= set(limit)
    try:
        if minimum.operator == "at_most":
            return bool(max(items) > limit[0])  # type: ignore[operator]
        return bool(min(items) < limit[0])  # type: ignore[operator]
    except TypeError:
        return False
