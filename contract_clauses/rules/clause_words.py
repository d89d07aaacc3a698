"""A clause of a library in words, before there is any tender: when it comes in, where its values
come from, its sub-clauses in each depth, its obligations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_clauses.rules.draft_terms import ALWAYS, FACT, LIMITS, bracketed
from contract_clauses.rules.library import (
    ClauseTopic,
    Depth,
    Library,
    Minimum,
    Obligation,
    Source,
    SubClause,
    Variable,
)
from contract_clauses.rules.reading import read_variable
from contract_clauses.rules.values import in_words as figures_in_words
from contract_clauses.rules.values import items_of, with_unit
from contract_clauses.rules.wording import pieces
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.own.saying import Known, in_words, named_fact, named_part
from question_bank.rules.reading.plain import ContentError

TIMINGS: Mapping[str, str] = {
    "every_months": "every {} months",
    "before_and_every_months": "before Go-live and every {} months after that",
    "within_working_days": "within {} Working Days",
    "within_days": "within {} days",
    "within_months": "within {} months",
    "within_hours": "within {} hours",
    "working_days_before": "at least {} Working Days ahead",
    "days_before": "at least {} days ahead",
    "months_before": "at least {} months ahead",
    "before": "before Go-live",
    "on": "by {}",
}
OF: Mapping[str, str] = {
    "start": "from the start of the contract",
    "go-live": "from Go-live",
    "end": "from the end of the contract",
}


@dataclass(frozen=True, slots=True)
class PrintedSubClause:
    text: str
    items: tuple[str, ...]
    when: str
    obligation: str
    # The other depths in which it stands in the same words.
    also_in: tuple[Depth, ...]


@dataclass(frozen=True, slots=True)
class PrintedValue:
    label: str
    comes_from: str
    minimum: str
    deviation: str


def when_in_words(condition: Condition, known: Known) -> str:
    return ALWAYS if condition.node == "always" else in_words(condition, known)


def ways_in(topic: ClauseTopic, known: Known) -> Iterator[str]:
    """Yield each condition that alone brings the topic in, with what schedules say of it."""
    condition = topic.included_when
    members = condition.children if condition.node == "any" else (condition,)
    for number, member in enumerate(members):
        words = when_in_words(member, known).rstrip(".")
        says = topic.reasons[number].says if len(topic.reasons) == len(members) else ""
        yield f"{words[:1].upper()}{words[1:]}" + (f": {says}." if says else ".")


def sub_clauses(
    topic: ClauseTopic, depth: Depth, library: Library, known: Known
) -> tuple[PrintedSubClause, ...]:
    return tuple(
        _printed(
            topic.text[place],
            tuple(d for d, places in topic.depths.items() if place in places and d is not depth),
            topic,
            library,
            known,
        )
        for place in topic.places(depth)
    )


def _printed(
    entry: SubClause,
    also_in: tuple[Depth, ...],
    topic: ClauseTopic,
    library: Library,
    known: Known,
) -> PrintedSubClause:
    return PrintedSubClause(
        bracketed(entry.text, topic, library),
        tuple(bracketed(item, topic, library) for item in entry.items),
        when_in_words(entry.when, known) if entry.when else "",
        obligation_in_words(entry.obligation, topic) if entry.obligation else "",
        also_in,
    )


def definitions(topic: ClauseTopic, library: Library, depth: Depth) -> Mapping[str, str]:
    """Return the terms that what is printed in the depth needs, with their meanings."""
    printed = "\n".join(t for place in topic.places(depth) for t in topic.text[place].texts())
    used = {term for term in topic.defines if term in printed}
    # A meaning may need another term.
    for _ in topic.defines:
        meanings = " ".join(topic.defines[term] for term in used)
        used |= {term for term in topic.defines if term in meanings}
    elsewhere = "\n".join(t for sub_clause in topic.text for t in sub_clause.texts())
    return {
        term: bracketed(words, topic, library)
        for term, words in topic.defines.items()
        # What only other clauses use stands in every depth.
        if term in used or term not in elsewhere
    }


def obligation_in_words(obligation: Obligation, topic: ClauseTopic | None = None) -> str:
    """Return who does what by when, and what shows it; a value by its label where it has one."""
    at = str(obligation.at)
    variable = topic.variables.get(at) if topic else None
    timing = TIMINGS.get(obligation.timing, "as the clause states")
    timing = timing.format(f"[{variable.label}]" if variable else at)
    counted = f" {OF[obligation.of]}" if obligation.of in OF else ""
    if obligation.timing.endswith("_before"):
        counted = counted.replace(" from ", " of ")
    who = "Council" if obligation.who == "council" else "Supplier"
    return f"{who}: {obligation.what}, {timing}{counted}. Shown by: {obligation.evidence}."


def values(topic: ClauseTopic, known: Known, depth: Depth) -> tuple[PrintedValue, ...]:
    """Return the values that are printed, or that time an obligation, in the depth."""
    used = values_used(topic, depth)
    return tuple(_value(one, known) for name, one in topic.variables.items() if name in used)


def values_used(topic: ClauseTopic, depth: Depth) -> frozenset[str]:
    printed = [topic.text[place] for place in topic.places(depth)]
    texts = [text for entry in printed for text in entry.texts()] + [*topic.defines.values()]
    names = {token.name for text in texts for _, token in pieces(text) if token is not None}
    return frozenset(names | {str(one.obligation.at) for one in printed if one.obligation})


def _value(variable: Variable, known: Known) -> PrintedValue:
    comes_from = "; otherwise ".join(source_in_words(s, variable, known) for s in variable.sources)
    minimum = variable.minimum
    return PrintedValue(
        variable.label,
        comes_from or "entered by the council",
        minimum_in_words(minimum, variable, known) if minimum else "",
        minimum.deviation if minimum else "",
    )


def values_in_words(kept: Mapping[str, Any], known: Known) -> dict[str, PrintedValue]:
    """Return each value an own clause keeps, in words, though the clause be no whole one yet."""
    return {name: _kept_in_words(name, value, known) for name, value in kept.items()}


def _kept_in_words(name: str, value: Mapping[str, Any], known: Known) -> PrintedValue:
    try:
        return _value(read_variable(name, value, name), known)
    except ContentError:
        return PrintedValue(str(value.get("label", "")), "", "", "")


def source_in_words(source: Source, variable: Variable, known: Known) -> str:
    if source.fact:
        return named_fact(source.fact, known)
    if not source.part:
        return f"the council’s default, {_figures(variable, source.default)}"
    part = known.parts.get(source.part)
    column = part.schema.column(source.column) if part and part.schema else None
    named = named_part(source.part, known)
    if not source.column:
        return f"the answer to {named}"
    return f"“{column.label if column else source.column}” of {named}"


def _figures(variable: Variable, value: Any) -> str:
    """Return what a clause of the library states itself, as it is printed and with its unit."""
    written = figures_in_words(variable.kind, items_of(variable.kind, None, value))
    return with_unit(variable.kind, variable.label, written) if written else str(value)


def minimum_in_words(minimum: Minimum, variable: Variable, known: Known) -> str:
    value = minimum.value
    if isinstance(value, str) and value.startswith(FACT):
        limit = named_fact(value.removeprefix(FACT), known)
    else:
        limit = _figures(variable, value)
    return LIMITS[minimum.operator].format(limit)
