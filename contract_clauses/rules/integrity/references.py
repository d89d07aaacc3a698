"""Every reference resolves: parts, columns, facts, variables, annexes, clauses."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from contract_clauses.rules.library import (
    FIGURES,
    Annex,
    ClauseTopic,
    Library,
    Minimum,
    Obligation,
    Source,
    SubClause,
    Variable,
    VariableKind,
)
from contract_clauses.rules.values import STRUCTURED, items_of
from contract_clauses.rules.variables import is_worse
from contract_clauses.rules.wording import PARTIES, Token, tokens_in
from question_bank.rules.conditions.agreement import Asker
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.integrity.references import (
    condition_problems,
    every_flag,
    has_column,
)
from question_bank.rules.questions import Asked, Bank, Kind

# C01, or HOL-C01 of an authority's own.
CLAUSE_ID = re.compile(r"(?:[A-Z]{3,6}-)?C\d{2}")
WHO = ("supplier", "council")
GENERATED = ("commitments", "obligations", "statements", "trace")
# The kinds of answer each kind of variable can be read from; a list and text take any closed one.
SIZES = frozenset({Kind.NUMBER, Kind.DURATION})
READ_FROM = {
    VariableKind.HOURS: SIZES,
    VariableKind.DURATION: SIZES,
    VariableKind.DAYS: SIZES,
    VariableKind.MONTHS: frozenset({Kind.NUMBER}),
    VariableKind.NUMBER: frozenset({Kind.NUMBER}),
    VariableKind.PERCENT: frozenset({Kind.NUMBER}),
    VariableKind.MONEY: frozenset({Kind.MONEY}),
    VariableKind.DATE: frozenset({Kind.DATE}),
    VariableKind.COUNTRIES: frozenset({Kind.COUNTRY, Kind.COUNTRIES}),
    VariableKind.TEXT: STRUCTURED,
    VariableKind.LIST: STRUCTURED,
}


def problems(library: Library, bank: Bank) -> Iterator[str]:
    for topic in library.topics.values():
        yield from topic_problems(topic, library, bank)
    for number, sub_clause in enumerate(library.interpretation.text, start=1):
        place = f"interpretation, sub-clause {number}"
        yield from _token_problems(place, sub_clause.texts(), library, {})
    for term, meaning in library.definitions.items():
        yield from _token_problems(f"definition of {term}", [meaning], library, {})
    for annex in library.annexes.values():
        yield from _annex_problems(annex, bank)
    yield from _expected_clauses(library, bank)
    yield from _feeds(library, bank)


def topic_problems(topic: ClauseTopic, library: Library, bank: Bank) -> Iterator[str]:
    if not CLAUSE_ID.fullmatch(topic.id):
        yield f"{topic.id}: a clause id is C and two digits"
    yield from _when_problems(f"{topic.id}, included_when", topic.included_when, bank)
    for term, meaning in topic.defines.items():
        # A term may be needed in a schedule without its clause, where its variables have no value.
        yield from _token_problems(f"{topic.id}, definition of {term}", [meaning], library, {})
    for number, sub_clause in enumerate(topic.text, start=1):
        yield from _sub_clause_problems(f"{topic.id}.{number}", sub_clause, topic, library, bank)
    used = {t.name for text in topic.texts() for t in tokens_in(text) if t.family == "variable"}
    used |= {str(s.obligation.at) for s in topic.text if s.obligation}
    for name, variable in topic.variables.items():
        if name not in used:
            yield f"{topic.id}: the variable ‘{name}’ is never used; remove it or use it"
        yield from _variable_problems(f"{topic.id}, variable {name}", variable, bank)


def _sub_clause_problems(
    place: str, sub_clause: SubClause, topic: ClauseTopic, library: Library, bank: Bank
) -> Iterator[str]:
    yield from _token_problems(place, sub_clause.texts(), library, topic.variables)
    if sub_clause.when is not None:
        yield from _when_problems(f"{place}, when", sub_clause.when, bank)
    if sub_clause.obligation is not None:
        yield from _obligation_problems(place, sub_clause.obligation, topic)
    for text in sub_clause.texts():
        if f"{{clause:{topic.id}}}" in text:
            yield f"{place}: a clause refers to itself as “this clause”"


def _when_problems(place: str, condition: Condition, bank: Bank) -> Iterator[str]:
    wrong = list(condition_problems(place, condition, bank))
    yield from wrong
    if not wrong and not Asker(bank.parts, bank.facts).can_hold(condition):
        yield f"{place}: this is never true, whatever is answered; change or leave it out"


# "clause {clause:C13}" would print "clause clause 13".
NAMED_TWICE = re.compile(r"\b(?:clauses?|annex(?:es)?)\s+\{(?:clause|annex):", re.I)


def _token_problems(
    place: str, texts: Iterable[str], library: Library, variables: Collection[str]
) -> Iterator[str]:
    known: dict[str, Collection[str]] = {
        "annex": library.annexes,
        "clause": library.topics,
        "party": PARTIES,
        "variable": variables,
    }
    for text in texts:
        for token in tokens_in(text):
            if token.name not in known[token.family]:
                yield f"{place}: {_braces(token)} is no {token.family} it can refer to"
        if NAMED_TWICE.search(text):
            yield (
                f"{place}: a reference in braces prints the word “clause” or “annex” itself; "
                "leave out the one before it"
            )
        if text.count("{") != text.count("}") or text.count("{") != len(list(tokens_in(text))):
            yield f"{place}: a brace is left open; only references stand in braces"


def _braces(token: Token) -> str:
    family = "" if token.family == "variable" else f"{token.family}:"
    return f"{{{family}{token.name}}}"


def _obligation_problems(place: str, obligation: Obligation, topic: ClauseTopic) -> Iterator[str]:
    at = obligation.at
    if obligation.who not in WHO:
        yield f"{place}: an obligation is the supplier's or the council's, not ‘{obligation.who}’"
    if obligation.of not in ("", "start", "go-live", "end"):
        yield f"{place}: ‘of’ takes start, go-live or end, not ‘{obligation.of}’"
    if obligation.timing == "before" and at != "go-live":
        yield f"{place}: ‘before’ takes go-live; give another date with ‘on’"
    if obligation.timing.endswith("_before") and obligation.of == "go-live":
        # Go-live has a day only once it is there.
        yield f"{place}: what is due so long ahead of go-live is due ‘before’ it"
    if obligation.timing not in ("", "before"):
        if isinstance(at, str) and at not in topic.variables:
            yield f"{place}: ‘{at}’ is not a variable of {topic.id}"
        if not isinstance(at, str | int):
            yield f"{place}: ‘{obligation.timing}’ takes a whole number or a variable"


def _variable_problems(place: str, variable: Variable, bank: Bank) -> Iterator[str]:
    if not variable.sources:
        yield f"{place}: it has no source; give at least {{default: …}} or a fact"
    for source in variable.sources:
        yield from _source_problems(place, variable, source, bank)
    if variable.minimum is not None:
        yield from _minimum_problems(place, variable, variable.minimum, bank)
        yield from _defaults_below(place, variable, variable.minimum)


def _minimum_problems(
    place: str, variable: Variable, minimum: Minimum, bank: Bank
) -> Iterator[str]:
    if (minimum.operator == "within") is not (variable.kind is VariableKind.COUNTRIES):
        yield f"{place}: ‘within’ is the minimum of countries, and theirs alone"
    elif variable.kind not in (*FIGURES, VariableKind.DATE, VariableKind.COUNTRIES):
        yield f"{place}: only a figure, a date or countries can have a minimum"
    value = minimum.value
    if isinstance(value, str) and value.startswith("tender."):
        fact = value.removeprefix("tender.")
        if fact not in bank.facts:
            yield f"{place}: {value} is not a tender fact"
        else:
            yield from _kind_problems(f"{place}, minimum", variable, bank.facts[fact].spec)
    elif not items_of(variable.kind, None, value):
        yield f"{place}: ‘{value}’ is no minimum for {variable.kind}"


def _defaults_below(place: str, variable: Variable, minimum: Minimum) -> Iterator[str]:
    """Yield the defaults that would raise a deviation against the library's own minimum."""
    if isinstance(minimum.value, str) and minimum.value.startswith("tender."):
        return
    limit = items_of(variable.kind, None, minimum.value)
    for source in variable.sources:
        items = items_of(variable.kind, None, source.default)
        if items and limit and is_worse(minimum, items, limit):
            yield (
                f"{place}: the default ‘{source.default}’ is worse than the minimum position "
                f"‘{minimum.value}’; change one of them"
            )


def _source_problems(place: str, variable: Variable, source: Source, bank: Bank) -> Iterator[str]:
    if source.fact:
        if source.fact not in bank.facts:
            yield f"{place}: {source.fact} is not a tender fact"
            return
        yield from _kind_problems(place, variable, bank.facts[source.fact].spec)
    elif source.part:
        yield from _part_source_problems(place, variable, source, bank)
    elif not items_of(variable.kind, None, source.default):
        yield f"{place}: the default ‘{source.default}’ is no value for {variable.kind}"


def _part_source_problems(
    place: str, variable: Variable, source: Source, bank: Bank
) -> Iterator[str]:
    part = bank.parts.get(source.part)
    if part is None:
        yield f"{place}: {source.part} is not a part"
        return
    if source.column and not has_column(part, source.column):
        yield f"{place}: {source.part} has no column ‘{source.column}’"
        return
    asked: Asked = part
    if source.column and part.schema is not None:
        asked = part.schema.column(source.column) or part
    yield from _kind_problems(place, variable, asked)
    for option in source.leaving_out:
        if asked.option(option) is None:
            yield f"{place}: {source.part} has no option ‘{option}’ to leave out"


def _kind_problems(place: str, variable: Variable, asked: Asked) -> Iterator[str]:
    if asked.kind not in READ_FROM[variable.kind]:
        yield f"{place}: {variable.kind} cannot be read from {asked.id}, which is {asked.kind}"


def _annex_problems(annex: Annex, bank: Bank) -> Iterator[str]:
    place = f"annex {annex.id}"
    if annex.generated and annex.generated not in GENERATED:
        yield f"{place}: nothing is generated as ‘{annex.generated}’"
    if not annex.generated and not annex.parts:
        yield f"{place}: name the answers it prints, under ‘from’"
    columns = [column.id for column in annex.columns if column.id != "part"]
    columns += [cell.column for cell in annex.where.walk() if cell.column] if annex.where else []
    for part_id in annex.parts:
        yield from _column_problems(place, part_id, columns, bank)
    for promise in annex.promises:
        for part_id in promise.parts:
            named = [promise.column] if promise.column else []
            yield from _column_problems(f"{place}, promises", part_id, named, bank)
        if promise.due:
            yield from _column_problems(f"{place}, promises", promise.due, (), bank)


def _column_problems(place: str, part_id: str, columns: Iterable[str], bank: Bank) -> Iterator[str]:
    part = bank.parts.get(part_id)
    if part is None:
        yield f"{place}: {part_id} is not a part"
        return
    for column in columns:
        if not has_column(part, column):
            yield f"{place}: {part_id} has no column ‘{column}’"


def _expected_clauses(library: Library, bank: Bank) -> Iterator[str]:
    """Every clause a red flag or a risk points at is in the library."""
    expected = [(rule, flag.clauses) for rule, flag in every_flag(bank)]
    expected += [(risk.id, risk.clauses) for risk in bank.risks.values()]
    for place, clauses in expected:
        for clause in clauses:
            if clause not in library.topics:
                yield f"{place}: {clause} is not a clause topic"


def _feeds(library: Library, bank: Bank) -> Iterator[str]:
    """What a part says it feeds is there to be fed."""
    known = {name for topic in library.topics.values() for name in topic.variables}
    known |= set(library.annexes)
    for part in bank.all_parts():
        for name in part.feeds:
            if name not in known:
                yield f"{part.id}: it feeds ‘{name}’, which is no annex and no variable"
