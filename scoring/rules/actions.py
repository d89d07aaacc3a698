"""What is done about a risk: single actions, and the controls that hold it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ActionState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class ControlKind(StrEnum):
    IN_PLACE = "in place"
    CONTRACTUAL = "contractual"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to be done about a risk, as last set. ``words``: why it is done, or dropped."""

    token: str
    number: int
    state: ActionState
    what: str
    owner: str
    due: date | None
    words: str
    by: str
    on: date

    def is_late(self, today: date) -> bool:
        return self.state is ActionState.OPEN and self.due is not None and self.due < today


@dataclass(frozen=True, slots=True)
class Control:
    """What holds a risk down. ``clause_id``: the clause that makes a contractual one binding."""

    token: str
    number: int
    kind: ControlKind
    words: str
    clause_id: str
    is_taken_out: bool
    by: str
    on: date
