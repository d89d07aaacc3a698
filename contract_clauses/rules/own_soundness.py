"""Whether a clause of an authority's own can be used: by the rules that hold of the library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from contract_clauses.rules.integrity import Conventions, topic_problems
from contract_clauses.rules.library import ClauseTopic, Library
from contract_clauses.rules.own_clauses import as_content, places_in_content
from contract_clauses.rules.reading import read_topic
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import ContentError

NEEDED: Mapping[str, str] = {
    "purpose": "Say what the clause is for",
    "note": "Write the drafting note",
}


@dataclass(frozen=True, slots=True)
class ClauseFault:
    """Something to mend before a clause can be used, and where in its forms.

    ``place`` is ``about``, ``when``, ``values``, a number of a sub-clause, or "" for the whole.
    """

    says: str
    place: str = ""


@dataclass(frozen=True)
class ClauseExamined:
    """A clause that was read, if it could be, and what is wrong with it."""

    topic: ClauseTopic | None
    library: Library
    faults: tuple[ClauseFault, ...]
    advice: tuple[ClauseFault, ...] = ()


def examine_clause(
    clause_id: str,
    version: int,
    raw: Mapping[str, Any],
    library: Library,
    bank: Bank,
    beside: Iterable[Mapping[str, Any]] = (),
    known: Conventions | None = None,
) -> ClauseExamined:
    """Read and check a clause beside the library and the authority's other ready clauses."""
    faults = [ClauseFault(says, "about") for key, says in NEEDED.items() if not raw.get(key)]
    if raw.get("included_when") and not raw.get("otherwise"):
        faults.append(ClauseFault("Say why the clause is left out when it is", "about"))
    if not any("standard" in (row.get("depths") or ()) for row in raw.get("text") or ()):
        faults.append(ClauseFault("Write at least one sub-clause in the standard depth"))
        return ClauseExamined(None, library, tuple(faults))
    try:
        # What is missing was said above: the rest is read all the same.
        filled = {**raw, "purpose": raw.get("purpose") or "…"}
        topic = read_topic(as_content(clause_id, version, filled))
    except ContentError as error:
        return ClauseExamined(None, library, (*faults, ClauseFault(str(error))))
    others = {str(one["id"]): read_topic(one) for one in beside if one["id"] != clause_id}
    whole = replace(library, topics={**library.topics, **others, clause_id: topic})
    linted = topic_problems(topic, whole, bank, known)
    rows = places_in_content(raw)
    faults += [
        _placed(says, topic, rows)
        for says in linted.must_mend
        if "‘otherwise’" not in says  # said above, in the words of the form
    ]
    faults += [ClauseFault(says, "about") for says in _defined_twice(topic, whole)]
    advice = tuple(_placed(says, topic, rows) for says in linted.to_think_about)
    return ClauseExamined(topic, whole, tuple(faults), advice)


def _defined_twice(topic: ClauseTopic, library: Library) -> Iterator[str]:
    """Yield a sentence for each term that has a meaning already."""
    owners = dict.fromkeys(library.definitions, "the library’s definitions")
    for other in library.topics.values():
        if other.id != topic.id:
            owners |= dict.fromkeys(other.defines, other.id)
    for term in topic.defines:
        if term in owners:
            yield f"{topic.id}: ‘{term}’ is already defined in {owners[term]}"


def _placed(says: str, topic: ClauseTopic, rows: Sequence[int]) -> ClauseFault:
    """Return a sentence of the rules with the place in the forms that mends it."""
    place = says.removeprefix(topic.id)
    number = re.match(r"\.(\d+)", place)
    if number and int(number[1]) <= len(rows):
        row = rows[int(number[1]) - 1] + 1
        return ClauseFault(f"{topic.id}.{row}{place[number.end() :]}", str(row))
    if place.startswith(", included_when"):
        return ClauseFault(says, "when")
    named = re.search(r"variable ‘?(\w+)’?", place)
    if named and named[1] in topic.variables:
        return ClauseFault(says, "values")
    return ClauseFault(says, "about")


def with_own(shipped: Mapping[str, Any], own: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the library as plain values with an authority's clauses after the shipped ones."""
    return {**shipped, "clauses": [*shipped["clauses"], *own]}
