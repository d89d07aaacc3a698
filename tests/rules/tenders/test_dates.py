"""The dates of a tender in their order, and where they lie in the picture."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tenders.rules.dates import LEFT, RIGHT, Dated, Point, day_of, in_order, is_soon, picture

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def test_a_day_begins_in_london():
    assert Dated(Point.CONTRACT_START, date(2027, 7, 1)).moment == datetime(
        2027, 6, 30, 23, tzinfo=UTC
    )


def test_dates_of_the_same_moment_stand_in_the_order_things_happen():
    found = in_order([Dated(Point.OPENED, NOON), Dated(Point.CLOSES, NOON)])

    assert [one.point for one in found] == [Point.CLOSES, Point.OPENED]


def test_the_picture_is_true_to_scale_and_leaves_out_the_end_of_the_contract():
    dates = in_order(
        [
            Dated(Point.PUBLISHED, NOON),
            Dated(Point.CLOSES, NOON + timedelta(days=5)),
            Dated(Point.OPENED, NOON + timedelta(days=10)),
            Dated(Point.CONTRACT_END, date(2036, 1, 1)),
        ]
    )

    drawn = picture(dates, NOON + timedelta(days=5))

    assert [mark.x for mark in drawn.marks] == [LEFT, (LEFT + RIGHT) // 2, RIGHT]
    assert drawn.now == (LEFT + RIGHT) // 2
    assert [mark.is_past for mark in drawn.marks] == [True, True, False]


def test_one_date_is_no_picture_and_today_may_lie_outside():
    two = (Dated(Point.PUBLISHED, NOON), Dated(Point.CLOSES, NOON + timedelta(days=1)))

    assert picture(two[:1], NOON) is None
    assert picture(two, NOON + timedelta(days=2)).now is None


@pytest.mark.parametrize(
    ("text", "day"),
    [("2027-03-01", date(2027, 3, 1)), ("2027-03-01T12:00", date(2027, 3, 1)), ("", None),
     (None, None), ("soon", None), ("2027-02-31", None)],
    ids=["day", "moment", "empty", "none", "words", "no such day"],
)  # fmt: skip
def test_a_stored_day_is_read_or_nothing(text, day):
    assert day_of(text) == day


def test_what_is_over_is_not_soon():
    assert [is_soon(NOON + timedelta(days=d), NOON, days=3) for d in (-1, 0, 2, 3)] == [
        False, True, True, False,
    ]  # fmt: skip
