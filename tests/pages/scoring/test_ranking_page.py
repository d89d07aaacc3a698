"""The ranking page: order, price, ties, why, and who may see it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from accounts.rules.roles import Role
from foundation.database import db, transaction
from scoring import service
from scoring.models import BidStanding
from scoring.service.standings import set_prices
from tenders import planning
from tenders.award import TOPIC
from tenders.rules.award import Award, Formula, TieBreak, written
from tenders.service import planning as plan_service
from tests.beginnings import a_step, step
from tests.evaluating import agree_quality
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, FACTS

LOWEST = Award(formula=Formula.LOWEST, ties=(TieBreak.QUALITY, TieBreak.LOTS))


@a_step
def published(officer, award, **details):

    tender = make_tender(officer, closes_at=CLOSES_AT, facts=FACTS, **details)
    plan_service.save_sheet(
        tender, TOPIC, written(award), version=planning.latest(tender, TOPIC).version,
        by=viewer_of(officer),
    )  # fmt: skip
    publish(tender, officer)
    return tender


@pytest.fixture
def award():
    return LOWEST


@pytest.fixture
def tender(officer, award):
    return published(officer, award)


@pytest.fixture
def pass_all(evaluated, officer):
    def decide(bid):
        step("pass", bid, officer, make=lambda: pass_requirements(bid, evaluated, officer))

    return decide


def pass_requirements(bid, evaluated, officer):
    for entry in evaluated(bid).waiting:
        given = service.GivenDecision(
            passed=True, reason="The answer was read together twice", based_on=0
        )
        service.decide_requirement(evaluated(bid), entry, given, by=viewer_of(officer))


@pytest.fixture
def agreed(make_bid, opened, tender, mark_all, pass_all, officer):
    """Bids by name with their marks, all agreed; prices in pounds where given."""

    def make(prices=None, **marks):
        bids = {name: make_bid(name) for name in marks}
        opened()
        for name, mark in marks.items():
            mark_all(bids[name], mark)
            pass_all(bids[name])
        agree_quality(tender, by=viewer_of(officer))
        if prices:
            known = {bids[name].id: Decimal(price) for name, price in prices.items()}
            price(tender, known, officer)
        return bids

    return make


@a_step
def price(tender, known, officer):
    set_prices(tender, known, by=viewer_of(officer))


@pytest.fixture
def page(client_for, officer, tender):
    def read(**query):
        return client_for(officer).get(
            f"/evaluation/tenders/{tender.token}/ranking", query_string=query
        )

    return read


def words(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def table(text):
    """The cells of the order of bids, without the words for screen readers."""
    body = text.partition("app-ranking")[2].partition("<tbody")[2].partition("</tbody>")[0]
    body = re.sub(r"<a[^>]*app-why.*?</a>|<svg.*?</svg>", "", body, flags=re.S)
    return [
        [words(cell) for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, flags=re.S)]
        for row in body.split("<tr")[1:]
    ]


def test_price_and_quality_rank_the_bids_as_published(agreed, page):
    agreed({"Ash": "100", "Birch": "125.50", "Cedar": "200"}, Ash=3, Birch=5, Cedar=4)

    text = page().text

    # Birch: 100 × 60% + 100 ÷ 125.5 × 100 × 40% = 91.8725…
    assert table(text) == [
        ["1", "Birch", "100.00", "£125.50", "79.68", "91.87"],
        ["2", "Ash", "60.00", "£100.00", "100.00", "76.00"],
        ["3", "Cedar", "80.00", "£200.00", "50.00", "68.00"],
    ]
    assert "The ranking is complete. Birch has the first place." in text


def test_before_quality_is_agreed_no_price_is_seen_and_the_page_says_so(
    make_bid, opened, mark_all, pass_all, tender, page
):
    bid = make_bid("Ash")
    opened()
    mark_all(bid, 4)
    pass_all(bid)
    with transaction():
        db.session.get_one(BidStanding, bid.id).price = "1234.56"

    text = page().text

    assert table(text) == [["1", "Ash", "80.00"]]
    assert "Price stays shut until the quality of every bid is agreed" in text
    assert "1,234" not in text


def test_a_mark_taken_up_again_shuts_the_prices(agreed, page, evaluated, officer):
    from tests.evaluating import agree

    bids = agreed({"Ash": "100", "Birch": "120"}, Ash=3, Birch=5)
    agree(evaluated(bids["Ash"]), "SLP-07", 4, by=viewer_of(officer))

    text = page().text

    assert "£120" not in text
    assert "Not final: the quality of every bid is not agreed yet" in text


def test_a_bid_without_a_price_has_no_rank(agreed, page):
    agreed({"Ash": "100", "Birch": "0"}, Ash=3, Birch=5, Cedar=5)

    assert [row[0] for row in table(page().text)] == [
        "1",
        "Not ranked: a price of zero cannot be assessed",
        "Not ranked: no price is known",
    ]


def test_a_tie_is_broken_as_published_and_told_step_by_step(agreed, page):
    # 80 × 60% + 100 × 40% = 88 = 100 × 60% + 70 × 40%: 70 ÷ 100 is the price of Birch.
    agreed({"Ash": "70", "Birch": "100"}, Ash=4, Birch=5)

    text = page().text

    assert [(row[0], row[1], row[-1]) for row in table(text)] == [
        ("1", "Birch", "88.00"),
        ("2", "Ash", "88.00"),
    ]
    told = words(text)
    assert "Ash and Birch have equal totals and share the first place." in told
    assert (
        "Step 1, the higher score for quality: Ash 80.00, Birch 100.00. Birch has the first place."
    ) in told


def test_lots_are_recorded_with_a_witness_and_then_count(agreed, page, client_for, officer, tender):
    bids = agreed({"Ash": "70", "Birch": "70", "Cedar": "70"}, Ash=4, Birch=4, Cedar=3)
    before = page().text
    web = client_for(officer)
    url = f"/evaluation/tenders/{tender.token}/ranking/lots"
    form = {
        "place_1": bids["Birch"].token,
        "place_2": bids["Ash"].token,
        "how": "Slips drawn from a bag by the clerk, unseen",
        "witness": "Ada Poole, committee clerk",
        "drawn_on-day": "2",
        "drawn_on-month": "12",
        "drawn_on-year": "2026",
    }

    twice = web.post(url, data=form | {"place_2": bids["Birch"].token})
    empty = web.post(url, data={})
    saved = web.post(url, data=form)

    assert "lots are to be drawn between them" in words(before)
    assert [row[0] for row in table(before)] == ["1=", "1=", "3"]
    assert (twice.status_code, empty.status_code, saved.status_code) == (422, 422, 302)
    assert "Select each bid once" in twice.text
    assert [(row[0], row[1]) for row in table(page().text)] == [
        ("1", "Birch"),
        ("2", "Ash"),
        ("3", "Cedar"),
    ]
    assert "No tie is left" in web.get(url).text
    assert web.post(url, data=form).status_code == 200


def test_every_figure_leads_to_its_sum_in_words(agreed, page, client_for, officer):
    bids = agreed({"Ash": "100", "Birch": "125.50"}, Ash=3, Birch=5)
    text = page().text
    link = f"/evaluation/bids/{bids['Birch'].token}/rank"

    told = words(client_for(officer).get(link).text)

    for anchor in ("rank", "quality", "price", "total"):
        assert f'href="{link}#{anchor}"' in text
    assert "Points for price: £100.00 (the lowest price of the bids that are not" in told
    assert "÷ £125.50 × 100 = 79.68" in told
    assert "100 × 60% + 79.681274… × 40% = 91.87 (exactly 91.872509…)." in told
    assert "Rank 1: No bid is better by “Total of 100”." in told


def test_how_safe_the_result_is_stands_below(agreed, page):
    agreed({"Ash": "100", "Birch": "200"}, Ash=4, Birch=5)

    answered = page().text
    told = words(answered)

    assert answered.count('<svg class="app-picture__drawing"') == 1
    # Ash 80/100, Birch 100/50: level where 80w + 100(1−w) = 100w + 50(1−w): w = 50/70.
    assert "Ash is ahead of Birch by 8.00 points of 100." in told
    assert "Exactly 8, from the exact totals" in told
    assert "60% now. At about 71.43% or more, Birch would draw level or be first." in told


def test_another_authority_and_a_supplier_see_nothing(agreed, client_for, tender):
    bids = agreed({"Ash": "100"}, Ash=4)
    stranger = make_person(Role.OFFICER, make_authority("Elsewhere Council"))

    for url in (
        f"/evaluation/tenders/{tender.token}/ranking",
        f"/evaluation/bids/{bids['Ash'].token}/rank",
    ):
        assert client_for(stranger).get(url).status_code == 404
        assert client_for(Role.BID_LEAD).get(url).status_code == 403


def test_whoever_still_marks_alone_sees_no_order(
    make_bid, opened, tender, officer, evaluator, client_for
):
    make_bid("Ash")
    opened()
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(officer))

    page = client_for(evaluator).get(f"/evaluation/tenders/{tender.token}/ranking")

    assert page.status_code == 409
    assert "You cannot see the ranking yet because your own marks are not all locked" in page.text


def test_before_the_opening_there_is_no_such_page(tender, make_bid, page):
    make_bid("Ash")

    assert page().status_code == 404


def test_the_page_takes_few_statements_however_many_bids(
    agreed, client_for, officer, tender, statements_counted
):
    agreed({"Ash": "100", "Birch": "100", "Cedar": "100"}, Ash=4, Birch=4, Cedar=4)
    web, url = client_for(officer), f"/evaluation/tenders/{tender.token}/ranking"
    web.get(url)

    with statements_counted() as tied:
        web.get(url)

    assert len(tied) <= 15


def test_the_page_takes_few_statements_also_for_how_safe_the_result_is(
    agreed, client_for, officer, tender, statements_counted
):
    agreed({"Ash": "100", "Birch": "100", "Cedar": "100"}, Ash=4, Birch=3, Cedar=5)
    web, url = client_for(officer), f"/evaluation/tenders/{tender.token}/ranking"
    web.get(url)

    with statements_counted() as counted:
        page = web.get(url)

    assert len(counted) <= 15
    assert "How far each weight may move" in page.text


def test_a_long_ranking_goes_on_by_key(agreed, page, monkeypatch):
    agreed({"Ash": "100", "Birch": "100", "Cedar": "100"}, Ash=5, Birch=4, Cedar=3)
    monkeypatch.setattr("scoring.queries.paging.A_PAGE", 2)

    first = page().text
    after = re.search(r"after=([^\"]+)\" *>|after=([^\"&]+)\"", first).group(0)
    token = after.partition("=")[2].partition('"')[0]

    assert [row[1] for row in table(first)] == ["Ash", "Birch"]
    assert [row[1] for row in table(page(after=token).text)] == ["Cedar"]
    assert [row[1] for row in table(page(after="nobody").text)] == ["Ash", "Birch"]


def test_whoever_locked_every_mark_of_his_sees_the_order(
    make_bid, opened, tender, officer, evaluator, client_for, evaluated
):
    bids, by = [make_bid("Ash"), make_bid("Birch")], viewer_of(evaluator)
    opened()
    service.allocate(tender, ["SLP-07"], [evaluator.id], by=viewer_of(officer))
    url = f"/evaluation/tenders/{tender.token}/ranking"
    seen = []
    for bid in bids:
        given = service.GivenMark(
            mark=4, reason="SLP-07 is answered in full and with evidence", feedback="",
            internal_comment="", based_on=0,
        )  # fmt: skip
        service.save_mark(evaluated(bid), "SLP-07", given, by=by)
        seen.append(client_for(evaluator).get(url).status_code)
    service.lock_marks(tender, by=by)
    seen.append(client_for(evaluator).get(url).status_code)
    service.allocate(tender, ["SLP-08"], [evaluator.id], by=viewer_of(officer))
    seen.append(client_for(evaluator).get(url).status_code)

    assert seen == [409, 409, 200, 409]
