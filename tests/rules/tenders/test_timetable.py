"""In time means before the closing time; what is left is said in words and rounded down."""

from datetime import UTC, datetime, timedelta

import pytest

from tenders.rules.timetable import is_open, opens_from, time_left

PUBLISHED_AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
CLOSES_AT = datetime(2026, 12, 4, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (PUBLISHED_AT - MICROSECOND, False),
        (PUBLISHED_AT, True),
        (CLOSES_AT - MICROSECOND, True),
        (CLOSES_AT, False),
        (CLOSES_AT + MICROSECOND, False),
    ],
    ids=["before publication", "at publication", "just in time", "on the moment", "just late"],
)
def test_a_tender_is_open_from_publication_until_just_before_it_closes(moment, expected):
    assert is_open(CLOSES_AT, moment, published_at=PUBLISHED_AT) is expected


def test_a_draft_and_a_tender_without_closing_time_are_not_open():
    assert is_open(CLOSES_AT, PUBLISHED_AT, published_at=None) is False
    assert is_open(None, PUBLISHED_AT, published_at=PUBLISHED_AT) is False


def test_bids_are_opened_a_minute_after_closing_at_the_earliest():
    assert opens_from(CLOSES_AT) == CLOSES_AT + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=9, hours=23), "in 9 days"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(days=2) - MICROSECOND, "in 47 hours 59 minutes"),
        (timedelta(hours=3, minutes=5), "in 3 hours 5 minutes"),
        (timedelta(hours=1), "in 1 hour"),
        (timedelta(minutes=1), "in 1 minute"),
        (timedelta(seconds=59), "in less than a minute"),
        (MICROSECOND, "in less than a minute"),
        (timedelta(0), "closed"),
        (-MICROSECOND, "closed"),
    ],
    ids=str,
)
def test_time_left_is_said_in_words_and_rounded_down(left, words):
    assert time_left(CLOSES_AT, CLOSES_AT - left) == words
