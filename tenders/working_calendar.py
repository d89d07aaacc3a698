"""The bank holidays of every part of the United Kingdom, from the library that keeps them."""

from __future__ import annotations

from collections.abc import Container
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

PARTS = {"ENG": "England", "WLS": "Wales", "SCT": "Scotland", "NIR": "Northern Ireland"}
SATURDAY = 5


class BankHolidays(Container[date]):
    """The days that are a bank holiday in at least one part of the United Kingdom.

    A day that is proclaimed later, as for a coronation, is known once the library is brought up to
    date.
    """

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in of_year(day.year)


@cache
def of_year(year: int) -> frozenset[date]:
    parts = (_of_part(part, year) for part in PARTS)
    # A holiday in lieu may fall into the next year, which has it too.
    return frozenset(day for days in parts for day in days if day.year == year)


def _of_part(part: str, year: int) -> HolidayBase:
    # The library knows every country; it is read once somebody counts working days.
    from holidays import country_holidays

    return country_holidays("GB", subdiv=part, years=year)


BANK_HOLIDAYS = BankHolidays()


def holidays_between(first: date, last: date) -> list[tuple[date, str]]:
    """Return the bank holidays from ``first`` to ``last`` that fall on a weekday, in their order.

    Each with its name and, where not the whole kingdom keeps it, the parts that do: a count of
    working days that leaves one out looks wrong to whoever works on that day.
    """
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return [
        (day, _name_of(day)) for day in days if day.weekday() < SATURDAY and day in BANK_HOLIDAYS
    ]


def day_off(day: date) -> str:
    """Return the sentence that a day is no working day, and why; "" for one that is."""
    if day in BANK_HOLIDAYS:
        why = f": {_name_of(day)}"
    elif day.weekday() >= SATURDAY:
        why = ""
    else:
        return ""
    return f"{day:%A} {day.day} {day:%B %Y} is not a working day{why}."


def _name_of(day: date) -> str:
    names = {part: _of_part(code, day.year).get(day) for code, part in PARTS.items()}
    kept = [part for part, name in names.items() if name]
    name = next(name for name in names.values() if name)
    return name if len(kept) == len(PARTS) else f"{name}, in {' and '.join(kept)}"
