"""Pages on which a tender is decided send at most 15 statements, as many for 12 bids as for 2."""

from __future__ import annotations

from posixpath import normpath

import pytest

from scoring import service
from tests import deciding as steps
from tests.evaluating import agree_all
from tests.factories import viewer_of

pytestmark = pytest.mark.slow

MOST = 15


@pytest.fixture
def counts(client_for, statements_counted, tender, officer):
    """Return how many statements pages of the tender send, the second time they are asked for."""

    def count(*pages):
        web = client_for(officer)
        found = {}
        for page in pages:
            address = normpath(f"/evaluation/tenders/{tender.token}{page}")
            web.get(address)
            with statements_counted() as statements:
                answer = web.get(address)
            assert answer.status_code == 200
            found[page] = len(statements)
        return found

    return count


@pytest.fixture
def marked(make_bid, opened, evaluated, officer):
    """Have that many bids agreed and their requirements passed; the last has the best marks."""

    def mark(number):
        by = viewer_of(officer)
        made = [make_bid(f"Supplier {each}") for each in range(number)]
        opened()
        for each, bid in enumerate(made):
            best = 5 if bid is made[-1] else 2 + each % 3
            agree_all(bid, best, by=by, words=lambda _: {"feedback": "The plan names the cables"})
            for entry in evaluated(bid).waiting:
                passed = service.GivenDecision(
                    passed=True, reason="Passed, as the answer shows it", based_on=0
                )
                service.decide_requirement(evaluated(bid), entry, passed, by=by)
        return made

    return mark


@pytest.mark.parametrize("number", [2, 12])
def test_the_pages_of_a_decision_send_as_many_for_twelve_bids_as_for_two(
    number, counts, marked, tender, officer
):
    made = marked(number)
    second = steps.colleague(tender)
    by = viewer_of(officer)
    letter = f"/../../bids/{made[0].token}/letter"

    steps.recommend(tender, officer, {bid.token: bid is made[-1] for bid in made})
    waiting = counts("", "/recommendation", "/results")
    steps.approve(tender, second)
    steps.write_letters(tender, officer, {bid.token: "Another earned more" for bid in made[:-1]})
    approved = counts("/recommendation", "/results", "/letters", letter)
    steps.read_letters(tender, second)
    service.release_results(tender, by=by)
    released = counts("", "/results", "/standstill")

    assert waiting == {"": 11, "/recommendation": 14, "/results": 14}
    assert approved == {"/recommendation": 14, "/results": MOST, "/letters": 14, letter: 16}
    assert released == {"": 11, "/results": 12, "/standstill": 6}
