"""Where somebody came to an end of his work, or may not see something yet, a link leads on."""

from __future__ import annotations

import pytest

from accounts.rules.roles import Role
from scoring import service
from tests.factories import make_person, viewer_of
from tests.pages.scoring.test_agreeing import alone
from tests.pages.scoring.test_prices import agreed, bids, page, priced_bids
from tests.pages.scoring.test_prices import tender as priced_tender
from tests.pages.scoring.test_steps_in_order import states

__all__ = ["agreed", "bids", "page", "priced_bids"]


def content(page):
    return page.text.partition("<main")[2].partition("</main>")[0]


def test_marks_that_are_locked_and_marks_nobody_gave_lead_to_the_bids(
    client_for, tender, make_bid, opened, evaluator, officer
):
    bid = make_bid("Larkfield")
    opened()
    address = f"/evaluation/tenders/{tender.token}"
    client = client_for(evaluator)
    nothing = [content(client.get(f"{address}/{one}")) for one in ("marks", "lock")]
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(officer))
    alone(bid, evaluator, "SLP-07", 4)
    service.lock_marks(tender, by=viewer_of(evaluator))

    locked = content(client.get(f"{address}/lock"))

    assert [f'href="{address}"' in one for one in (*nothing, locked)] == [True] * 3


def test_who_still_marks_alone_is_led_to_his_marks(
    client_for, tender, make_bid, opened, evaluator, officer
):
    make_bid("Larkfield")
    opened()
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(officer))
    address = f"/evaluation/tenders/{tender.token}"

    found = [
        client_for(evaluator).get(f"{address}/{one}") for one in ("ranking", "evaluation.xlsx")
    ]

    assert [one.status_code for one in found] == [409, 409]
    for one in found:
        assert "the totals or the order of bids.</p>" in content(one)
        assert f'href="{address}/marks"' in content(one)


class TestPriced:
    @pytest.fixture
    def tender(self, officer):
        return priced_tender.__wrapped__(officer)

    def test_from_agreed_quality_on_to_prices_and_ranking(
        self, client_for, agreed, tender, officer, statements_counted
    ):
        address = f"/evaluation/tenders/{tender.token}"
        client = client_for(officer)

        quality = content(client.get(f"{address}/quality"))
        with statements_counted() as counted:
            shown = states(client.get(address))

        assert [f'href="{address}/{one}"' in quality for one in ("prices", "ranking")] == [True] * 2
        assert (shown["quality"], shown["prices"], shown["low"]) == ("Agreed", "To open", "Not yet")
        assert len(counted) <= 16, counted

    def test_once_prices_are_open_nothing_says_that_they_are_shut(
        self, client_for, priced_bids, tender, officer, statements_counted
    ):
        client = client_for(officer)

        with statements_counted() as counted:
            found = client.get(f"/evaluation/tenders/{tender.token}")

        shown = states(found)
        assert (shown["prices"], shown["low"]) == ("Opened", "1 hint not looked into")
        assert "stays shut" not in found.text
        assert len(counted) <= 16, counted


def test_only_who_has_interests_to_declare_is_led_to_them(
    client_for, tender, make_bid, opened, officer, authority
):
    make_bid("Larkfield")
    opened()
    address = f"/evaluation/tenders/{tender.token}"
    people = (officer, make_person(Role.AUDITOR, authority))

    shown = [f'href="{address}/interests"' in client_for(one).get(address).text for one in people]

    assert shown == [True, False]
