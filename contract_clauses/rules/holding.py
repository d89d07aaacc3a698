"""What holds a schedule back: checks that stop it until somebody has decided, with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.rules.fired import Fired


@dataclass(frozen=True, slots=True)
class Hold:
    """A check that stops the schedule of a bid: ``findings`` are its cases that hold, in words."""

    check: str
    findings: tuple[tuple[str, str], ...]
    is_released: bool

    @property
    def stands(self) -> bool:
        return not self.is_released


def holds_on(fired: Iterable[Fired], released: Mapping[str, bool]) -> tuple[Hold, ...]:
    """Return what stops the schedule; a check with several cases is one, decided together.

    ``released`` says by check whether an officer decided that the schedule may go out all the same.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in fired:
        if entry.blocks_schedule and entry.flag is not None:
            check = entry.rule.partition(":")[0]
            found.setdefault(check, []).append((entry.flag.says, entry.words))
    return tuple(
        Hold(check, tuple(lines), released.get(check, False)) for check, lines in found.items()
    )
