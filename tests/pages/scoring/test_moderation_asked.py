"""What the bidder was asked and is not settled holds up the panel: the queue says so, and leads
on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation import clock
from scoring import service
from tests.factories import viewer_of
from tests.pages.scoring.test_agreeing import page_of
from tests.pages.scoring.test_moderation import chair, marked, order_in, queue, second

__all__ = ["chair", "marked", "queue", "second"]


@pytest.fixture
def ask(evaluated, officer):
    def put(bid, question):
        service.ask_bidder(
            evaluated(bid),
            question,
            "What does the word partial mean in your answer?",
            clock.now() + timedelta(days=3),
            by=viewer_of(officer),
            arrived_at=clock.now(),
        )

    return put


def test_what_the_bidder_was_asked_of_the_whole_bid_is_not_ready(
    client_for, marked, chair, queue, ask, statements_counted
):
    bids = marked()
    ask(bids[0], "")
    client = client_for(chair)

    ready, waiting = client.get(queue), client.get(queue + "?state=waiting")

    assert {name for _, name in order_in(ready, bids)} == {"Quay"}
    assert {(one, "Larkfield") for one in ("SLP-07", "SLP-08", "SLP-11")} <= set(
        order_in(waiting, bids)
    )
    assert "a question to the bidder waits for its answer" in waiting.text
    assert f'href="/evaluation/bids/{bids[0].token}/questions-to-bidder"' in waiting.text
    with statements_counted() as counted:
        client.get(queue)
    assert len(counted) <= 15, counted


def test_a_question_about_one_answer_holds_up_that_answer_alone(
    client_for, marked, chair, queue, ask
):
    bids = marked()
    ask(bids[0], "SLP-07")

    ready = client_for(chair).get(queue)

    assert ("SLP-07", "Larkfield") not in order_in(ready, bids)
    assert len(order_in(ready, bids)) == 5


def test_the_page_to_agree_leads_to_the_open_question(client_for, marked, chair, ask):
    bids = marked()
    ask(bids[0], "SLP-07")

    page = client_for(chair).get(page_of(bids[0]))

    assert "You cannot agree a mark because a question to the bidder waits" in page.text
    assert f'href="/evaluation/bids/{bids[0].token}/questions-to-bidder">Questions to' in page.text
