"""What changed from one version of a clause to another: about it, its variables, its words.

Sub-clauses have no ids: those of the two versions that are most alike stand beside each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from contract_clauses.rules.clause_words import (
    minimum_in_words,
    obligation_in_words,
    source_in_words,
    when_in_words,
)
from contract_clauses.rules.draft_terms import bracketed
from contract_clauses.rules.library import ClauseTopic, Depth, Library, SubClause, Variable
from contract_clauses.rules.word_differences import Kind, Piece, word_differences
from question_bank.rules.own.saying import Known

# What the council writes for its own people; suppliers do not see it.
NOTE = "Drafting note"
# Two sub-clauses of which less than this is alike are one that went and one that came.
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Said:
    """One thing about a clause that reads otherwise; one of the two is empty if it came or went."""

    place: str
    old: str
    new: str

    @property
    def is_note(self) -> bool:
        return self.place == NOTE

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return word_differences(self.old, self.new)


@dataclass(frozen=True, slots=True)
class ChangedSubClause:
    """A sub-clause before and now, by its number in the depth; 0 where it was not, or is not."""

    was: int
    number: int
    words: Said

    @property
    def state(self) -> str:
        if not self.was:
            return "new"
        return "changed" if self.number else "no longer there"


@dataclass(frozen=True, slots=True)
class ChangedDepth:
    """The sub-clauses of a depth that differ; ``is_new`` where it was not written before."""

    depth: Depth
    rows: tuple[ChangedSubClause, ...]
    is_new: bool = False
    # How many sub-clauses it has, where it is new.
    count: int = 0


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause that is there in both versions and differs."""

    id: str
    title: str
    was_version: int
    version: int
    about: tuple[Said, ...]
    depths: tuple[ChangedDepth, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """What a version of a clause is read with: its library, and what its conditions may name."""

    library: Library
    known: Known


def clause_change(old: ClauseTopic, new: ClauseTopic, then: Read, now: Read) -> ClauseChange:
    """Compare two versions of a clause."""
    return ClauseChange(
        id=new.id,
        title=new.title,
        was_version=old.version,
        version=new.version,
        about=tuple(differing(_about(old, then), _about(new, now))),
        depths=tuple(_depths(old, new, then, now)),
    )


def differs(change: ClauseChange) -> bool:
    """Return whether anything but the number of the version changed."""
    return bool(change.about or change.depths)


def shown_change(change: ClauseChange, *, notes: bool) -> bool:
    """Return whether anything of a change shows to who may, or may not, read drafting notes."""
    return bool(change.depths or any(notes or not said.is_note for said in change.about))


def _about(topic: ClauseTopic, read: Read) -> Mapping[str, str]:
    """Return everything said of a clause but its sub-clauses, by what people call the place."""
    known = read.known
    told = {
        "Title": topic.title,
        "Purpose": topic.purpose,
        "When it comes in": when_in_words(topic.included_when, known),
        "Why it comes in, as schedules say it": "; ".join(reason.says for reason in topic.reasons),
        "Why it is left out": topic.otherwise,
        "Model contracts that have the topic": topic.seen_in,
    }
    for variable in topic.variables.values():
        told |= _about_variable(variable, known)
    for term, meaning in topic.defines.items():
        told[f"Definition of {term}"] = bracketed(meaning, topic, read.library)
    return {**told, NOTE: topic.note}


def _about_variable(variable: Variable, known: Known) -> dict[str, str]:
    place = f"Value “{variable.label}”"
    minimum = variable.minimum
    least = minimum_in_words(minimum, variable, known) if minimum else ""
    return {
        f"{place}, kind": str(variable.kind),
        f"{place}, where it comes from": "; ".join(
            source_in_words(source, variable, known) for source in variable.sources
        ),
        f"{place}, minimum position": f"{least}: {minimum.deviation}" if minimum else "",
    }


def differing(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Said]:
    for place in [*new, *(gone for gone in old if gone not in new)]:
        before, after = old.get(place, ""), new.get(place, "")
        if before != after:
            yield Said(place, before, after)


def _depths(old: ClauseTopic, new: ClauseTopic, then: Read, now: Read) -> Iterator[ChangedDepth]:
    for depth in Depth:
        if depth in new.depths and depth not in old.depths:
            yield ChangedDepth(depth, (), is_new=True, count=len(new.depths[depth]))
            continue
        before = [_in_full(old.text[at], old, then) for at in old.depths.get(depth, ())]
        after = [_in_full(new.text[at], new, now) for at in new.depths.get(depth, ())]
        rows = tuple(changed_sub_clauses(before, after))
        if rows:
            yield ChangedDepth(depth, rows)


def _in_full(sub_clause: SubClause, topic: ClauseTopic, read: Read) -> str:
    """Return all that a sub-clause says, as one text."""
    said = [bracketed(text, topic, read.library) for text in sub_clause.texts()]
    if sub_clause.when is not None:
        said.append(f"[Only when {when_in_words(sub_clause.when, read.known)}]")
    if sub_clause.obligation is not None:
        said.append(f"[Obligation: {obligation_in_words(sub_clause.obligation, topic)}]")
    return "\n".join(said)


def changed_sub_clauses(old: list[str], new: list[str]) -> Iterator[ChangedSubClause]:
    """Yield the sub-clauses that differ, in the order of the new version."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for how, at, to, at_now, to_now in matcher.get_opcodes():
        if how == "equal":
            continue
        yield from _replaced(list(enumerate(old[at:to], at + 1)), new[at_now:to_now], at_now + 1)


def _replaced(old: list[tuple[int, str]], new: list[str], first: int) -> Iterator[ChangedSubClause]:
    left = list(old)
    for number, text in enumerate(new, first):
        alike = next((one for one in left if _are_alike(one[1], text)), None)
        if alike is None:
            yield ChangedSubClause(0, number, Said("", "", text))
            continue
        # What stood before the one that is alike, and came to nothing, went.
        for was, gone in left[: left.index(alike)]:
            yield ChangedSubClause(was, 0, Said("", gone, ""))
        left = left[left.index(alike) + 1 :]
        yield ChangedSubClause(alike[0], number, Said("", alike[1], text))
    for was, gone in left:
        yield ChangedSubClause(was, 0, Said("", gone, ""))


def _are_alike(one: str, other: str) -> bool:
    words = one.split(), other.split()
    return SequenceMatcher(None, *words, autojunk=False).ratio() >= ALIKE


def plain_change(change: ClauseChange) -> dict[str, Any]:
    """Return a change as plain values, for programs."""
    return {
        "id": change.id,
        "title": change.title,
        "from_version": change.was_version,
        "to_version": change.version,
        "about": [{"place": one.place, "old": one.old, "new": one.new} for one in change.about],
        "depths": {
            depth.depth.value: {
                "new": depth.is_new,
                "sub_clauses": [
                    {
                        "was": row.was or None,
                        "number": row.number or None,
                        "old": row.words.old,
                        "new": row.words.new,
                    }
                    for row in depth.rows
                ],
            }
            for depth in change.depths
        },
    }


def as_marked(pieces: tuple[Piece, ...]) -> str:
    """Return a text with what went as [-…-] and what came as {+…+}, for a terminal."""
    marks = {Kind.SAME: "{}", Kind.WENT: "[-{}-]", Kind.CAME: "{{+{}+}}"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)
