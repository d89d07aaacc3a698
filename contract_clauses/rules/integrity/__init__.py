"""Everything that must hold of the clause library before a schedule is drawn up from it.

What must be mended stops an edition; what should be thought about is said beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contract_clauses.rules.integrity import crossings, depths, references, terms, texts, times
from contract_clauses.rules.integrity.times import Act
from contract_clauses.rules.library import ClauseTopic, Library
from question_bank.rules.conditions.agreement import Asker
from question_bank.rules.questions import Bank

__all__ = ["Act", "Conventions", "Linted", "library_advice", "library_problems", "topic_problems"]


@dataclass(frozen=True, slots=True)
class Conventions:
    """What the linter is told: names everybody knows, and acts whose time one clause sets."""

    names: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Linted:
    """What is wrong with one clause, and what its author should think about."""

    must_mend: tuple[str, ...]
    to_think_about: tuple[str, ...]


def library_problems(library: Library, bank: Bank, known: Conventions | None = None) -> list[str]:
    """Return one sentence for each mistake, naming the place and the remedy; none means sound.

    Without ``known`` no name can be told from a term, so terms are not looked at.
    """
    asker = Asker(bank.parts, bank.facts)
    found = [*references.problems(library, bank), *texts.problems(library)]
    if known is not None:
        found += terms.general_problems(library, known.names)
    for topic in library.topics.values():
        found += _wrong_with(topic, library, asker, known)
    found += times.contradictions(library, asker)
    return list(dict.fromkeys(found))


def library_advice(library: Library, bank: Bank) -> list[str]:
    """Return one sentence for each thing to think about."""
    asker = Asker(bank.parts, bank.facts)
    return [line for t in library.topics.values() for line in _advice_on(t, library, asker)]


def topic_problems(
    topic: ClauseTopic, library: Library, bank: Bank, known: Conventions | None = None
) -> Linted:
    """Return what is wrong with one clause beside a library, which may have it in another form."""
    beside = replace(library, topics={**library.topics, topic.id: topic})
    asker = Asker(bank.parts, bank.facts)
    alone = replace(beside, topics={topic.id: topic})
    wrong = [
        *references.topic_problems(topic, beside, bank),
        *texts.topic_problems(topic),
        *_wrong_with(topic, beside, asker, known),
        *times.contradictions(alone, asker),
    ]
    advice = tuple(dict.fromkeys(_advice_on(topic, beside, asker)))
    return Linted(tuple(dict.fromkeys(wrong)), advice)


def _wrong_with(
    topic: ClauseTopic, library: Library, asker: Asker, known: Conventions | None
) -> Iterator[str]:
    if known is not None:
        yield from terms.topic_problems(topic, library, known.names)
        yield from times.acts_set_elsewhere(topic, known.acts)
    yield from terms.unused_here(topic)
    yield from depths.out_of_order(topic)
    yield from (said for must, said in crossings.dangling(topic, library, asker) if must)


def _advice_on(topic: ClauseTopic, library: Library, asker: Asker) -> Iterator[str]:
    yield from depths.missing(topic)
    yield from times.untracked(topic)
    yield from times.unlike_the_words(topic)
    yield from (said for must, said in crossings.dangling(topic, library, asker) if not must)
