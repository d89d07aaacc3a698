"""What to say beside words somebody writes into a clause: what is wrong, and what to think about.

Only references that lead nowhere are wrong. Everything else is advice: people decide.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from contract_clauses.rules.library import ClauseTopic, Library
from contract_clauses.rules.redrafting import Words
from contract_clauses.rules.terms_used import terms_of
from contract_clauses.rules.wording import PARTIES, TOKEN, Token, tokens_in

MOST_WORDS = 45
DUTY = re.compile(r"\b(shall|will)\b", re.I)
MUST = re.compile(r"\bmust\b")
SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")
# Words with capitals inside a sentence, as defined terms have them.
CAPITALS = re.compile(r"(?<=[\w,)] )(?:[A-Z][a-z]+)(?:[ -][A-Z][a-z]+)*")


def mistakes_in(words: Words, topic: ClauseTopic, library: Library) -> list[str]:
    """Return what is wrong with references in braces: unknown ones, and braces left open."""
    known: dict[str, Collection[str]] = {
        "annex": library.annexes,
        "clause": [clause for clause in library.topics if clause != topic.id],
        "party": PARTIES,
        "variable": topic.variables,
    }
    found: list[str] = []
    for text in (words.text, *words.items):
        tokens = list(tokens_in(text))
        if not text.count("{") == text.count("}") == len(tokens):
            found.append("Close each brace: only a variable or a reference stands in { }")
        found += [
            f"{written(token)} is not something this clause can refer to: take one from the list"
            for token in tokens
            if token.name not in known[token.family]
        ]
    return list(dict.fromkeys(found))


def written(token: Token) -> str:
    family = "" if token.family == "variable" else f"{token.family}:"
    return f"{{{family}{token.name}}}"


def advice_on(words: Words, library: Library, in_schedule: Collection[str]) -> list[str]:
    """Return what to think about; ``in_schedule``: the clauses that this schedule has."""
    found: dict[str, None] = {}
    for text in (words.text, *words.items):
        found |= dict.fromkeys(_style(text))
        found |= dict.fromkeys(_undefined(text, library))
        absent = (token.name for token in tokens_in(text) if token.family == "clause")
        found |= {
            f"{name} is not in this schedule: the reference leads nowhere": None
            for name in absent
            if name in library.topics and name not in in_schedule
        }
    if words.items and not words.text.endswith(":"):
        found["End the words before a list with a colon"] = None
    return list(found)


def duty_advice(words: Words, *, is_added: bool, has_obligation: bool) -> list[str]:
    """Return what to think about where words and the obligation to be tracked do not fit."""
    binds = any(MUST.search(text) for text in (words.text, *words.items))
    if is_added and binds and not has_obligation:
        return [
            "It says that somebody must do something. Name who, what and by when below, so that "
            "it becomes a row to track after the award"
        ]
    if not is_added and has_obligation and not binds:
        return [
            "An obligation is tracked from this sub-clause, and the words no longer say that "
            "somebody must do it"
        ]
    return []


def _style(text: str) -> Iterator[str]:
    bare = TOKEN.sub("x", text)
    found = DUTY.search(bare)
    if found:
        yield f"Write “must”, not “{found[0]}”: the library has one word for a duty"
    longest = max((len(part.split()) for part in SENTENCE_END.split(bare)), default=0)
    if longest > MOST_WORDS:
        yield f"A sentence has {longest} words; {MOST_WORDS} or fewer are easier to read"


def _undefined(text: str, library: Library) -> Iterator[str]:
    known = _capitals_of(library.fingerprint, tuple(_all_texts(library)))
    terms = terms_of(library)
    for match in CAPITALS.finditer(TOKEN.sub("x", text)):
        name = match[0]
        if name in known or terms.found_in(name):
            continue
        if all(word in known for word in name.replace("-", " ").split()):
            continue
        yield f"“{name}” has a capital like a defined term, and is defined nowhere"


def _all_texts(library: Library) -> Iterable[str]:
    yield from library.definitions
    yield from library.definitions.values()
    for sub_clause in library.interpretation.text:
        yield from sub_clause.texts()
    for topic in library.topics.values():
        yield topic.title
        yield from topic.defines
        yield from topic.texts()


@lru_cache(maxsize=16)
def _capitals_of(_fingerprint: str, texts: tuple[str, ...]) -> frozenset[str]:
    """Return what the library itself writes with capitals: terms, names of laws and of schemes."""
    words = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
    found = {name for text in texts for name in words.findall(TOKEN.sub("x", text))}
    return frozenset(found | {word for name in found for word in re.split("[ -]", name)})


def chips(topic: ClauseTopic, library: Library) -> Mapping[str, str]:
    """Return everything that may stand in braces in a clause, with what it stands for."""
    found = {f"{{{name}}}": variable.label for name, variable in topic.variables.items()}
    found |= {"{party:council}": "the name of the council", "{party:supplier}": "the supplier's"}
    found |= {f"{{annex:{name}}}": annex.title for name, annex in library.annexes.items()}
    others = {k: v for k, v in library.topics.items() if k != topic.id}
    return found | {f"{{clause:{name}}}": other.title for name, other in others.items()}
