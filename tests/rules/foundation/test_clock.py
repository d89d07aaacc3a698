# ruff: noqa: DTZ001 (clocks on a wall have no zone: that is what is tested)
from datetime import UTC, date, datetime

import pytest

from foundation.clock import TimeUnclear, from_london, show_date, show_moment


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        pytest.param(datetime(2026, 1, 15, 12), datetime(2026, 1, 15, 12, tzinfo=UTC), id="winter"),
        pytest.param(datetime(2026, 7, 15, 12), datetime(2026, 7, 15, 11, tzinfo=UTC), id="summer"),
    ],
)
def test_from_london(wall, utc):
    assert from_london(wall) == utc


@pytest.mark.parametrize(
    "wall",
    [
        pytest.param(datetime(2026, 3, 29, 1, 30), id="never happens: clocks go forward"),
        pytest.param(datetime(2026, 10, 25, 1, 30), id="happens twice: clocks go back"),
    ],
)
def test_a_time_the_clock_change_makes_unclear_is_refused_at_its_field(wall):
    with pytest.raises(TimeUnclear, match="clocks change") as refusal:
        from_london(wall, field="closes_at")

    assert refusal.value.field == "closes_at"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 12, 4, 12, tzinfo=UTC), "4 December 2026, 12:00 noon (UK time)"),
        (datetime(2026, 12, 4, 0, tzinfo=UTC), "4 December 2026, 12:00 midnight (UK time)"),
        (datetime(2026, 12, 4, 16, 2, tzinfo=UTC), "4 December 2026, 4:02pm (UK time)"),
        (datetime(2026, 7, 4, 23, 30, tzinfo=UTC), "5 July 2026, 12:30am (UK time)"),
        (datetime(2026, 7, 4, 11, 30, tzinfo=UTC), "4 July 2026, 12:30pm (UK time)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_moment_is_shown_as_people_say_it(moment, words):
    assert show_moment(moment) == words


def test_a_day_is_shown_without_a_leading_zero():
    assert show_date(date(2026, 2, 3)) == "3 February 2026"
