"""The bank holidays of every part of the United Kingdom, from the library that keeps them."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from functools import cache

from holidays.countries import UnitedKingdom

# England, Wales, Scotland, Northern Ireland.
PARTS = UnitedKingdom.subdivisions


class BankHolidays(Container[date]):
    """The days that are a bank holiday in at least one part of the United Kingdom.

    A day that is proclaimed later, as for a coronation, is known once the library is brought up to
    date.
    """

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in of_year(day.year)


@cache
def of_year(year: int) -> frozenset[date]:
    return frozenset(
        day for part in PARTS for day in UnitedKingdom(subdiv=part, years=year) if day.year == year
    )


BANK_HOLIDAYS = BankHolidays()
