"""The officer designs the lines that bidders price; they are published with the questions."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest

from accounts.rules.roles import Role
from tenders import planning, queries
from tenders.price_schedule import schedule_of
from tenders.rules.award import Award, Formula
from tenders.service.award import set_award
from tests.factories import (
    make_authority,
    make_person,
    make_supplier,
    make_tender,
    publish,
    viewer_of,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
F6 = Award(formula=Formula.BENCHMARK, ceiling=Decimal(90000), floor=Decimal(30000))


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(officer):
    draft = make_tender(officer, pack_id="slp-essential", closes_at=NOON + timedelta(days=40))
    set_award(draft, F6, version=0, by=viewer_of(officer))
    return draft


@pytest.fixture
def page(tender):
    return f"/tenders/{tender.token}/prices"


def typed(**changes):
    usual = {
        "version": "0",
        "rows": "4",
        "years": "3",
        "id_1": "",
        "what_1": "Sensor, fitted",
        "unit_1": "device",
        "quantity_1": "40",
        "times_1": "once",
        "kind_1": "priced",
        "what_3": "Platform",
        "unit_3": "year",
        "quantity_3": "1",
        "times_3": "yearly",
        "kind_3": "priced",
    }
    return usual | changes


def words(page):
    return " ".join(unescape(re.sub("<[^>]+>", " ", page.text)).split())


def test_lines_are_saved_frozen_and_shown_to_suppliers(web, page, tender, officer, client_for):
    saved = web.post(page, data=typed())
    check = words(web.get(f"/tenders/{tender.token}/publish"))
    publish(tender, officer)
    supplier = client_for(make_person(Role.BID_LEAD, make_supplier()))
    seen = words(supplier.get(f"/opportunities/{tender.token}"))
    fixed = words(supplier.get(f"/opportunities/{tender.token}/fixed"))

    assert saved.location == f"/tenders/{tender.token}"
    assert check.count("2 lines. Each line is its quantity") == 1
    terms = json.loads(queries.frozen_text(tender))["terms"]
    assert [line["id"] for line in terms["prices"]["lines"]] == ["L1", "L2"]
    assert terms["prices"]["years"] == 3
    assert [page.count("L2 Platform year 1 a year Priced") for page in (seen, fixed)] == [1, 1]
    assert web.post(page, data=typed(version="1")).status_code == 409


def test_a_formula_without_a_schedule_stops_publication(web, tender):
    page = words(web.get(f"/tenders/{tender.token}/publish"))

    assert page.count("The price formula needs a price, and there is no price schedule") == 1


def test_ready_made_lines_come_with_a_button(web, page, tender):
    web.post(page, data=typed(then="ready-made"))

    kinds = [line.kind for line in schedule_of(tender).lines]
    assert kinds == ["priced", "priced", "zero", "zero", "zero"]


def test_a_mistake_stands_at_its_row_with_what_was_typed(web, page, tender):
    answer = web.post(page, data=typed(unit_3="", quantity_1="forty"))
    wrong = web.post(page, data=typed(unit_3=""))

    assert (answer.status_code, wrong.status_code) == (422, 422)
    assert answer.text.count('value="forty"') == 1
    assert wrong.text.count('id="unit_3-error"') == 1
    assert planning.latest(tender, "prices").version == 0


def test_two_colleagues_do_not_write_over_each_other(web, page, tender):
    web.post(page, data=typed())
    second = web.post(page, data=typed(what_1="Something else"))

    assert second.status_code == 422
    assert second.text.count("saved this page after you opened it") == 1
    assert words(second).count("What is saved now Line What is priced") == 1
    assert schedule_of(tender).lines[0].what == "Sensor, fitted"


@pytest.mark.parametrize(
    "odd",
    [
        {"rows": "99999999999"},
        {"rows": "-1"},
        {"years": "1e9"},
        {"version": "x" * 50},
        {"kind_1": "nonsense"},
        {"what_1": "\u202e"},
        {"quantity_1": "9" * 40},
    ],
)
def test_no_input_makes_it_fail(web, page, odd):
    assert web.post(page, data=typed(**odd)).status_code in (302, 422)


def test_who_agrees_to_publication_reads_the_lines_and_changes_none(
    web, page, tender, officer, client_for
):
    web.post(page, data=typed())
    reviewer = client_for(make_person(Role.REVIEWER, tender.authority))
    evaluator = client_for(make_person(Role.EVALUATOR, tender.authority))
    publish = reviewer.get(f"/tenders/{tender.token}/publish").text
    lines = reviewer.get(f"{page}/lines")
    same = web.get(f"{page}/lines").text

    assert f'href="{page}/lines"' in publish
    assert "Sensor, fitted" in lines.text
    assert "Back to check and publish" in lines.text
    assert ("Change the lines" in lines.text, "Change the lines" in same) == (False, True)
    assert [reviewer.get(page).status_code, reviewer.post(page, data=typed()).status_code] == [
        403, 403,
    ]  # fmt: skip
    assert evaluator.get(f"{page}/lines").status_code == 403


def test_nobody_else_designs_it(client_for, page, officer):
    assert (
        client_for(make_person(Role.OFFICER, make_authority("Other"))).get(page).status_code == 404
    )
