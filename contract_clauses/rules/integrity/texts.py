"""Drafting rules: "must" alone makes a duty, sentences are short, terms are defined once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_clauses.rules.drafting import DEFINED_HERE
from contract_clauses.rules.library import ClauseTopic, Library, SubClause
from contract_clauses.rules.terms import Terms
from contract_clauses.rules.wording import TOKEN

MOST_WORDS = 45
LONGEST_TITLE = 60
DUTY = re.compile(r"\b(shall|will)\b", re.I)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z{])")
MOST_ITEMS = 26
# Words that point by place: what is put in between later leads them astray.
BY_PLACE = re.compile(
    r"\b(?:(?:next|previous|preceding|foregoing|following|above|last) (?:sub-clause|clause|annex)"
    r"|(?:sub-clause|clause|annex)(?:e?s)? (?:above|below))\b",
    re.I,
)
# Words that one would read as a defined term although no library defines them.
PARTIES = ("the Buyer", "the Authority", "the Contractor", "the Customer")


def problems(library: Library) -> Iterator[str]:
    for number, sub_clause in enumerate(library.interpretation.text, start=1):
        yield from _drafting_problems(f"interpretation, sub-clause {number}", sub_clause)
    for topic in library.topics.values():
        yield from topic_problems(topic)
    yield from _definition_problems(library)


def topic_problems(topic: ClauseTopic) -> Iterator[str]:
    if len(topic.title) > LONGEST_TITLE:
        yield f"{topic.id}: the title has {len(topic.title)} characters; {LONGEST_TITLE} fit"
    if topic.included_when.node != "always" and not topic.otherwise:
        yield f"{topic.id}: say in ‘otherwise’ why it is left out when it is"
    members = topic.included_when.children if topic.included_when.node == "any" else ()
    if topic.reasons and len(topic.reasons) != len(members):
        yield f"{topic.id}, included_when: give ‘says’ with every member of ‘any’, or with none"
    for number, sub_clause in enumerate(topic.text, start=1):
        yield from _drafting_problems(f"{topic.id}.{number}", sub_clause)


def _drafting_problems(place: str, sub_clause: SubClause) -> Iterator[str]:
    for text in sub_clause.texts():
        yield from _text_problems(place, TOKEN.sub("x", text))
    if len(sub_clause.items) > MOST_ITEMS:
        yield f"{place}: a list has at most {MOST_ITEMS} items"
    if sub_clause.items and not sub_clause.text.endswith(":"):
        yield f"{place}: the words before a list end with a colon"


def _text_problems(place: str, text: str) -> Iterator[str]:
    found = DUTY.search(text)
    if found:
        yield f"{place}: write “must”, not “{found[0]}”"
    placed = BY_PLACE.search(text)
    if placed:
        yield f"{place}: write a reference in braces or name the subject, not “{placed[0]}”"
    for sentence in SENTENCE_END.split(text):
        words = len(sentence.split())
        if words > MOST_WORDS:
            yield f"{place}: a sentence has {words} words; write {MOST_WORDS} or fewer"
    for party in PARTIES:
        if party in text:
            yield f"{place}: write “the Council” or “the Supplier”, not “{party}”"


def _definition_problems(library: Library) -> Iterator[str]:
    owner = dict.fromkeys(library.definitions, "definitions.yml")
    for topic in library.topics.values():
        for term in topic.defines:
            if term in owner:
                yield f"{topic.id}: ‘{term}’ is already defined in {owner[term]}"
            owner.setdefault(term, topic.id)
    yield from _unused(library, owner)


def _unused(library: Library, owner: dict[str, str]) -> Iterator[str]:
    meanings = dict(library.definitions)
    for topic in library.topics.values():
        meanings |= topic.defines
    texts = [DEFINED_HERE]
    for topic in library.topics.values():
        texts += [text for sub_clause in topic.text for text in sub_clause.texts()]
        texts.append(topic.title)
    texts += [text for sub in library.interpretation.text for text in sub.texts()]
    used = Terms(meanings).used_in(texts)
    for term in sorted(set(owner) - used):
        yield f"{owner[term]}: ‘{term}’ is defined and never used"
