"""Working days as section 123 of the Procurement Act 2023 counts them.

Not Saturdays, Sundays, or bank holidays in any part of the United Kingdom. Which days are bank
holidays, the caller says: ``tenders.working_calendar`` knows them.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta

SATURDAY = 5
DAY = timedelta(days=1)


def is_working_day(day: date, holidays: Container[date]) -> bool:
    return day.weekday() < SATURDAY and day not in holidays


def last_of(count: int, first: date, holidays: Container[date]) -> date:
    """Return the last of ``count`` working days beginning with ``first``.

    ``first`` counts if it is a working day itself, as the day on which an award notice is
    published does for the standstill.
    """
    day, left = first, count
    while True:
        left -= is_working_day(day, holidays)
        if left <= 0:
            return day
        day += DAY


def after(count: int, day: date, holidays: Container[date]) -> date:
    """Return the working day that is ``count`` working days after ``day``, which never counts."""
    return last_of(count, day + DAY, holidays) if count > 0 else day


def before(count: int, day: date, holidays: Container[date]) -> date:
    """Return the working day that is ``count`` working days before ``day``, which never counts."""
    left = count
    while left > 0:
        day -= DAY
        left -= is_working_day(day, holidays)
    return day


def on_or_after(day: date, holidays: Container[date]) -> date:
    return last_of(1, day, holidays)


def working_days_between(first: date, last: date, holidays: Container[date]) -> int:
    """Return how many working days there are from ``first`` to ``last``, both included."""
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return sum(is_working_day(day, holidays) for day in days)
