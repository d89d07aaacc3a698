"""How long a supplier needs to answer: from the minutes each question is estimated to take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from question_bank.rules.questions import Question

# Our practice, not law: those who know the answers have about two hours a day for a bid, and a
# company needs three more days to read it through and sign it.
HOURS_A_DAY = 2
DAYS_TO_SIGN = 3
STEP = 5


@dataclass(frozen=True, slots=True)
class Effort:
    minutes: int

    @property
    def hours(self) -> int:
        """Return whole hours, rounded up: nobody is helped by an estimate that is too low."""
        return ceil(self.minutes / 60)

    @property
    def working_days(self) -> int:
        """Return the working days from publication that a bid should have at the least."""
        return ceil(self.minutes / 60 / HOURS_A_DAY) + DAYS_TO_SIGN

    @property
    def words(self) -> str:
        hours = "1 hour" if self.hours == 1 else f"{self.hours} hours"
        return (
            f"A supplier that answers for the first time needs about {hours} of work. Give at "
            f"least {self.working_days} working days."
        )

    @property
    def basis(self) -> str:
        return (
            "The sum of what we estimate each question to take, counting only the parts asked; not "
            f"measured. People who know the answers have about {HOURS_A_DAY} hours a day for a "
            f"bid, and reading through and signing takes {DAYS_TO_SIGN} days. Whoever reuses "
            "earlier answers is faster."
        )


def minutes_to_answer(asked: Question, whole: Question | None = None) -> int:
    """Return the minutes for the parts asked of the ``whole`` question, in steps of 5."""
    parts = len(whole.parts) if whole is not None else len(asked.parts)
    if not parts:
        return 0
    return STEP * ceil(asked.minutes * len(asked.parts) / parts / STEP)


def effort(asked: Iterable[tuple[Question, Question | None]]) -> Effort:
    """Return the effort for questions as asked, each with the whole question it was taken from."""
    return Effort(sum(minutes_to_answer(question, whole) for question, whole in asked))
