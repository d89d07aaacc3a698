"""Pages on which a tender is decided send as many statements for four bids as for one."""

from __future__ import annotations

import pytest

from scoring import service
from tests import deciding as steps
from tests.evaluating import agree_all
from tests.factories import viewer_of

pytestmark = pytest.mark.slow

# A recommendation rests on the whole record: bids, marks, decisions, registers, exclusions, prices,
# late bids, questions to bidders, who is kept from which bid and who still marks. Each is a
# table, so that these pages send more than the 15 statements of others.
MOST = 20


@pytest.fixture
def counts(client_for, statements_counted, tender, officer):
    """Return how many statements pages of the tender send, the second time they are asked for."""

    def count(*pages):
        web = client_for(officer)
        found = {}
        for page in pages:
            address = f"/evaluation/tenders/{tender.token}{page}"
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
        for best, bid in enumerate(made, 2):
            agree_all(bid, best, by=by, words=lambda _: {"feedback": "The plan names the cables"})
            for entry in evaluated(bid).waiting:
                passed = service.GivenDecision(
                    passed=True, reason="Passed, as the answer shows it", based_on=0
                )
                service.decide_requirement(evaluated(bid), entry, passed, by=by)
        return made

    return mark


@pytest.mark.parametrize("number", [1, 4])
def test_the_pages_of_a_decision_send_as_many_for_four_bids_as_for_one(
    number, counts, marked, tender, officer
):
    made = marked(number)
    second = steps.colleague(tender)
    by = viewer_of(officer)

    steps.recommend(tender, officer, {bid.token: bid is made[-1] for bid in made})
    waiting = counts("/recommendation", "/results")
    steps.approve(tender, second)
    steps.write_letters(tender, officer, {bid.token: "Another earned more" for bid in made[:-1]})
    approved = counts("/recommendation", "/results", "/letters")
    steps.read_letters(tender, second)
    service.release_results(tender, by=by)
    released = counts("", "/results", "/standstill")

    assert waiting == {"/recommendation": 19, "/results": 19}
    assert approved == {"/recommendation": 19, "/results": MOST, "/letters": 18}
    assert released == {"": 14, "/results": 15, "/standstill": 7}
