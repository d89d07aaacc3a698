"""What is over asks nobody for decisions: a tender that was cancelled, risks after the results."""

from __future__ import annotations

import pytest

from foundation.database import transaction
from tenders.rules.lifecycle import Stage


@pytest.fixture
def read(client_for, make_bid, opened, tender, officer):
    """Read the list of bids and the risks of one at a stage of their tender."""
    bid = make_bid("Larkfield", best=False)
    opened()

    def at_stage(stage: Stage) -> tuple[str, str]:
        with transaction():
            tender.stage = stage
        client = client_for(officer)
        return (
            client.get(f"/evaluation/tenders/{tender.token}").text,
            client.get(f"/evaluation/bids/{bid.token}/risks").text,
        )

    return at_stage


def test_the_bids_of_a_cancelled_tender_are_read_and_nothing_is_to_do(read):
    before, risks_before = read(Stage.EVALUATING)
    after, risks_after = read(Stage.CANCELLED)

    assert ['id="steps"' in page for page in (before, after)] == [True, False]
    assert [" to decide" in page for page in (before, after)] == [True, False]
    assert [" to decide" in page for page in (risks_before, risks_after)] == [True, False]
    assert "This tender was cancelled, so there is nothing to mark or decide" in after


@pytest.mark.parametrize("stage", [Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED])
def test_once_results_are_released_no_risk_asks_to_be_decided(read, stage):
    bids, risks = read(stage)

    assert "Closed with the results" in bids
    assert [" to decide" in risks, " never decided" in risks] == [False, True]
