"""In which order things stand that need somebody: pure rules."""

from datetime import UTC, datetime, timedelta

import pytest

from tenders.rules.urgency import Urgency, urgency_of

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "can_wait", "urgency"),
    [
        (-3, False, Urgency.SOON),
        (0, False, Urgency.SOON),
        (13, True, Urgency.SOON),
        (None, False, Urgency.STEP),
        (14, False, Urgency.FAR),
        (None, True, Urgency.WHENEVER),
    ],
)
def test_a_step_without_a_date_stands_between_what_is_soon_and_what_is_far(days, can_wait, urgency):
    due = None if days is None else NOON + timedelta(days=days)

    assert urgency_of(due, NOON, can_wait=can_wait) is urgency
