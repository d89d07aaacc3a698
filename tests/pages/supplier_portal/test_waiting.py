"""A company's list of bids says what waits at each, in as many statements for many as for one."""

from __future__ import annotations

import re
from html import unescape

import pytest

from accounts.rules.roles import Role
from foundation import clock
from supplier_portal import service
from tests.amendments_made import ANSWERS, TEXT, amend, asked_anew, make_amendable_tender
from tests.factories import make_person, viewer_of

CONFIRM = "1 answer to confirm after an amendment"
SIGN_OFF = "To be signed off"


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def certifier(supplier):
    return make_person(Role.CERTIFIER, supplier, name="Ada Hill")


@pytest.fixture
def amended(lead, officer):
    """Return a bid one answer of which an amendment overtook."""

    def make():
        tender, by = make_amendable_tender(officer), viewer_of(lead)
        bid = service.start_bid(tender, by=by, arrived_at=clock.now())
        answers = {part: (0, value) for part, value in ANSWERS.items()}
        service.save_answers(bid, answers, by=by, arrived_at=clock.now())
        amend(tender, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))
        return bid

    return make


@pytest.fixture
def signed_off(bid, certifier):
    """Say a certifier's word on the bid as it stands."""

    def say(agreed):
        by = viewer_of(certifier)
        service.sign_off(
            bid,
            agreed=agreed,
            reason="" if agreed else "Not yet",
            revision=bid.revision,
            by=by,
            arrived_at=clock.now(),
        )

    return say


@pytest.fixture
def need(bid, lead, certifier):
    by = viewer_of(lead)
    service.require_sign_off(bid, True, by=by, arrived_at=clock.now())


@pytest.fixture
def waiting(client_for, lead):
    """Return what the list says beside the bids, with where each leads."""

    def read():
        page = client_for(lead).get("/opportunities").text
        cards = re.findall(r'<li class="app-card">(.*?)\n  </li>', page, re.S)
        found = re.findall(
            r'<li><a class="govuk-link" href="([^"]+)">([^<]+)</a></li>', "".join(cards)
        )
        return [(unescape(words), link) for link, words in found]

    return read


def test_a_bid_at_which_nothing_waits_says_nothing(bid, waiting):
    assert waiting() == []


def test_answers_to_confirm_are_counted_until_they_are_confirmed(amended, lead, waiting):
    bid, by = amended(), viewer_of(lead)
    link = f"/bids/{bid.token}/amendments"
    before = waiting()

    service.save_answers(bid, {TEXT: (1, "Larkfield")}, by=by, arrived_at=clock.now())

    assert before == [(CONFIRM, link)]
    assert waiting() == []


def test_an_answer_taken_back_waits_for_no_confirmation(lead, officer, waiting):
    tender, by = make_amendable_tender(officer), viewer_of(lead)
    bid = service.start_bid(tender, by=by, arrived_at=clock.now())
    for version, value in enumerate((ANSWERS[TEXT], None)):
        service.save_answers(bid, {TEXT: (version, value)}, by=by, arrived_at=clock.now())

    amend(tender, officer, asked_anew(a={"ask": "Which company tests the lamps?"}))

    assert waiting() == []


def test_a_bid_waits_to_be_signed_off_until_it_is(bid, need, signed_off, save, waiting):
    wanted = [(SIGN_OFF, f"/bids/{bid.token}/sign-off")]
    seen = [waiting()]
    for agreed in (False, True):
        signed_off(agreed)
        seen.append(waiting())
    save({"SLP-07.a": "Changed since"})

    assert [*seen, waiting()] == [wanted, wanted, [], wanted]


def test_after_the_closing_time_nothing_can_be_confirmed_or_signed_off(
    bid, need, waiting, after_closing
):
    before = waiting()
    after_closing()

    assert (len(before), waiting()) == (1, [])


def test_many_bids_take_as_many_statements_as_one(
    amended, lead, certifier, client_for, statements_counted
):
    web, by, counts = client_for(lead), viewer_of(lead), []
    for number in (1, 4):
        for _ in range(number):
            service.require_sign_off(amended(), True, by=by, arrived_at=clock.now())
        web.get("/opportunities")
        with statements_counted() as statements:
            page = web.get("/opportunities")
        counts.append(len(statements))

    assert (page.text.count(CONFIRM), page.text.count(SIGN_OFF)) == (5, 5)
    assert counts[0] == counts[1] <= 15
