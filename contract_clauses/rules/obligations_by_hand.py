"""Obligations that somebody adds, and the day on which what one is counted from has happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from contract_clauses.rules.obligations import Bound
from contract_clauses.rules.obligations_drafted import Wording
from contract_clauses.rules.obligations_due import Timing, When
from contract_clauses.rules.obligations_steps import LONGEST_WORDS, StepRefused

LONGEST_LINE = 300
MOST_MONTHS = 60
MOST_YEARS_AHEAD = 10


@dataclass(frozen=True, slots=True)
class ByHand:
    """An obligation as somebody enters it; ``every_months``: it comes round again."""

    what: str
    bound: Bound
    evidence: str
    why: str
    # Where it stands, such as “Main contract, clause 12”.
    place: str = ""
    due_on: date | None = None
    every_months: int | None = None


def checked_by_hand(new: ByHand, signed_on: date) -> Wording:
    """Return what is kept of it. Raises StepRefused."""
    for text, words, field in (
        (new.what, "Enter what has to be done", "what"),
        (new.evidence, "Enter what shows that it was done", "evidence"),
        (new.why, "Enter why it is added", "why"),
    ):
        if not text.strip():
            raise StepRefused(words, field=field)
        if len(text) > (LONGEST_WORDS if field == "why" else LONGEST_LINE):
            raise StepRefused("Enter fewer characters", field=field)
    if len(new.place) > LONGEST_LINE:
        raise StepRefused(f"Enter {LONGEST_LINE} characters or fewer", field="place")
    if new.due_on is not None and new.due_on < signed_on:
        raise StepRefused("Enter a day after the contract was signed", field="due_on")
    time = _time(new)
    return Wording(
        new.what.strip(), _in_words(time), new.evidence.strip(), "", time, new.why.strip()
    )


def _time(new: ByHand) -> When:
    if new.every_months is not None:
        if not 1 <= new.every_months <= MOST_MONTHS:
            raise StepRefused(f"Enter a number from 1 to {MOST_MONTHS}", field="every_months")
        if new.due_on is None:
            raise StepRefused("Enter the day it is due for the first time", field="due_on")
        return When(Timing.EVERY_MONTHS, new.every_months, new.due_on)
    return When() if new.due_on is None else When(Timing.ON, day=new.due_on)


def _in_words(time: When) -> str:
    if time.timing is Timing.EVERY_MONTHS:
        return "Every month" if time.count == 1 else f"Every {time.count} months"
    if time.day is not None:
        return f"By {time.day.day} {time.day:%B %Y}"
    return "When it happens"


def checked_happened(
    day: date | None, words: str, today: date, *, is_ahead: bool = False
) -> tuple[date, str]:
    """Return when something happened, and what. Raises StepRefused.

    What has to be done so long ahead of something is said before that happens: ``is_ahead``.
    """
    if day is None:
        raise StepRefused("Enter the day it happened", field="happened_on")
    if is_ahead and day.year > today.year + MOST_YEARS_AHEAD:
        raise StepRefused(
            f"Enter a day no more than {MOST_YEARS_AHEAD} years ahead", field="happened_on"
        )
    if day > today and not is_ahead:
        raise StepRefused("Enter today or an earlier day", field="happened_on")
    said = words.strip()
    if not said:
        raise StepRefused("Enter what happened", field="words")
    if len(said) > LONGEST_WORDS:
        raise StepRefused(f"Enter {LONGEST_WORDS:,} characters or fewer", field="words")
    return day, said
