"""What in time means, to the second."""

from datetime import datetime

import pytest

from foundation.clock import LONDON
from tenders.rules.deadline import to_the_second


@pytest.mark.parametrize(
    ("closes_at", "words"),
    [
        (datetime(2026, 12, 4, 12, tzinfo=LONDON), "11:59:59 is in time, 12:00:00 is late"),
        (datetime(2026, 12, 4, 0, 0, tzinfo=LONDON), "23:59:59 is in time, 00:00:00 is late"),
        (datetime(2026, 7, 4, 17, 30, tzinfo=LONDON), "17:29:59 is in time, 17:30:00 is late"),
    ],
)
def test_the_second_before_is_in_time_and_the_closing_time_is_late(closes_at, words):
    assert to_the_second(closes_at) == words
