"""The bank holidays of every part of the United Kingdom, from the library that keeps them."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import cache

from holidays import country_holidays

# England, Wales, Scotland, Northern Ireland.
PARTS = ("ENG", "WLS", "SCT", "NIR")


class BankHolidays(Container[date]):
    """The days that are a bank holiday in at least one part of the United Kingdom.

    A day that is proclaimed later, as for a coronation, is known once the library is brought up to
    date.
    """

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in of_year(day.year)


@cache
def of_year(year: int) -> frozenset[date]:
    parts = (country_holidays("GB", subdiv=part, years=year) for part in PARTS)
    # A holiday in lieu may fall into the next year, which has it too.
    return frozenset(day for days in parts for day in days if day.year == year)


BANK_HOLIDAYS = BankHolidays()
