"""Terms: what has a capital inside a sentence is defined, or is a name that everybody knows."""

from __future__ import annotations

import re
from calendar import month_name
from collections.abc import Iterable, Iterator
from functools import lru_cache

from contract_clauses.rules.library import ClauseTopic, Library
from contract_clauses.rules.terms import Terms
from contract_clauses.rules.wording import TOKEN

# Words with a capital and small letters after it; what is all capitals is an abbreviation.
CAPITALS = re.compile(r"(?<![\w-])[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
# What stands before the first word of a sentence, an item or a quotation.
OPENING = re.compile(r"(?:^|[.!?:;]|[(\"“‘])\s*$")
MONTHS = tuple(month_name)[1:]


def undefined(
    place: str, texts: Iterable[str], meanings: Terms, names: tuple[str, ...]
) -> Iterator[str]:
    """Yield a sentence for each word with a capital that neither the terms nor the names cover."""
    known = _names(names)
    for text in texts:
        # Names first: one may hold a word that is a term elsewhere.
        bare = meanings.without(known.sub("x", TOKEN.sub("x", text)))
        for match in CAPITALS.finditer(bare):
            word = match[0]
            if OPENING.search(bare[: match.start()]):
                _, _, word = word.partition(" ")
            if word:
                yield f"{place}: ‘{word}’ has a capital like a term, and is defined nowhere"


@lru_cache(maxsize=4)
def _names(names: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted({*names, *MONTHS}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def topic_problems(topic: ClauseTopic, library: Library, names: tuple[str, ...]) -> Iterator[str]:
    meanings = dict(library.definitions)
    for other in library.topics.values():
        meanings |= other.defines
    terms = Terms(meanings | dict(topic.defines))
    for term, meaning in topic.defines.items():
        yield from undefined(f"{topic.id}, definition of {term}", [meaning], terms, names)
    for number, sub_clause in enumerate(topic.text, start=1):
        yield from undefined(f"{topic.id}.{number}", sub_clause.texts(), terms, names)


def general_problems(library: Library, names: tuple[str, ...]) -> Iterator[str]:
    """Yield the same of what opens every schedule."""
    meanings = dict(library.definitions)
    for other in library.topics.values():
        meanings |= other.defines
    terms = Terms(meanings)
    for term, meaning in library.definitions.items():
        yield from undefined(f"definition of {term}", [meaning], terms, names)
    for number, sub_clause in enumerate(library.interpretation.text, start=1):
        place = f"interpretation, sub-clause {number}"
        yield from undefined(place, sub_clause.texts(), terms, names)


def unused_here(topic: ClauseTopic) -> Iterator[str]:
    """Yield the terms that a topic defines and no depth of its own uses."""
    words = [text for sub_clause in topic.text for text in sub_clause.texts()]
    used = Terms(topic.defines).used_in([topic.title, *words])
    for term in sorted(set(topic.defines) - used):
        yield f"{topic.id}: no depth of this clause uses ‘{term}’, which it defines"
