"""The order of what needs somebody: what is late or soon, then the steps others wait for."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

# What is due within so many days stands before the steps that have no date.
SOON = timedelta(days=14)


class Urgency(IntEnum):
    """``STEP``: no date, but nothing goes on before it is done. ``WHENEVER``: nothing waits."""

    SOON = 0
    STEP = 1
    FAR = 2
    WHENEVER = 3


def urgency_of(due: datetime | None, moment: datetime, *, can_wait: bool) -> Urgency:
    """Return how urgent a task is; ``can_wait``: nothing is kept up while it is not done."""
    if due is None:
        return Urgency.WHENEVER if can_wait else Urgency.STEP
    return Urgency.SOON if due < moment + SOON else Urgency.FAR
