"""Why marking waits is said without a number to whoever is kept away from a bid that is counted."""

from __future__ import annotations

import pytest

from scoring import queries, service
from scoring.rules.interests import Nature
from scoring.service.exclusion_gate import ChecksMissing
from tests.evaluating import declare_for, give
from tests.factories import make_open_tender, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS


@pytest.fixture
def tender(interests_asked, officer):
    facts = FACTS | {"procedure": "open", "above_threshold": "yes"}
    return make_open_tender(officer, closes_at=CLOSES_AT, facts=facts)


def test_an_evaluator_kept_from_a_bid_is_not_told_how_many_checks_are_missing(
    tender, make_bid, opened, evaluator, officer
):
    near, away = make_bid("Larkfield"), make_bid("Zephyrine")
    opened()
    declare_for(tender, [officer])
    by = viewer_of(evaluator)
    named = {away.id: service.Connection(Nature.FAMILY, "My brother works there")}
    service.declare(tender, service.Declared(True, "", named), by=by)

    with pytest.raises(ChecksMissing) as refused:
        give(queries.bid_in_evaluation(by, near.token, to="mark:read"), "SLP-01", 3, by=by)

    assert str(refused.value) == (
        "You cannot mark yet because exclusion checks are not finished: an officer finishes them, "
        "or records why marking begins before"
    )
