"""The clause library of a tender before there is any bid: each topic with the rule that brings it
in, its words with brackets where figures will stand, and the minimum positions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_clauses.rules.depths import depth_of
from contract_clauses.rules.library import (
    ClauseTopic,
    Library,
    Minimum,
    Source,
    SubClause,
    Variable,
)
from contract_clauses.rules.values import in_words as figures_in_words
from contract_clauses.rules.values import items_of, with_unit
from contract_clauses.rules.wording import begins_sentence, pieces
from question_bank.rules.kinds import is_empty
from question_bank.rules.own.saying import Known, in_words, named_fact, named_part
from question_bank.rules.questions import Asked

FACT = "tender."
LIMITS: Mapping[str, str] = {
    "at_most": "{} at most",
    "at_least": "{} at least",
    "within": "only {}",
}
ALWAYS = "In every schedule."


@dataclass(frozen=True, slots=True)
class Position:
    """A figure or text of a clause: where it comes from, and the worst the authority accepts."""

    label: str
    comes_from: str
    minimum: str


@dataclass(frozen=True, slots=True)
class DraftSubClause:
    text: str
    items: tuple[str, ...]
    when: str


@dataclass(frozen=True, slots=True)
class DraftTopic:
    id: str
    title: str
    purpose: str
    when: tuple[str, ...]
    defines: Mapping[str, str]
    text: tuple[DraftSubClause, ...]
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Tendered:
    """What the tender knows: what is asked, and the facts with their values."""

    names: Known
    specs: Mapping[str, Asked]
    facts: Mapping[str, Any]


def draft_terms(
    library: Library, known: Known, specs: Mapping[str, Asked], facts: Mapping[str, Any]
) -> tuple[DraftTopic, ...]:
    """Return every topic of the library in order, as it reads before any bid."""
    tender = Tendered(known, specs, facts)
    return tuple(_topic(topic, library, tender) for topic in library.topics.values())


def _topic(topic: ClauseTopic, library: Library, tender: Tendered) -> DraftTopic:
    return DraftTopic(
        topic.id,
        topic.title,
        topic.purpose,
        tuple(_when(topic, tender)),
        {term: bracketed(words, topic, library) for term, words in topic.defines.items()},
        tuple(
            _sub_clause(topic.text[place], topic, library, tender)
            for place in topic.places(depth_of(tender.facts))
        ),
        tuple(_position(variable, tender) for variable in topic.variables.values()),
    )


def _when(topic: ClauseTopic, tender: Tendered) -> Iterator[str]:
    """Yield each condition that alone brings the topic in, as the rule reads it."""
    condition = topic.included_when
    if condition.node == "always":
        yield ALWAYS
        return
    members = condition.children if condition.node == "any" else (condition,)
    for member in members:
        words = in_words(member, tender.names)
        yield f"{words[:1].upper()}{words[1:]}."


def _sub_clause(
    entry: SubClause, topic: ClauseTopic, library: Library, tender: Tendered
) -> DraftSubClause:
    return DraftSubClause(
        bracketed(entry.text, topic, library),
        tuple(bracketed(item, topic, library) for item in entry.items),
        in_words(entry.when, tender.names) if entry.when else "",
    )


def bracketed(text: str, topic: ClauseTopic, library: Library) -> str:
    """Return the text with what is not known yet in brackets, and references by their titles."""
    found: list[str] = []
    for words, token in pieces(text):
        first = begins_sentence("".join(found))
        if token is None:
            found.append(words)
        elif token.family == "annex":
            annex = library.annexes.get(token.name)
            word = "Annex" if first else "annex"
            found.append(f"{word} “{annex.title if annex else token.name}”")
        elif token.family == "clause":
            other = library.topics.get(token.name)
            word = "Clause" if first else "clause"
            found.append(f"{word} “{other.title if other else token.name}”")
        elif token.family == "party":
            found.append(f"[{'The' if first else 'the'} {token.name.title()}]")
        else:
            variable = topic.variables.get(token.name)
            found.append(f"[{variable.label if variable else token.name}]")
    return "".join(found)


def _position(variable: Variable, tender: Tendered) -> Position:
    sources = [_source(source, variable, tender) for source in variable.sources]
    minimum = variable.minimum
    return Position(
        variable.label,
        "; otherwise ".join(sources) or "entered by the council",
        _minimum(minimum, variable, tender) if minimum else "",
    )


def _source(source: Source, variable: Variable, tender: Tendered) -> str:
    if source.part:
        named = named_part(source.part, tender.names)
        return f"the answer to {named}"
    if source.fact:
        return _fact(source.fact, variable, tender)
    return f"the council’s default: {_figures(variable, None, source.default)}"


def _minimum(minimum: Minimum, variable: Variable, tender: Tendered) -> str:
    value = minimum.value
    if isinstance(value, str) and value.startswith(FACT):
        limit = _fact(value.removeprefix(FACT), variable, tender)
    else:
        limit = _figures(variable, None, value)
    return f"{LIMITS[minimum.operator].format(limit)}. {minimum.deviation}."


def _fact(name: str, variable: Variable, tender: Tendered) -> str:
    named, value = named_fact(name, tender.names), tender.facts.get(name)
    if is_empty(value) or name not in tender.specs:
        return f"{named} (not stated)"
    return f"{named} ({_figures(variable, tender.specs[name], value)})"


def _figures(variable: Variable, asked: Asked | None, value: Any) -> str:
    written = figures_in_words(variable.kind, items_of(variable.kind, asked, value))
    return with_unit(variable.kind, variable.label, written) if written else str(value)
