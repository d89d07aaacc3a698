"""Fill a clause's variables: from answers, tender facts, defaults, or what an officer entered.

Every value says where it came from. A value worse than the authority's minimum gives way to the
minimum, and a deviation is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from contract_clauses.rules.deviation_words import minimum_in_words, with_unit
from contract_clauses.rules.library import ClauseTopic, Minimum, Source, Variable
from contract_clauses.rules.values import Item, in_words, items_of
from foundation.canonical import canonical_json, sha256_hex
from question_bank.rules.conditions.readings import answer_to, rows_of
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Asked

WITHIN = "within"
ENTERED = "Entered by the Council."


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
class Accepted(OfficerValue):
    """A bid's own value, accepted although it is worse than the minimum.

    ``about`` is the fingerprint of the deviation that was accepted: another one is not.
    """

    about: str = ""


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where a bid, or an officer, falls short of the authority's minimum.

    ``stands`` says whether the value given was printed all the same: an officer's is, a bid's
    is replaced by the minimum unless somebody accepted it.
    """

    clause: str
    variable: str
    label: str
    says: str
    given: str
    minimum: str
    source: str
    stands: bool = False

    @property
    def given_in_words(self) -> str:
        return with_unit(self.given, self.label)

    @property
    def minimum_in_words(self) -> str:
        """Return the limit with its unit and its side: "at most 24 hours"."""
        return minimum_in_words(self.given, self.minimum, self.label)

    @property
    def about(self) -> str:
        """Return what tells this deviation from one with another value or another minimum."""
        return sha256_hex(canonical_json([self.clause, self.variable, self.given, self.minimum]))


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
    def printed_source(self) -> str:
        """Return where the value is from, as the contract says it: of a person neither who nor
        why."""
        if self.is_empty:
            return "No source has a value"
        return ENTERED if self.source is SourceKind.OFFICER else self.source_words

    @property
    def is_empty(self) -> bool:
        return self.source is SourceKind.EMPTY


def fill_variables(
    topic: ClauseTopic,
    situation: Situation,
    officer_values: Mapping[tuple[str, str], OfficerValue] | None = None,
    names: Iterable[str] | None = None,
) -> Mapping[str, Filled]:
    """Return the variables of the topic, filled from the first source that has a value.

    What an officer entered comes before all of them. ``names``: only those, in that order; what
    is no variable of the topic is left out.
    """
    entered = officer_values or {}
    return {
        name: fill(topic.id, topic.variables[name], situation, entered.get((topic.id, name)))
        for name in (topic.variables if names is None else names)
        if name in topic.variables
    }


def fill(
    clause: str, variable: Variable, situation: Situation, officer: OfficerValue | None
) -> Filled:
    accepted = officer if isinstance(officer, Accepted) else None
    if officer is not None and accepted is None:
        items = items_of(variable.kind, None, officer.value)
        if items:
            by = f" by {officer.by}" if officer.by else ""
            words = f"Entered{by}: {officer.reason}"
            found = _Found(items, SourceKind.OFFICER, variable.name, words)
            return _against_minimum(clause, variable, found, situation)
    for source in variable.sources:
        taken = _taken(variable, source, situation)
        if taken is not None:
            return _against_minimum(clause, variable, taken, situation, accepted)
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
    clause: str,
    variable: Variable,
    found: _Found,
    situation: Situation,
    accepted: Accepted | None = None,
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
    if minimum is None or not limit or not is_worse(minimum, found.items, limit):
        return filled
    least = in_words(variable.kind, _accepted(minimum, found.items, limit))
    raised = Deviation(
        clause,
        variable.name,
        variable.label,
        minimum.deviation,
        filled.words,
        least,
        found.words,
        found.source is SourceKind.OFFICER,
    )
    if raised.stands:
        return replace(filled, deviation=raised)
    if accepted is not None and accepted.about == raised.about:
        by = f" by {accepted.by}" if accepted.by else ""
        words = f"{found.words}; accepted{by} in place of {least}: {accepted.reason}"
        return replace(filled, source_words=words, deviation=replace(raised, stands=True))
    words = f"The authority's minimum, in place of {filled.words} ({found.words})"
    return replace(filled, words=least, source_words=words, deviation=raised)


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


def is_worse(minimum: Minimum, items: tuple[Item, ...], limit: tuple[Item, ...]) -> bool:
    """Return whether the worst of the items lies beyond the limit; unlike kinds never do."""
    if minimum.operator == WITHIN:
        return not set(items) <= set(limit)
    try:
        if minimum.operator == "at_most":
            return bool(max(items) > limit[0])  # type: ignore[operator]
        return bool(min(items) < limit[0])  # type: ignore[operator]
    except TypeError:
        return False
