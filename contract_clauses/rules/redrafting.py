"""A clause in another depth or in other words than its library's: what somebody changed, and why.

The library's words stay beside the words that replace them, so that every departure can be shown
as such, on the page and in Word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from contract_clauses.rules.library import ClauseTopic, Depth, Obligation, SubClause

# The keys of sub-clauses somebody added begin with this; those of the library are whole numbers.
OWN = "own"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one sub-clause as somebody wrote them, variables and references in braces."""

    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """A sub-clause of somebody's own; ``after`` is the key of the one it follows, "" the first.

    With an ``obligation`` it becomes a row after award, as the library's do.
    """

    key: str
    after: str
    words: Words
    obligation: Obligation | None = None


@dataclass(frozen=True, slots=True)
class Redraft:
    """What somebody changed in one clause of one schedule. Keys are those of ``Written``.

    ``depth`` None leaves the clause in the depth of the whole schedule.
    """

    depth: Depth | None = None
    changed: Mapping[str, Words] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    added: tuple[Added, ...] = ()
    reason: str = ""
    by: str = ""
    at: str = ""

    @property
    def departs(self) -> bool:
        """Return whether the words differ from the library's, whatever the depth."""
        return bool(self.changed or self.removed or self.added)


@dataclass(frozen=True, slots=True)
class Written:
    """A sub-clause as it would print. ``was``: the library's, where somebody wrote it otherwise.

    ``key`` names it within its clause as long as the library stays as it is: the place in the
    topic's text, counted from 1, or "own1", "own2" … for what was added.
    """

    key: str
    sub_clause: SubClause
    was: SubClause | None = None
    is_removed: bool = False

    @property
    def is_added(self) -> bool:
        return self.key.startswith(OWN)


def written(topic: ClauseTopic, depth: Depth, redraft: Redraft | None = None) -> list[Written]:
    """Return the sub-clauses of a topic at a depth, those removed included, in order."""
    if redraft is None:
        return [Written(key_of(place), topic.text[place]) for place in topic.places(depth)]
    places = topic.places(redraft.depth or depth)
    return list(_redrafted(topic, places, redraft))


def key_of(place: int) -> str:
    """Return the key of the sub-clause at a place of the topic's text, which counts from 0."""
    return str(place + 1)


def as_written(sub_clauses: Iterable[SubClause]) -> list[Written]:
    """Return sub-clauses that nobody can redraft, such as those of the interpretation."""
    return [Written(key_of(place), sub_clause) for place, sub_clause in enumerate(sub_clauses)]


def _redrafted(topic: ClauseTopic, places: tuple[int, ...], redraft: Redraft) -> Iterator[Written]:
    keys = {key_of(place) for place in places} | {added.key for added in redraft.added}
    yield from _added(redraft, {""})
    for place in places:
        key, sub_clause = key_of(place), topic.text[place]
        words = redraft.changed.get(key)
        if words is None or key in redraft.removed:
            yield Written(key, sub_clause, is_removed=key in redraft.removed)
        else:
            changed = replace(sub_clause, text=words.text, items=words.items)
            yield Written(key, changed, was=sub_clause)
        yield from _added(redraft, {key})
    # What followed a sub-clause that this depth does not have comes last.
    yield from _added(redraft, {added.after for added in redraft.added} - keys - {""})


def _added(redraft: Redraft, after: set[str]) -> Iterator[Written]:
    """Yield what was added after any of ``after``, and what follows that in turn."""
    for added in redraft.added:
        if added.after in after:
            words = SubClause(added.words.text, added.words.items, obligation=added.obligation)
            yield Written(added.key, words)
            yield from _added(redraft, {added.key})
