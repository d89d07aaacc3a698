"""Price, ties and rounding are decided in the draft and frozen with the questions."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.roles import Role
from tenders import planning, queries, service
from tenders.rules import plan as plans
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_tender,
    publish,
    viewer_of,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(officer):
    return make_tender(officer, pack_id="slp-essential", closes_at=NOON + timedelta(days=40))


@pytest.fixture
def page(tender):
    return f"/tenders/{tender.token}/price"


def typed(**changes):
    usual = {
        "version": "0",
        "formula": "F6",
        "ceiling": "£250,000",
        "floor": "100000",
        "ranking": "rounded",
        "tie_1": "quality",
        "tie_2": "question",
        "tie_question": "SLP-07",
        "low_percent": "20",
    }
    return usual | changes


def test_what_is_decided_is_published_word_for_word(web, page, tender, officer):
    saved = web.post(page, data=typed())
    check = web.get(f"/tenders/{tender.token}/publish").text
    publish(tender, officer)

    terms = json.loads(queries.frozen_text(tender))["terms"]
    assert saved.location == f"/tenders/{tender.token}"
    assert terms["award"] == {
        "formula": "F6",
        "ceiling": "250000",
        "floor": "100000",
        "ties": ["quality", "question"],
        "tie_question": "SLP-07",
        "ranking": "rounded",
        "low_percent": 20,
    }
    assert terms["price"].endswith("The ceiling is £250,000 and the floor £100,000.")
    for name in ("price", "ties", "rounding", "abnormally_low"):
        assert terms[name] in check
    assert terms["deadline"].startswith("A bid is in time if it reaches this service before")
    assert terms["late_bids"]


def test_the_page_shows_what_was_saved(web, page):
    web.post(page, data=typed())

    shown = web.get(page).text

    assert 'value="250000"' in shown
    assert '<option value="SLP-07" selected>' in shown
    assert 'name="version" type="hidden" value="1"' in shown


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ceiling": ""}, "Enter the ceiling"),
        ({"ceiling": "lots"}, "Enter a number"),
        ({"ceiling": "9" * 400}, "Enter a number"),
        ({"floor": "300000"}, "Enter a ceiling above the floor"),
        ({"tie_2": "quality", "tie_question": ""}, "Select each way to break a tie once"),
        ({"tie_1": "lots"}, "Put lots last"),
        ({"tie_question": ""}, "Select the question that breaks a tie"),
        ({"tie_question": "SLP-99"}, "Select one of the options"),
        ({"formula": "F9"}, "Select one of the options"),
        ({"low_percent": "120"}, "Enter a number that is 99 or less"),
    ],
)
def test_what_does_not_go_together_is_told_and_what_was_typed_is_kept(
    changes, message, web, page, tender
):
    sent = web.post(page, data=typed(**changes))

    assert sent.status_code == 422
    assert message in sent.text
    assert f'value="{typed(**changes)["low_percent"]}"' in sent.text
    assert planning.latest(tender, "award").version == 0


@pytest.mark.parametrize("version", ["0", "7", "-1", "x", "9" * 50, ""])
def test_a_colleagues_words_are_not_written_over_unseen(version, web, page, tender):
    web.post(page, data=typed())

    sent = web.post(page, data=typed(version=version, floor="90000"))

    assert sent.status_code == 422
    assert "saved this page after you opened it" in sent.text
    assert 'value="90000"' in sent.text
    assert planning.latest(tender, "award").value["floor"] == "100000"


def test_a_fixed_price_with_a_weight_for_price_stops_publication(web, page, tender):
    web.post(page, data=typed(formula="F7", fixed_price="9000"))

    check = web.get(f"/tenders/{tender.token}/publish").text

    assert "Price counts for 40%, but it is fixed" in check
    assert "Ask a second person to agree</button>" not in check


def test_a_tie_question_that_is_not_asked_any_more_stops_publication(web, page, tender, officer):
    web.post(page, data=typed(tie_question="SLP-07"))
    details = service.Details(
        title=tender.title,
        reference=tender.reference,
        pack_id="slp-full",
        quality_weight=60,
        closes_at=tender.closes_at,
    )
    service.edit_tender(tender, details, by=viewer_of(officer))
    service.change_plan(
        tender,
        lambda plan: plans.remove_question(plan, "SLP-07"),
        by=viewer_of(officer),
        based_on=tender.plan_sha256,
        note="test",
    )

    assert "broken by question SLP-07" in web.get(f"/tenders/{tender.token}/publish").text


def test_once_published_it_is_fixed(web, officer):
    tender = make_open_tender(officer, pack_id="slp-essential")
    page = f"/tenders/{tender.token}/price"

    assert web.get(page).location == f"/tenders/{tender.token}"
    assert web.post(page, data=typed()).status_code == 409
    assert planning.latest(tender, "award").version == 0


def test_others_do_not_reach_it(page, officer, client_for):
    assert client_for(Role.OFFICER).get(page).status_code == 404
    assert client_for(Role.REVIEWER).get(page).status_code == 403
