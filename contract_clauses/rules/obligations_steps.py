"""What may be done about something that is due, by whom, and what it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from contract_clauses.rules.obligations import Bound, DueState
from foundation.errors import DomainError

LONGEST_WORDS = 2000
# From how many days before on a due obligation is told as due soon.
SOON = 30


class Step(StrEnum):
    SHOW = "show"
    CONFIRM = "confirm"
    SEND_BACK = "send back"
    PUT_OFF = "put off"
    WAIVE = "waive"


STEPS: Mapping[tuple[DueState, Step], DueState] = MappingProxyType(
    {
        (DueState.OPEN, Step.SHOW): DueState.SHOWN,
        (DueState.SENT_BACK, Step.SHOW): DueState.SHOWN,
        # More is shown before anybody looked.
        (DueState.SHOWN, Step.SHOW): DueState.SHOWN,
        (DueState.SHOWN, Step.CONFIRM): DueState.CONFIRMED,
        # What the council does itself, or has seen without anything being shown.
        (DueState.OPEN, Step.CONFIRM): DueState.CONFIRMED,
        (DueState.SENT_BACK, Step.CONFIRM): DueState.CONFIRMED,
        (DueState.SHOWN, Step.SEND_BACK): DueState.SENT_BACK,
        (DueState.OPEN, Step.PUT_OFF): DueState.OPEN,
        (DueState.SENT_BACK, Step.PUT_OFF): DueState.SENT_BACK,
        (DueState.OPEN, Step.WAIVE): DueState.WAIVED,
        (DueState.SHOWN, Step.WAIVE): DueState.WAIVED,
        (DueState.SENT_BACK, Step.WAIVE): DueState.WAIVED,
    }
)
DONE = frozenset({DueState.CONFIRMED, DueState.WAIVED})
# The steps of the council's side.
OF_THE_COUNCIL = (Step.CONFIRM, Step.SEND_BACK, Step.PUT_OFF, Step.WAIVE)
IN_WORDS: Mapping[Step, str] = MappingProxyType(
    {
        Step.SHOW: "show evidence for this",
        Step.CONFIRM: "confirm this",
        Step.SEND_BACK: "send this back",
        Step.PUT_OFF: "put this off",
        Step.WAIVE: "waive this",
    }
)
ASKED: Mapping[Step, str] = MappingProxyType(
    {
        Step.SHOW: "Say what you show, or add a file",
        Step.CONFIRM: "Say what you looked at",
        Step.SEND_BACK: "Say what is missing",
        Step.PUT_OFF: "Enter why it is put off",
        Step.WAIVE: "Enter why it is waived",
    }
)


class StepRefused(DomainError):
    """Something cannot be done about an obligation as it stands."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How something due stands on a day."""

    state: DueState
    due_on: date | None
    today: date

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def is_overdue(self) -> bool:
        """Whether its day is past and nothing was shown; what was shown waits for the council."""
        return (
            self.due_on is not None
            and self.due_on < self.today
            and self.state in (DueState.OPEN, DueState.SENT_BACK)
        )

    @property
    def is_soon(self) -> bool:
        return (
            self.due_on is not None
            and not self.is_overdue
            and (self.due_on - self.today).days <= SOON
            and self.state in (DueState.OPEN, DueState.SENT_BACK)
        )

    @property
    def words(self) -> str:
        """Return the state as people read it."""
        if self.is_overdue:
            return "Sent back, overdue" if self.state is DueState.SENT_BACK else "Overdue"
        return {
            DueState.OPEN: "Due soon" if self.is_soon else "To do",
            DueState.SHOWN: "To be confirmed",
            DueState.CONFIRMED: "Confirmed",
            DueState.SENT_BACK: "Sent back",
            DueState.WAIVED: "Waived",
        }[self.state]


def state_after(state: DueState, step: Step) -> DueState:
    """Return what a step leads to. Raises StepRefused."""
    try:
        return STEPS[state, step]
    except KeyError:
        raise StepRefused(f"You cannot {IN_WORDS[step]} because it is {state}") from None


def steps_from(state: DueState) -> tuple[Step, ...]:
    """Return what the council may do about it now."""
    return tuple(step for step in OF_THE_COUNCIL if (state, step) in STEPS)


def may_show(state: DueState, bound: Bound) -> bool:
    """Return whether the supplier may show evidence: not for what the council alone has to do."""
    return bound is not Bound.COUNCIL and (state, Step.SHOW) in STEPS


def checked_words(step: Step, text: str, *, files: int = 0) -> str:
    """Return what somebody wrote about a step. Raises StepRefused."""
    words = text.strip()
    if not words and not (step is Step.SHOW and files):
        raise StepRefused(ASKED[step], field="words")
    if len(words) > LONGEST_WORDS:
        raise StepRefused(f"Enter {LONGEST_WORDS:,} characters or fewer", field="words")
    return words


def checked_day(day: date | None, standing: Standing, ends_on: date) -> date:
    """Return the day something is put off to. Raises StepRefused."""
    if day is None:
        raise StepRefused("Enter the day it is put off to", field="due_on")
    if day < standing.today:
        raise StepRefused("Enter today or a later day", field="due_on")
    if day == standing.due_on:
        raise StepRefused("Enter another day than the one it is due on now", field="due_on")
    if day.year > ends_on.year + 2:
        raise StepRefused(
            "Enter a day no later than two years after the contract ends", field="due_on"
        )
    return day
