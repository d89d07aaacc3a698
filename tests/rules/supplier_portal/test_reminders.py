from datetime import UTC, datetime, timedelta

import pytest

from supplier_portal.rules.reminders import due, look_again_at, needs_reminding
from supplier_portal.rules.stages import BidStage

CLOSES = datetime(2026, 12, 18, 12, tzinfo=UTC)
WEEK, TWO_DAYS, FOUR_HOURS = timedelta(days=7), timedelta(days=2), timedelta(hours=4)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("looked_before", "now_before", "expected"),
    [
        (timedelta(days=8), timedelta(days=8) - SECOND, None),
        (timedelta(days=8), WEEK + SECOND, None),
        (timedelta(days=8), WEEK, WEEK),
        (WEEK, WEEK - SECOND, None),
        (timedelta(days=3), TWO_DAYS, TWO_DAYS),
        (timedelta(days=8), timedelta(days=1), TWO_DAYS),
        (timedelta(days=8), timedelta(hours=3), FOUR_HOURS),
        (timedelta(days=6), timedelta(days=5), None),
        (timedelta(hours=5), SECOND, FOUR_HOURS),
        (timedelta(days=8), timedelta(0), None),
        (timedelta(days=8), -SECOND, None),
    ],
    ids=[
        "long before",
        "a second before its moment",
        "at its moment",
        "not twice",
        "the second",
        "of two missed the later",
        "of three missed the last",
        "one whose moment had passed before is not sent",
        "the last while open",
        "not at closing",
        "not after closing",
    ],
)
def test_the_last_reminder_whose_moment_came_is_due(looked_before, now_before, expected):
    found = due(CLOSES, looked_at=CLOSES - looked_before, moment=CLOSES - now_before)

    assert found == expected


@pytest.mark.parametrize(
    ("now_before", "expected_before"),
    [
        (timedelta(days=30), timedelta(days=30) - timedelta(hours=6)),
        (WEEK + timedelta(hours=2), WEEK),
        (WEEK, WEEK - timedelta(hours=6)),
        (timedelta(hours=9), FOUR_HOURS),
    ],
    ids=["every six hours", "at a reminder", "on after it", "at the last"],
)
def test_one_looks_again_at_the_next_reminder_and_every_six_hours(now_before, expected_before):
    assert look_again_at(CLOSES, CLOSES - now_before) == CLOSES - expected_before


def test_nobody_looks_again_once_the_tender_is_closed():
    assert look_again_at(CLOSES, CLOSES) is None


@pytest.mark.parametrize(
    ("stage", "unsent", "expected"),
    [
        (BidStage.DRAFT, False, True),
        (BidStage.SUBMITTED, True, True),
        (BidStage.SUBMITTED, False, False),
        (BidStage.WITHDRAWN, True, False),
        (BidStage.OPENED, True, False),
    ],
    ids=["not submitted", "unsent changes", "all is handed in", "withdrawn", "opened"],
)
def test_only_what_is_left_to_hand_in_is_reminded_of(stage, unsent, expected):
    assert needs_reminding(stage, unsent_changes=unsent) is expected
