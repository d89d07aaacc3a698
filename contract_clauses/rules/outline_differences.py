"""How two outlines differ, clause by clause, in words with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from contract_clauses.rules.library import Library
from contract_clauses.rules.outline import (
    Outline,
    OutlinedClause,
    OutlinedPromise,
    OutlinedValue,
    sub_clause_in_words,
)

NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})


class ChangeKind(StrEnum):
    """What becomes of a clause. CERTAIN: it was kept in only because something was not known."""

    COMES_IN = "comes in"
    LEAVES = "leaves"
    CERTAIN = "becomes certain"
    OPEN = "becomes open"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value of a clause that is written otherwise. ``short`` says how it falls short of the
    council's minimum, which then stands in its place; ``given`` is what the bid gives."""

    label: str
    before: str
    after: str
    given: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class ClauseChange:
    kind: ChangeKind
    id: str
    title: str
    because: str
    sources: tuple[str, ...] = ()
    says_more: tuple[str, ...] = ()
    says_less: tuple[str, ...] = ()
    values: tuple[ValueChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    clauses: tuple[ClauseChange, ...]
    promises_made: tuple[OutlinedPromise, ...]
    promises_gone: tuple[OutlinedPromise, ...]

    def __bool__(self) -> bool:
        return bool(self.clauses or self.promises_made or self.promises_gone)

    def of_kind(self, kind: str) -> tuple[ClauseChange, ...]:
        return tuple(change for change in self.clauses if change.kind == kind)


def differences(
    before: Outline,
    after: Outline,
    library: Library,
    redrafted: Mapping[str, tuple[str, ...]] = NOTHING,
) -> Differences:
    """Return what is otherwise in ``after``, in the order of the library.

    ``redrafted``: by clause, the sub-clauses of ``after`` that people wrote, as they print.

    Sub-clauses are compared where both were made with ``library``; otherwise only which clauses
    there are, and their values.
    """
    same = before.library_fingerprint == after.library_fingerprint == library.fingerprint
    return Differences(
        tuple(_changes(before, after, library if same else None, redrafted)),
        tuple(line for line in after.promises if line not in before.promises),
        tuple(line for line in before.promises if line not in after.promises),
    )


def _changes(
    before: Outline,
    after: Outline,
    library: Library | None,
    redrafted: Mapping[str, tuple[str, ...]],
) -> Iterable[ClauseChange]:
    then = {clause.id: clause for clause in before.clauses}
    now = {clause.id: clause for clause in after.clauses}
    why_out = {topic.id: topic for topic in after.left_out}
    for name in _in_order(before, after):
        old, new = then.get(name), now.get(name)
        if old is None and new is not None:
            yield ClauseChange(ChangeKind.COMES_IN, name, new.title, new.because, new.sources)
        elif new is None and old is not None:
            out = why_out.get(name)
            because, sources = (out.because, out.sources) if out else ("", ())
            yield ClauseChange(ChangeKind.LEAVES, name, old.title, because, sources)
        elif old is not None and new is not None:
            change = _changed(old, new, library, redrafted.get(name, ()))
            if change is not None:
                yield change


def _in_order(before: Outline, after: Outline) -> list[str]:
    """Return every clause of either by its id: C01, C02, … is the order of the library."""
    return sorted({clause.id for outline in (before, after) for clause in outline.clauses})


def _changed(
    old: OutlinedClause,
    new: OutlinedClause,
    library: Library | None,
    redrafted: tuple[str, ...] = (),
) -> ClauseChange | None:
    values = tuple(_values(old, new))
    more, less = (*_texts(new, old, library), *redrafted), _texts(old, new, library)
    kind = ChangeKind.CHANGED
    if old.is_undecided != new.is_undecided:
        kind = ChangeKind.CERTAIN if old.is_undecided else ChangeKind.OPEN
    if kind is ChangeKind.CHANGED and not (values or more or less):
        return None
    return ClauseChange(kind, new.id, new.title, new.because, new.sources, more, less, values)


def _texts(of: OutlinedClause, other: OutlinedClause, library: Library | None) -> tuple[str, ...]:
    """Return the sub-clauses of one that the other lacks, in words."""
    if library is None:
        return ()
    only = [place for place in of.sub_clauses if place not in other.sub_clauses]
    return tuple(sub_clause_in_words(library, of, place) for place in only)


def _values(old: OutlinedClause, new: OutlinedClause) -> Iterable[ValueChange]:
    stood: Mapping[str, OutlinedValue] = {value.name: value for value in old.values}
    for value in new.values:
        was = stood.get(value.name)
        if was is None or (was.words, was.given) == (value.words, value.given):
            continue
        yield ValueChange(value.label, was.words, value.words, value.given, value.says)
