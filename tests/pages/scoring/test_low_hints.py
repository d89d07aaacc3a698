"""No low price is passed over in silence: a hint needs a case, or a reason why it needs none."""

import pytest

from scoring.queries.deciding import deciding
from scoring.queries.low_prices import case_of, my_case
from scoring.queries.reporting import report_of
from scoring.rules.low_prices import State
from scoring.service import low_prices
from tests import deciding as steps
from tests.factories import viewer_of
from tests.pages.scoring.test_prices import agreed, bids, page, priced_bids, tender
from tests.pages.scoring.test_steps_in_order import states

__all__ = ["agreed", "bids", "page", "priced_bids", "tender"]

LEFT = (
    "1 hint at a low price not looked into: begin a case, or say why none is needed",
    "scoring.prices",
)


@pytest.fixture
def low(priced_bids):
    return priced_bids["Cheap"]


@pytest.fixture
def missing(tender, officer):
    def of_tender():
        found = deciding(viewer_of(officer), tender).missing_of_tender
        return [(one.words, one.page) for one in found if "low" in one.words]

    return of_tender


@pytest.fixture
def price_chapter(tender, officer):
    def words():
        by = viewer_of(officer)
        report = report_of(by, deciding(by, tender))
        last = next(one for one in report.chapters if one.title.startswith("Price"))
        return " ".join(
            text
            for block in last.blocks
            for text in (*block.words, *(cell for row in block.rows for cell in row))
        )

    return words


def test_nothing_is_recommended_while_a_hint_was_not_looked_into(low, missing, price_chapter):
    assert missing() == [LEFT]
    assert price_chapter().count("Nobody has looked into the price of Cheap yet.") == 1


def test_the_start_page_lists_a_hint_until_it_is_looked_into(low, client_for, officer):
    web = client_for(officer)
    words = "Look into 1 hint at a low price, or say why no case is needed"
    before = web.get("/tenders/", query_string={"tasks": "all"}).text
    web.post(
        f"/evaluation/bids/{low.token}/low-price/not_needed",
        data={"based_on": "0", "text": "Its rates are those it publishes for all councils"},
    )
    after = web.get("/tenders/", query_string={"tasks": "all"}).text

    assert (before.count(words), after.count(words)) == (1, 0)


def test_a_reason_why_no_case_is_needed_settles_it_and_stands_in_the_report(
    low, missing, price_chapter, client_for, officer, tender
):
    web, form = client_for(officer), f"/evaluation/bids/{low.token}/low-price/not_needed"
    bare = web.post(form, data={"based_on": "0", "text": ""})
    said = web.post(form, data={"based_on": "0", "text": steps.NO_CASE})

    assert (bare.status_code, said.status_code) == (422, 302)
    assert missing() == []
    assert states(web.get(f"/evaluation/tenders/{tender.token}"))["low"] == "No case is open"
    assert web.get(f"/evaluation/bids/{low.token}/low-price").text.count(steps.NO_CASE) == 1
    told = price_chapter()
    assert told.count("The price of Cheap is") == 2
    assert told.count("No case was begun about the price of Cheap.") == 1
    assert told.count("Why no case is needed") == 1
    assert told.count(steps.NO_CASE) == 1


def test_a_case_settles_it_once_it_is_decided_and_may_follow_such_a_reason(
    low, missing, officer, tender
):
    by = viewer_of(officer)
    steps.say_no_case_is_needed(tender, by=by)
    low_prices.raise_case(low, "What it leaves out was seen only now", based_on=1, by=by)
    begun = missing()
    low_prices.decide(low, "kept", "It leaves nothing out, as we read it now", based_on=2, by=by)

    assert begun == [("1 price that may be abnormally low to decide on", "scoring.ranking")]
    assert missing() == []
    assert case_of(low).standing.state is State.KEPT


def test_the_bidder_does_not_read_why_no_case_was_needed(low, officer, tender):
    steps.say_no_case_is_needed(tender, by=viewer_of(officer))

    assert my_case(low) is None
    assert case_of(low).for_bidder == ()


def test_a_price_nothing_hints_at_needs_no_reason(priced_bids, client_for, officer):
    brook = priced_bids["Brook"]
    address = f"/evaluation/bids/{brook.token}/low-price/not_needed"

    assert client_for(officer).get(address).status_code == 302
