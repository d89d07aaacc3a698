"""The list of what there is to do with bids: in the order it is done, and what each step counts."""

from __future__ import annotations

import re

import pytest

from accounts.rules.roles import Role
from scoring import service
from tests.factories import make_person, viewer_of
from tests.pages.scoring.test_agreeing import alone

STATE = re.compile(r'id="step-(\w+)-state">(?:<strong[^>]*>)?([^<]+)<')


def states(page):
    return dict(STATE.findall(page.text))


@pytest.fixture
def chair(authority):
    return make_person(Role.MODERATOR, authority, name="Nadia Cole")


@pytest.fixture
def address(tender):
    return f"/evaluation/tenders/{tender.token}"


def test_the_steps_stand_in_the_order_they_are_taken(
    client_for, make_bid, opened, officer, address
):
    make_bid("Larkfield")
    opened()

    found = list(states(client_for(officer).get(address)))

    order = ["1", "2", "ranking", "3", "4", "6", "5"]
    assert [one for one in found if one in order] == order


def test_the_chair_reads_how_many_questions_lack_evaluators(
    client_for, tender, make_bid, opened, chair, evaluator, address
):
    make_bid("Larkfield")
    opened()
    client = client_for(chair)
    before = states(client.get(address))["allocate"]

    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(chair))
    second = make_person(Role.EVALUATOR, tender.authority)
    service.allocate(tender, ["SLP-07"], [second.id], by=viewer_of(chair))

    lacked = int(before.split(" ")[0])
    assert before == f"{lacked} questions lack evaluators"
    assert states(client.get(address))["allocate"] == f"{lacked - 1} questions lack evaluators"


def test_an_evaluator_reads_his_own_marks_and_that_they_are_not_locked(
    client_for, tender, make_bid, opened, chair, evaluator, address, statements_counted
):
    bid = make_bid("Larkfield")
    opened()
    service.allocate(tender, ["SLP-07", "SLP-08"], [evaluator.id], by=viewer_of(chair))
    alone(bid, evaluator, "SLP-07", 4)
    client = client_for(evaluator)

    found = states(client.get(address))
    assert (found["1"], found["lock"]) == ("1 of 2 of yours", "Not locked")
    assert states(client_for(chair).get(address))["1"] == "1 of 2"
    alone(bid, evaluator, "SLP-08", 4)
    service.lock_marks(tender, by=viewer_of(evaluator))

    with statements_counted() as counted:
        found = states(client.get(address))
    assert (found["1"], found["lock"]) == ("Completed", "Locked")
    assert len(counted) <= 15, counted


def test_what_is_agreed_everywhere_is_completed(
    client_for, make_bid, opened, mark_all, chair, address
):
    mark_all(make_bid_opened(make_bid, opened), 4)

    assert states(client_for(chair).get(address))["agree"] == "Completed"


def make_bid_opened(make_bid, opened):
    bid = make_bid("Larkfield")
    opened()
    return bid
