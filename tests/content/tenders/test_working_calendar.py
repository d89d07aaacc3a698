"""The bank holidays of every part of the United Kingdom, and the standstill counted with them."""

from datetime import date, timedelta

import pytest
from holidays.countries import UnitedKingdom

from tenders.law import shipped_law
from tenders.rules.working_days import is_working_day, last_of, working_days_between
from tenders.working_calendar import BANK_HOLIDAYS, PARTS, holidays_between, of_year

STANDSTILL = shipped_law().period("standstill", date(2026, 11, 1)).count


@pytest.mark.parametrize(
    ("published", "ends"),
    [
        (date(2026, 11, 2), date(2026, 11, 11)),
        # Saint Andrew's Day, the 30th, is a bank holiday in Scotland alone.
        (date(2026, 11, 24), date(2026, 12, 4)),
        # Boxing Day is a Saturday; the 2nd of January, of Scotland, too.
        (date(2026, 12, 21), date(2027, 1, 5)),
        # The 12th of July is a bank holiday in Northern Ireland alone.
        (date(2027, 7, 9), date(2027, 7, 21)),
    ],
)
def test_the_standstill_ends_after_eight_working_days_of_the_whole_kingdom(published, ends):
    assert last_of(STANDSTILL, published, BANK_HOLIDAYS) == ends


def test_the_days_of_2027_are_those_the_governments_announced():
    on_weekdays = {day for day in of_year(2027) if day.weekday() < 5}
    assert on_weekdays == {
        date(2027, 1, 1),
        date(2027, 1, 4),
        date(2027, 3, 17),
        date(2027, 3, 26),
        date(2027, 3, 29),
        date(2027, 5, 3),
        date(2027, 5, 31),
        date(2027, 7, 12),
        date(2027, 8, 2),
        date(2027, 8, 30),
        date(2027, 11, 30),
        date(2027, 12, 27),
        date(2027, 12, 28),
    }


def test_every_part_of_the_kingdom_is_asked():
    assert set(PARTS) == set(UnitedKingdom.subdivisions)


@pytest.mark.parametrize("year", range(2025, 2046))
def test_every_standstill_of_a_year_is_eight_working_days_and_no_longer_than_a_fortnight_and_a_bit(
    year,
):
    day = date(year, 1, 1)
    while day.year == year:
        ends = last_of(STANDSTILL, day, BANK_HOLIDAYS)
        assert working_days_between(day, ends, BANK_HOLIDAYS) == 8
        assert is_working_day(ends, BANK_HOLIDAYS)
        assert timedelta(9) <= ends - day <= timedelta(18)
        day += timedelta(1)


def test_what_is_no_day_is_no_bank_holiday():
    assert "2026-12-25" not in BANK_HOLIDAYS


def test_a_bank_holiday_names_the_parts_that_keep_it_unless_all_do():
    said = holidays_between(date(2026, 11, 24), date(2026, 12, 28))

    assert said == [
        (date(2026, 11, 30), "Saint Andrew's Day, in Scotland"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 28), "Boxing Day (observed)"),
    ]
