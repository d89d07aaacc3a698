"""What of a clause that came back can be decided on by itself: each sub-clause that differs."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass, replace

from contract_clauses.rules.negotiated_parts import Change, ClauseChange, Compared, Unit, of_all

HEADING, TERM, NEW = "heading", "term", "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """A sub-clause, a definition or a heading that differs. ``ref`` names it within its clause and
    its file: the key of the sub-clause, "heading", "term1" …, or "new1" … for theirs."""

    clause: str
    ref: str
    unit: Unit

    @property
    def name(self) -> str:
        """Return what a decision on it is kept under, as one on a clause is under the clause."""
        return f"{self.clause}:{self.ref}"


def pieces_of(change: ClauseChange) -> tuple[Piece, ...]:
    """Return what can be decided on by itself, in order; nothing where the clause is one thing."""
    if change.change is Change.REMOVED:
        return ()
    found = tuple(_named(change))
    return found if len(found) > 1 else ()


def _named(change: ClauseChange) -> Iterator[Piece]:
    new = terms = 0
    for unit in change.units:
        # The heading of a clause of theirs goes with the clause.
        if unit.change is Change.UNCHANGED or (unit.is_heading and change.is_new):
            continue
        if unit.is_heading:
            ref = HEADING
        elif unit.term:
            terms += 1
            ref = f"{TERM}{terms}"
        elif unit.ours is None:
            new += 1
            ref = f"{NEW}{new}"
        else:
            ref = unit.key
        yield Piece(change.name, ref, unit)


def piece_of(change: ClauseChange, ref: str) -> Piece | None:
    return next((one for one in pieces_of(change) if one.ref == ref), None)


def open_pieces(change: ClauseChange, decided: Container[str]) -> tuple[Piece, ...]:
    """Return what of a clause nobody decided on; ``decided``: clauses and pieces, by name."""
    if change.name in decided:
        return ()
    return tuple(one for one in pieces_of(change) if one.name not in decided)


def is_open(change: ClauseChange, decided: Container[str]) -> bool:
    """Return whether something of a clause waits for a decision."""
    if change.name in decided:
        return False
    return not pieces_of(change) or bool(open_pieces(change, decided))


def open_in(compared: Compared, decided: Container[str]) -> tuple[ClauseChange, ...]:
    """Return the clauses of which something waits for a decision."""
    return tuple(one for one in compared.to_decide if is_open(one, decided))


def with_only(change: ClauseChange, refs: Collection[str]) -> ClauseChange:
    """Return a clause as it would have come back with these of its pieces alone."""
    wanted = {id(one.unit) for one in pieces_of(change) if one.ref in refs}
    units = tuple(
        unit if id(unit) in wanted else _as_it_was(unit)
        for unit in change.units
        if id(unit) in wanted or unit.ours is not None or unit.is_heading
    )
    return replace(change, change=of_all(units, is_moved=change.moved), units=units)


def _as_it_was(unit: Unit) -> Unit:
    if unit.ours is None:
        return replace(unit, change=Change.UNCHANGED)
    texts = unit.ours.texts
    return replace(
        unit,
        change=Change.UNCHANGED,
        moved=False,
        moved_where="",
        lines=texts,
        raw=texts,
        pieces=(),
        figures=(),
    )
