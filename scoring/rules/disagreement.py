"""How far evaluators are apart on one question of one bid: what a panel takes up first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class CellState(StrEnum):
    """Where one question of one bid stands between marking and an agreed mark."""

    READY = "ready"
    WAITING = "waiting"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``spread``: the highest mark less the lowest, 0 to 5; ``points``: how many published points
    were ticked differently; ``warnings``: how many things seemed odd when the marks were saved."""

    spread: int
    points: int
    warnings: int

    @property
    def order(self) -> tuple[int, int, int]:
        """Return what sorts the widest first."""
        return -self.spread, -self.points, -self.warnings


def disagreement(
    marks: Sequence[int], points: Iterable[Mapping[str, bool]], warnings: int = 0
) -> Disagreement:
    """Return how far marks are apart. A point counts where one says it is met and another not;
    who says nothing of it disagrees with nobody."""
    ticked = [dict(said) for said in points]
    keys = {key for said in ticked for key in said}
    differ = sum(len({said[key] for said in ticked if key in said}) > 1 for key in keys)
    return Disagreement(max(marks) - min(marks) if marks else 0, differ, warnings)


def state_of(is_agreed: bool, people: int, locked: int) -> CellState:
    """Return where a question stands; ``locked``: how many of those who mark it locked it."""
    if is_agreed:
        return CellState.AGREED
    return CellState.READY if people and locked == people else CellState.WAITING
