"""What there is to do, for all bids and for each: how many marks and decisions are left."""

import re

from accounts.rules.roles import Role
from tests.factories import make_person

STATE = re.compile(r'id="step-(\d)-state">(?:<strong[^>]*>)?([^<]+)<')


def states(page):
    return dict(STATE.findall(page.text))


def test_the_list_of_bids_counts_what_is_left_over_all_of_them(
    client_for, tender, make_bid, opened, evaluated, officer
):
    bids = [make_bid("Rook Systems", best=False), make_bid("Larkfield")]
    opened()

    page = client_for(officer).get(f"/evaluation/tenders/{tender.token}")

    found = [evaluated(bid) for bid in bids]
    assert states(page) == {
        "1": "Nobody marks yet",
        "2": f"{sum(len(bid.waiting) for bid in found)} to decide",
        "3": f"{sum(len(bid.risks) for bid in found)} to decide",
        "4": "One for each bid",
        "5": "Ready",
        "6": "Not released",
    }


def test_a_bid_counts_its_own(client_for, make_bid, opened, evaluated, officer):
    bid = make_bid("Larkfield")
    make_bid("Rook Systems", best=False)
    opened()

    page = client_for(officer).get(f"/evaluation/bids/{bid.token}")

    assert states(page) == {
        "1": "0 of 14",
        "2": f"{len(evaluated(bid).waiting)} to decide",
        "3": f"{len(evaluated(bid).risks)} to decide",
        "4": "Draft for legal review",
    }


def test_an_evaluator_is_not_sent_to_pages_that_would_refuse(
    client_for, tender, make_bid, opened, evaluator
):
    bid = make_bid("Rook Systems", best=False)
    opened()
    browser = client_for(evaluator)

    pages = [
        browser.get(f"/evaluation/tenders/{tender.token}"),
        browser.get(f"/evaluation/bids/{bid.token}"),
    ]

    assert [sorted(states(page)) for page in pages] == [["1", "2"], ["1", "2"]]
    assert [word in page.text for page in pages for word in ("/risks", "/schedules/")] == [
        False
    ] * 4
    links = {
        link for page in pages for link in re.findall(r'href="(/evaluation/[^"#?]+)', page.text)
    }
    assert len(links) > 10
    refused = {link: browser.get(link).status_code for link in links}
    assert {link: code for link, code in refused.items() if code not in (200, 302)} == {}


def test_a_reviewer_is_led_to_risks_and_schedules_but_not_to_marking(
    client_for, tender, make_bid, opened
):
    bid = make_bid("Rook Systems", best=False)
    opened()

    page = client_for(make_person(Role.REVIEWER, tender.authority)).get(
        f"/evaluation/tenders/{tender.token}"
    )

    assert "Start marking" not in page.text
    assert f'href="/evaluation/bids/{bid.token}/risks"' in page.text
    assert f'href="/schedules/{bid.token}"' in page.text
