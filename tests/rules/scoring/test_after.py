"""Where a bid stands after closing, in words."""

import pytest

from scoring.rules.after import NOT_HANDED_IN, status_in_words
from tenders.rules.lifecycle import Stage


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.DRAFT])
def test_every_stage_a_bid_can_be_at_has_words(stage):
    assert status_in_words(stage, handed_in=True)


def test_a_bid_never_handed_in_is_read_by_nobody():
    assert status_in_words(Stage.EVALUATING, handed_in=False) == NOT_HANDED_IN
    assert status_in_words(Stage.CANCELLED, handed_in=False) == (
        "The council has cancelled this tender"
    )
