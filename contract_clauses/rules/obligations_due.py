"""When an obligation falls due, worked out from its time and the days of the contract.

A time is counted from the start of the contract, from go-live or from its end, forwards or back;
or from something that may happen ("within 4 hours of an incident", "20 Working Days before a
change"), and then it has no day until somebody says when that is.
"""

from __future__ import annotations

from calendar import month_name, monthrange
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tenders.rules.working_days import after
from tenders.rules.working_days import before as working_days_before

MONTHS = list(month_name)
A_YEAR = 12
HOURS_A_DAY = 24


class Timing(StrEnum):
    """The kinds of time a clause or an annex gives; STATED: only in its words."""

    BEFORE = "before"
    ON = "on"
    EVERY_MONTHS = "every_months"
    # For the first time before go-live, and again every so many months.
    BEFORE_AND_EVERY_MONTHS = "before_and_every_months"
    WORKING_DAYS = "within_working_days"
    DAYS = "within_days"
    MONTHS = "within_months"
    HOURS = "within_hours"
    # At least so long ahead of what it is counted from.
    WORKING_DAYS_BEFORE = "working_days_before"
    DAYS_BEFORE = "days_before"
    MONTHS_BEFORE = "months_before"
    # Of the annex of commitments: to be kept, not to be reached.
    UNTIL = "until"
    THROUGHOUT = "throughout"
    STATED = ""


# What comes round, what is done in a time after something, and what is done so long ahead of it.
RECURRING = frozenset({Timing.EVERY_MONTHS, Timing.BEFORE_AND_EVERY_MONTHS})
WITHIN = frozenset({Timing.WORKING_DAYS, Timing.DAYS, Timing.MONTHS, Timing.HOURS})
AHEAD = frozenset({Timing.WORKING_DAYS_BEFORE, Timing.DAYS_BEFORE, Timing.MONTHS_BEFORE})


class Anchor(StrEnum):
    """What a time is counted from."""

    START = "start"
    GO_LIVE = "go-live"
    END = "end"
    EVENT = ""


@dataclass(frozen=True, slots=True)
class When:
    """A time as a rule reads it: so many months, working days or hours from ``of``, or a day."""

    timing: Timing = Timing.STATED
    count: int = 0
    day: date | None = None
    of: Anchor = Anchor.EVENT


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a contract; ``live_on`` is None until the service is live."""

    starts_on: date
    live_on: date | None
    ends_on: date

    def of(self, anchor: Anchor) -> date | None:
        return {
            Anchor.START: self.starts_on,
            Anchor.GO_LIVE: self.live_on,
            Anchor.END: self.ends_on,
        }.get(anchor)


def when_of(timing: str, at: str, of: str = "") -> When:
    """Return the time of a duty from what its schedule keeps: key, value as printed, anchor."""
    try:
        kind = Timing(timing)
    except ValueError:
        return When()
    if kind is Timing.ON:
        return When(kind, day=day_in_words(at))
    if kind is Timing.BEFORE:
        return When(kind, of=Anchor.GO_LIVE)
    # What recurs begins with the service, unless the clause says otherwise.
    anchor = Anchor(of) if of else Anchor.GO_LIVE if kind in RECURRING else Anchor.EVENT
    return When(kind, _whole(at), of=anchor)


def day_in_words(words: str) -> date | None:
    """Return the day that “27 March 2026” or “Until 27 March 2026” prints; None for no day."""
    try:
        number, month, year = words.removeprefix("Until ").split()
        return date(int(year), MONTHS.index(month), int(number))
    except ValueError:
        return None


def _whole(at: str) -> int:
    """Return a count as printed, "12" or "4.5"; part of an hour counts as one."""
    whole, _, rest = at.replace(",", "").partition(".")
    if not whole.isascii() or not whole.isdigit():
        return 0
    return int(whole) + bool(rest.strip("0"))


def is_triggered(when: When) -> bool:
    """Return whether it falls due only once something happens."""
    counted = when.timing in WITHIN | AHEAD and when.of is Anchor.EVENT
    return counted or when.timing is Timing.STATED


def is_ahead(when: When) -> bool:
    """Return whether it is to be done ahead of what it is counted from, which may be to come."""
    return when.timing in AHEAD


def is_lasting(when: When) -> bool:
    """Return whether it is to be kept throughout, rather than done by a day."""
    return when.timing in (Timing.UNTIL, Timing.THROUGHOUT)


def has_days(when: When) -> bool:
    """Return whether it falls due by itself, though the day may not be known yet."""
    return not is_triggered(when) and not is_lasting(when)


def due(when: When, days: Days, number: int, holidays: Container[date]) -> date | None:
    """Return the day on which it falls due for the ``number``-th time, from 1.

    None where it does not: it hangs on a day not known yet, comes only once, or would come after
    the contract.
    """
    if when.timing in RECURRING:
        return _recurring(when, days, number)
    if number > 1:
        return None
    if when.timing is Timing.ON:
        return when.day
    if when.timing is Timing.BEFORE:
        return days.live_on
    return due_after(when, days.of(when.of), holidays)


def due_after(when: When, happened_on: date | None, holidays: Container[date]) -> date | None:
    """Return until when it is to be done, after what it is counted from or ahead of it."""
    if happened_on is None:
        return None
    if when.timing is Timing.WORKING_DAYS:
        return after(when.count, happened_on, holidays)
    if when.timing is Timing.WORKING_DAYS_BEFORE:
        return working_days_before(when.count, happened_on, holidays)
    if when.timing in (Timing.MONTHS, Timing.MONTHS_BEFORE):
        return months_after(happened_on, when.count * (-1 if is_ahead(when) else 1))
    days = {
        Timing.HOURS: -(-when.count // HOURS_A_DAY),
        Timing.DAYS: when.count,
        Timing.DAYS_BEFORE: -when.count,
    }.get(when.timing)
    return None if days is None else happened_on + timedelta(days=days)


def _recurring(when: When, days: Days, number: int) -> date | None:
    # One added by hand begins on a day of its own, on which it is due for the first time.
    begins, rounds = (when.day, number - 1) if when.day else (days.of(when.of), number)
    if when.timing is Timing.BEFORE_AND_EVERY_MONTHS:
        rounds = number - 1
    if begins is None or when.count < 1:
        return None
    day = months_after(begins, when.count * rounds)
    return day if day <= days.ends_on else None


def rounds_to_add(
    when: When,
    days: Days,
    last: int,
    last_due: date | None,
    *,
    is_done: bool,
    today: date,
) -> tuple[date, ...]:
    """Return the days of the times to come after the ``last``: the next one once that is done or
    its day is past, and those whose day is past too, as after the service was down."""
    found: list[date] = []
    while when.timing in RECURRING and last_due is not None:
        if not is_done and last_due >= today:
            break
        last, is_done = last + 1, False
        next_due = due(when, days, last, frozenset())
        if next_due is None:
            break
        found.append(next_due)
        last_due = next_due
    return tuple(found)


def months_after(day: date, months: int) -> date:
    """Return the same day of a later month, or of an earlier one; its last, where it has none."""
    year, month = divmod(day.month - 1 + months, A_YEAR)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def waits_for(when: When, days: Days) -> str:
    """Return what must happen before it has a day, in words; empty where it has one, or needs none.

    A promise without a day and a time that cannot be counted say so too: somebody has to set one.
    """
    if is_triggered(when) or is_lasting(when):
        return ""
    if when.of is Anchor.GO_LIVE and days.live_on is None and when.day is None:
        return "go-live"
    if when.timing is Timing.ON and when.day is None:
        return "a date to be set"
    return ""


def as_plain(when: When) -> dict[str, Any]:
    return {
        "timing": str(when.timing),
        "count": when.count,
        "day": when.day.isoformat() if when.day else None,
        "of": str(when.of),
    }


def read_when(kept: Mapping[str, Any]) -> When:
    day = kept.get("day")
    return When(
        Timing(kept.get("timing") or ""),
        int(kept.get("count") or 0),
        date.fromisoformat(day) if day else None,
        Anchor(kept.get("of") or ""),
    )
