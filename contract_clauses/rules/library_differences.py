"""What changed from one edition of the clause library to another, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_clauses.rules.clause_differences import (
    ClauseChange,
    Read,
    Said,
    as_marked,
    changed_sub_clauses,
    clause_change,
    differing,
    differs,
    plain_change,
)
from contract_clauses.rules.library import ClauseTopic, Depth, Library
from question_bank.rules.own.saying import Known


@dataclass(frozen=True, slots=True)
class LibraryDifferences:
    old: str
    new: str
    came: tuple[ClauseTopic, ...]
    went: tuple[ClauseTopic, ...]
    changed: tuple[ClauseChange, ...]
    # Definitions, interpretation and annexes, which no one clause owns.
    shared: tuple[Said, ...]

    @property
    def nothing(self) -> bool:
        return not (self.came or self.went or self.changed or self.shared)


def library_differences(old: Library, new: Library, known: Known) -> LibraryDifferences:
    """Compare two libraries clause by clause; ``known`` gives conditions their words."""
    then, now = Read(old, known), Read(new, known)
    changes = [
        clause_change(old.topics[name], topic, then, now)
        for name, topic in new.topics.items()
        if name in old.topics and topic != old.topics[name]
    ]
    return LibraryDifferences(
        old=old.version,
        new=new.version,
        came=tuple(topic for name, topic in new.topics.items() if name not in old.topics),
        went=tuple(topic for name, topic in old.topics.items() if name not in new.topics),
        changed=tuple(change for change in changes if differs(change)),
        shared=tuple(_shared(old, new)),
    )


def _shared(old: Library, new: Library) -> Iterator[Said]:
    yield from differing(_shared_words(old), _shared_words(new))
    before, after = (
        ["\n".join(sub_clause.texts()) for sub_clause in library.interpretation.text]
        for library in (old, new)
    )
    for row in changed_sub_clauses(before, after):
        place = f"Interpretation, sub-clause {row.number or row.was}"
        yield Said(place, row.words.old, row.words.new)


def _shared_words(library: Library) -> Mapping[str, str]:
    told = {f"Definition of {term}": words for term, words in library.definitions.items()}
    for annex in library.annexes.values():
        columns = ", ".join(column.label for column in annex.columns)
        told[f"Annex “{annex.title}”"] = f"{annex.intro}\n{columns}".strip()
    return told


def as_lines(found: LibraryDifferences) -> Iterator[str]:
    """Yield what changed, for somebody reading a terminal."""
    yield f"Clause library, from {found.old} to {found.new}"
    if found.nothing:
        yield "Nothing changed."
    for topic in found.came:
        yield f"  {topic.id}  {topic.title}: new"
    for topic in found.went:
        yield f"  {topic.id}  {topic.title}: no longer there"
    for said in found.shared:
        yield f"  {said.place}"
        yield from _said(said)
    for change in found.changed:
        yield f"  {change.id}  {change.title}: version {change.was_version} to {change.version}"
        for said in change.about:
            yield f"    {said.place}"
            yield from _said(said)
        yield from _depths(change)


def _said(said: Said) -> Iterator[str]:
    for line in as_marked(said.pieces).split("\n"):
        yield f"      {line}"


def _depths(change: ClauseChange) -> Iterator[str]:
    for depth in change.depths:
        if depth.is_new:
            yield f"    {depth_title(depth.depth)}: new, with {depth.count} sub-clauses"
        for row in depth.rows:
            yield f"    {depth_title(depth.depth)}, sub-clause {row.number or row.was}: {row.state}"
            yield from _said(row.words)


def depth_title(depth: Depth) -> str:
    return f"{depth.value.title()} depth"


def as_plain(found: LibraryDifferences) -> dict[str, Any]:
    return {
        "from": found.old,
        "to": found.new,
        "added": [{"id": topic.id, "title": topic.title} for topic in found.came],
        "retired": [{"id": topic.id, "title": topic.title} for topic in found.went],
        "changed": [plain_change(change) for change in found.changed],
        "shared": [{"place": s.place, "old": s.old, "new": s.new} for s in found.shared],
    }
