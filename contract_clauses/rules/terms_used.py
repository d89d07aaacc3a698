"""Which sub-clauses of the chosen topics apply, and which defined terms they use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from contract_clauses.rules.depths import depth_of
from contract_clauses.rules.drafting import Applying, applying
from contract_clauses.rules.library import Library
from contract_clauses.rules.redrafting import Redraft, written
from contract_clauses.rules.selection import Choice
from contract_clauses.rules.terms import Terms
from question_bank.rules.conditions.verdict import Situation


def texts_of(
    chosen: Iterable[Choice], situation: Situation, redrafts: Mapping[str, Redraft]
) -> Mapping[str, Applying]:
    """Return the sub-clauses of each topic that apply, at the depth in which it is written."""
    depth = depth_of(situation.facts)
    return {
        topic.id: applying(written(topic, depth, redrafts.get(topic.id)), situation)
        for topic in (choice.topic for choice in chosen)
    }


def terms_used(
    library: Library, chosen: Iterable[Choice], texts: Mapping[str, Applying]
) -> frozenset[str]:
    """Return the terms that the schedule uses anywhere, each in its longest form."""
    words = [text for entry in library.interpretation.text for text in entry.texts()]
    words += [choice.topic.title for choice in chosen]
    words += [text for applies in texts.values() for text in applies.texts()]
    return terms_of(library).used_in(words)


@lru_cache(maxsize=16)
def _cached(_fingerprint: str, meanings: tuple[tuple[str, str], ...]) -> Terms:
    return Terms(dict(meanings))


def terms_of(library: Library) -> Terms:
    """Return every term of a library, those that one clause alone defines included."""
    meanings = dict(library.definitions)
    for topic in library.topics.values():
        meanings |= topic.defines
    return _cached(library.fingerprint, tuple(meanings.items()))
