"""Working days with bank holidays given by hand: what counts, and from where."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tenders.rules.working_days import (
    after,
    is_working_day,
    last_of,
    on_or_after,
    working_days_between,
)

MONDAY = date(2026, 11, 2)
DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))
HOLIDAYS = st.frozensets(DAYS, max_size=40)


def test_a_week_has_five_working_days():
    week = [MONDAY + timedelta(number) for number in range(7)]
    assert [is_working_day(day, ()) for day in week] == [True] * 5 + [False] * 2


def test_the_first_day_counts_if_it_is_a_working_day():
    assert last_of(1, MONDAY, ()) == MONDAY
    assert last_of(8, MONDAY, ()) == date(2026, 11, 11)


def test_a_period_that_begins_on_a_day_off_counts_from_the_next_working_day():
    assert last_of(1, date(2026, 11, 7), ()) == date(2026, 11, 9)
    assert last_of(1, MONDAY, {MONDAY}) == date(2026, 11, 3)


def test_days_after_a_day_never_count_the_day_itself():
    assert after(1, MONDAY, ()) == date(2026, 11, 3)
    assert after(5, MONDAY, {date(2026, 11, 3)}) == date(2026, 11, 10)
    assert after(0, MONDAY, ()) == MONDAY


def test_a_working_day_is_its_own_next_one():
    assert on_or_after(MONDAY, ()) == MONDAY
    assert on_or_after(date(2026, 11, 8), ()) == date(2026, 11, 9)


@given(DAYS, st.integers(1, 60), HOLIDAYS)
def test_the_last_of_n_working_days_is_one_and_there_are_n_up_to_it(first, count, holidays):
    last = last_of(count, first, holidays)

    assert is_working_day(last, holidays)
    assert working_days_between(first, last, holidays) == count


@given(DAYS, st.integers(1, 60), HOLIDAYS)
def test_another_bank_holiday_never_ends_a_period_sooner(first, count, holidays):
    without = last_of(count, first, ())

    assert last_of(count, first, holidays) >= without
