"""When people are reminded of something that falls due: ahead, on the day, and once it is over."""

from __future__ import annotations

from collections.abc import Collection

# Days before the day something runs out, or falls due.
RUNS_OUT = (60, 30, 7, 0)
FALLS_DUE = (30, 7, 0)
# For what is noticed on the day it is wanted, and once more when that is over.
AT_ONCE = (0,)
# For what is told when it is given, and not again.
ONCE: tuple[int, ...] = ()
# The step once the day is over.
OVER = -1


def step_reached(steps: Collection[int], days_left: int) -> int | None:
    """Return the last reminder whose day has come; None while none has, OVER after the day.

    Of several that came while nobody looked it is the last: one letter tells all of them.
    """
    if not steps:
        return 0
    if days_left < 0:
        return OVER
    return min((step for step in steps if days_left <= step), default=None)


def days_in_words(days_left: int) -> str:
    """Return "in 30 days", "today", "3 days ago"."""
    if days_left == 0:
        return "today"
    number = "1 day" if abs(days_left) == 1 else f"{abs(days_left)} days"
    return f"in {number}" if days_left > 0 else f"{number} ago"
