"""Every answer that a part offers, side by side: what differs between them, and what does not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from contract_clauses.rules.library import Library
from contract_clauses.rules.outline import Outline, OutlinedClause, sub_clause_in_words


@dataclass(frozen=True, slots=True)
class Consequence:
    """What an answer leads to beside clauses: a flag or a risk. ``id`` tells it from others."""

    id: str
    says: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One answer to a part, with everything it leads to."""

    label: str
    is_now: bool
    outline: Outline
    flags: tuple[Consequence, ...]
    risks: tuple[Consequence, ...]
    # Labels of the parts that are asked with this answer.
    asked: tuple[Consequence, ...]


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause under one answer. ``says`` are the sub-clauses other answers do not bring,
    ``values`` what it says where other answers say something else: (label, words, short)."""

    id: str
    title: str
    because: str
    is_undecided: bool
    says: tuple[str, ...]
    values: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    is_now: bool
    clauses: tuple[ClauseLine, ...]
    flags: tuple[Consequence, ...]
    risks: tuple[Consequence, ...]
    asked: tuple[Consequence, ...]

    @property
    def is_plain(self) -> bool:
        """Return whether nothing sets this answer apart."""
        return not (self.clauses or self.flags or self.risks or self.asked)


@dataclass(frozen=True, slots=True)
class Compared:
    """``common``: how many clauses are the same, word for word, under every answer."""

    rows: tuple[Row, ...]
    common: int

    @property
    def is_the_same(self) -> bool:
        return all(row.is_plain for row in self.rows)


def compared(candidates: Sequence[Candidate], library: Library) -> Compared:
    """Return the answers side by side, each with what not all of them lead to."""
    every = [{clause.id: clause for clause in c.outline.clauses} for c in candidates]
    same = {
        name
        for name in set().union(*every)
        if len({_signature(clauses.get(name)) for clauses in every}) == 1
    }
    flags, risks, asked = (
        _shared([getattr(c, kind) for c in candidates]) for kind in ("flags", "risks", "asked")
    )
    return Compared(
        tuple(
            Row(
                candidate.label,
                candidate.is_now,
                tuple(
                    _line(clause, every, library)
                    for name, clause in clauses.items()
                    if name not in same
                ),
                tuple(entry for entry in candidate.flags if entry.id not in flags),
                tuple(entry for entry in candidate.risks if entry.id not in risks),
                tuple(entry for entry in candidate.asked if entry.id not in asked),
            )
            for candidate, clauses in zip(candidates, every, strict=True)
        ),
        len(same),
    )


def _signature(clause: OutlinedClause | None) -> object:
    """Return what a reader could tell two forms of a clause apart by; not why it is there."""
    if clause is None:
        return None
    values = tuple((value.name, value.words, value.given) for value in clause.values)
    return clause.is_undecided, clause.sub_clauses, values


def _shared(found: Sequence[Iterable[Consequence]]) -> set[str]:
    ids = [{entry.id for entry in entries} for entries in found]
    return set.intersection(*ids) if ids else set()


def _line(
    clause: OutlinedClause, every: Sequence[dict[str, OutlinedClause]], library: Library
) -> ClauseLine:
    others = [clauses[clause.id] for clauses in every if clause.id in clauses]
    common = set.intersection(*(set(other.sub_clauses) for other in others))
    varies = {
        value.name
        for value in clause.values
        if len({_words(other, value.name) for other in others}) > 1
    }
    return ClauseLine(
        clause.id,
        clause.title,
        clause.because,
        clause.is_undecided,
        tuple(
            sub_clause_in_words(library, clause, place)
            for place in clause.sub_clauses
            if place not in common
        ),
        tuple(
            (value.label, value.words, value.says)
            for value in clause.values
            if value.name in varies
        ),
    )


def _words(clause: OutlinedClause, name: str) -> tuple[str, str]:
    value = clause.value(name)
    return (value.words, value.given) if value else ("", "")
