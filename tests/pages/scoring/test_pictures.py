"""The evaluation in pictures: only for who may see the order, and nothing before the opening."""

import re

import pytest

from accounts.rules.roles import Role
from scoring import queries, service
from scoring.queries.evaluators import own_work
from scoring.queries.pictures import drawn_of
from tests.evaluating import agree, agree_quality, give
from tests.factories import make_authority, make_person, viewer_of


@pytest.fixture
def page(tender):
    return f"/evaluation/tenders/{tender.token}/pictures"


def test_scores_and_marks_are_drawn_with_their_tables(
    client_for, officer, evaluator, make_bid, opened, mark_all, evaluated, page
):
    first, second = make_bid("Larkfield"), make_bid("Breckland", best=False)
    tender = opened()
    give(evaluated(first), "SLP-07", 2, by=viewer_of(evaluator))
    service.lock_marks(tender, by=viewer_of(evaluator))
    by = viewer_of(officer)
    for question_id in evaluated(first).to_mark:
        agree(evaluated(first), question_id, 5, by=by, why_moved="We read it again")
    mark_all(second, 2, SLP_07=0)
    for entry in evaluated(first).waiting:
        given = service.GivenDecision(
            passed=True, reason="The certificate came with the bid", based_on=0
        )
        service.decide_requirement(evaluated(first), entry, given, by=by)
    agree_quality(tender, by=by)
    text = client_for(officer).get(page).text
    pictures = re.findall(r"<svg.*?</svg>", text, re.DOTALL)

    assert len(pictures) == 5
    assert all("<title" in one and "<desc" in one for one in pictures)
    assert text.count("The figures as a table") == 5
    assert text.count("<table") == 5
    grid = text.split('id="picture-marks-by-question"')[1].split("</figure>")[0]
    row = re.search(r"SLP-07 [^<]*</th>(.*?)</tr>", grid, re.DOTALL)
    assert re.findall(r">(\d)</td>", row[1]) == ["5", "0"]


def test_nothing_is_drawn_before_the_bids_are_opened(client_for, officer, make_bid, page):
    make_bid("Larkfield")

    assert client_for(officer).get(page).status_code == 404


def test_who_marks_alone_still_sees_no_picture(
    client_for, officer, evaluator, make_bid, opened, page
):
    bid = make_bid("Larkfield")
    tender = opened()
    read = queries.bid_in_evaluation(viewer_of(officer), bid.token, to="mark:read")
    service.allocate(tender, ["SLP-07"], [evaluator.id],
                     by=viewer_of(officer), bid=read.opened.bid)  # fmt: skip
    refused = client_for(evaluator).get(page)

    assert own_work(viewer_of(evaluator), tender).unlocked
    assert refused.status_code == 409
    assert "<svg" not in refused.text


def test_only_locked_marks_of_evaluators_are_drawn(
    client_for, officer, evaluator, make_bid, opened, evaluated, page
):
    bid = make_bid("Larkfield")
    tender = opened()
    read = evaluated(bid)
    give(read, "SLP-07", 4, by=viewer_of(evaluator))
    before = dict(drawn_of(tender).given)
    service.lock_marks(tender, by=viewer_of(evaluator))
    after = drawn_of(tender).given

    assert before == {}
    assert after == {"SLP-07": {bid.token: (4,)}}


def test_another_authority_finds_no_picture(client_for, make_bid, opened, page):
    make_bid("Larkfield")
    opened()

    assert client_for(make_person(Role.OFFICER, make_authority())).get(page).status_code == 404


def test_of_many_bids_the_first_are_drawn_and_the_page_says_so(
    client_for, officer, make_bid, opened, page, monkeypatch
):
    monkeypatch.setattr("scoring.queries.pictures.SHOWN", 1)
    monkeypatch.setattr("scoring.views.pictures.SHOWN", 1)
    for name in ("Larkfield", "Breckland", "Quay"):
        make_bid(name)
    opened()

    assert "The first 1 bids in the order of the ranking are drawn; 2 more are not." in (
        client_for(officer).get(page).text
    )


def test_the_page_takes_as_few_statements_for_many_bids(
    client_for, officer, make_bid, opened, mark_all, page, statements_counted
):
    bids = [make_bid(name) for name in ("Larkfield", "Breckland")]
    opened()
    for bid in bids:
        mark_all(bid)
    web = client_for(officer)
    web.get(page)
    with statements_counted() as counted:
        web.get(page, query_string={"question": "SLP-07"})

    assert len(counted) <= 15
