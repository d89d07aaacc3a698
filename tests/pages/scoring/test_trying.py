"""The scoring model of a draft tried on made-up bids, and kept as evidence."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from records.pack.tender_lists import model_tests
from scoring.models import ModelTest
from scoring.queries.trying import kept_tests, model_of
from tenders import service
from tenders.rules import plan as plans
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
BENCHMARK = Award(formula=Formula.BENCHMARK, ceiling=Decimal(200_000), floor=Decimal(100_000))


@pytest.fixture
def authority(app, at):
    at(NOON)
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority)


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(officer):
    made = make_tender(officer, pack_id="slp-essential", closes_at=NOON + timedelta(days=40))
    set_award(made, BENCHMARK, version=0, by=viewer_of(officer))
    return made


@pytest.fixture
def page(tender):
    return f"/evaluation/tenders/{tender.token}/trying"


def typed(**changes):
    """Two bids that are named; marks not named stay as an empty form has them."""
    usual = {"name_1": "Good", "price_1": "150000", "name_2": "Poor", "price_2": "110,000"}
    return usual | changes


def section_fields(form_page, mark, number):
    """Every mark of one bid set to ``mark``."""
    count = form_page.count(f'name="mark_{number}_')
    return {f"mark_{number}_{place}": str(mark) for place in range(count)}


def marks_of(page_text):
    return section_fields(page_text, 4, 1) | section_fields(page_text, 2, 2)


def test_bids_that_are_ready_are_ranked_at_once(web, page):
    text = web.get(page).text

    assert text.count("<h1") == 1
    assert text.count('data-label="Rank"') == 4
    assert text.count("<svg") == 2


def test_bids_that_are_typed_are_worked_out_and_not_kept(web, page):
    text = web.post(page, data=typed(then="try") | marks_of(web.get(page).text)).text

    # 80 × 60% + 50 × 40% = 68; 40 × 60% + 90 × 40% = 60
    assert 'data-label="Total of 100">68.00<' in text
    assert 'data-label="Total of 100">60.00<' in text
    assert db.session.scalars(select(ModelTest)).all() == []


def test_a_trial_is_kept_with_its_note_its_hash_and_what_came_of_it(web, page, tender, officer):
    data = typed(then="keep", note="Quality decides. We keep 60%.") | marks_of(web.get(page).text)
    answer = web.post(page, data=data)
    kept = kept_tests(tender)[0]
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "tender.model_tried")
    ).one()
    text = web.get(answer.location).text

    assert answer.location == f"{page}/1"
    assert (kept.names, kept.note, kept.is_of_today) == (
        ["Good", "Poor"],
        "Quality decides. We keep 60%.",
        True,
    )
    assert [row["total"] for row in kept.found["ranked"]["rows"]] == ["68.00", "60.00"]
    assert json.loads(entry.details) == {"number": 1, "sha256": kept.sha256}
    assert kept.sha256 in text
    assert 'data-label="Total of 100">68.00<' in text
    assert "<form" not in text.split("<main")[1]


def test_the_checklist_says_whether_the_model_was_tried_and_never_stops_publication(
    web, page, tender, officer
):
    def line():
        text = web.get(f"/tenders/{tender.token}").text
        return text.split("Try how the model behaves")[1].split("</li>")[0]

    before = line()
    web.post(page, data=typed(then="keep") | marks_of(web.get(page).text))
    after = line()
    set_award(tender, Award(), version=1, by=viewer_of(officer))
    changed = line()
    publish(tender, officer)

    assert "Not tried" in before
    assert "1 trial kept" in after
    assert "Changed since it was tried" in changed
    assert tender.published_at is not None


def test_single_questions_may_differ_from_their_section(web, page, tender):
    text = web.get(page).text
    ids = [q.id for q in scored(tender)]
    answer = web.post(
        page, data=typed(then="keep", other_1=f"{ids[0]} 0; {ids[1].lower()}=5") | marks_of(text)
    )
    marks = kept_tests(tender)[0].tried["bids"][0]["marks"]

    assert answer.status_code == 302
    assert (marks[ids[0]], marks[ids[1]], marks[ids[2]]) == (0, 5, 4)


def scored(tender):
    return model_of(tender).scored


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name_2": "GOOD"}, "Enter a different name for each bid"),
        ({"name_2": ""}, "Enter at least two bids"),
        ({"price_2": ""}, "Enter the price of each bid: price counts in this tender"),
        ({"price_2": "a lot"}, "Enter a number, like 1,250"),
        ({"other_1": "XYZ-1 3"}, "“XYZ-1 3” is none"),
        ({"other_1": "SLP-07 9"}, "Enter a mark from 0 to 5 for SLP-07"),
        ({"other_1": "SLP-07 ٣"}, "Enter a question that earns marks and a mark"),
        ({"name_1": "x" * 61}, "Enter a name of 60 characters or fewer"),
        ({"mark_1_0": "9"}, "Select one of the options"),
    ],
)
@pytest.mark.parametrize("then", ["try", "keep"])
def test_what_is_wrong_is_told_with_everything_that_was_typed(web, page, changes, message, then):
    answer = web.post(page, data=typed(then=then) | marks_of(web.get(page).text) | changes)

    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="150000"' in answer.text
    assert db.session.scalars(select(ModelTest)).all() == []


def test_until_a_question_earns_marks_a_single_mark_is_refused_with_a_sentence(
    web, page, tender, officer
):
    def asking_nothing(plan):
        before = [section["id"] for section in plans.sections_of(plan)]
        plan = plans.add_section(plan, "To come")
        for section in before:
            plan = plans.remove_section(plan, section)
        return plan

    service.change_plan(
        tender, asking_nothing, by=viewer_of(officer), based_on=tender.plan_sha256, note="test"
    )

    answer = web.post(page, data=typed(then="try", other_1="SLP-07 3"))

    assert answer.status_code == 422
    assert "Leave this empty until a question earns marks" in answer.text


def test_what_was_kept_stays_readable_once_the_tender_is_published(
    web, page, tender, officer, client_for, authority
):
    web.post(page, data=typed(then="keep") | marks_of(web.get(page).text))
    publish(tender, officer)
    reviewer = client_for(make_person(Role.REVIEWER, authority))
    refused = web.post(page, data=typed(then="keep"))
    listed = reviewer.get(page).text

    assert "Trial 1: Good, Poor" in listed
    assert 'name="name_1"' not in listed
    assert reviewer.get(f"{page}/1").status_code == 200
    assert refused.status_code == 409
    assert len(kept_tests(tender)) == 1


def test_nobody_else_finds_the_trials_of_an_authority(web, page, client_for, authority):
    web.post(page, data=typed(then="keep") | marks_of(web.get(page).text))
    stranger = client_for(make_person(Role.OFFICER, make_authority("Elsewhere Council")))
    supplier = client_for(make_person(Role.BID_LEAD, make_supplier()))
    evaluator = client_for(make_person(Role.EVALUATOR, authority))

    assert [stranger.get(address).status_code for address in (page, f"{page}/1")] == [404, 404]
    assert [supplier.get(address).status_code for address in (page, f"{page}/1")] == [403, 403]
    assert stranger.post(page, data=typed(then="keep")).status_code == 404
    assert evaluator.post(page, data=typed(then="keep")).status_code == 403
    assert web.get(f"{page}/2").status_code == 404


def test_the_page_takes_few_statements_whatever_was_kept(web, page, statements_counted):
    text = web.get(page).text
    with statements_counted() as one:
        web.get(page)
    for _ in range(4):
        web.post(page, data=typed(then="keep") | marks_of(text))
    with statements_counted() as many:
        web.get(page)

    assert len(many) <= len(one) + 1 <= 15


def test_what_is_kept_is_canonical(web, page, tender):
    web.post(page, data=typed(then="keep") | marks_of(web.get(page).text))
    row = db.session.scalars(select(ModelTest)).one()

    assert (
        json.dumps(json.loads(row.found), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        == row.found
    )


@pytest.mark.parametrize("price", ["0", "0.01", "999999999999.99"])
@pytest.mark.parametrize(
    "award",
    [
        Award(formula=Formula.LOWEST),
        Award(formula=Formula.PER_POINT, quality_floor=Decimal(0)),
        BENCHMARK,
    ],
)
def test_no_price_is_too_odd_to_try(web, page, tender, officer, award, price):
    if award != BENCHMARK:
        set_award(tender, award, version=1, by=viewer_of(officer))
    answer = web.post(page, data=typed(then="keep", price_1=price) | marks_of(web.get(page).text))

    assert answer.status_code == 302
    assert web.get(answer.location).status_code == 200


def test_the_record_of_the_tender_holds_what_was_tried(web, page, tender):
    web.post(page, data=typed(then="keep", note="We keep 60%.") | marks_of(web.get(page).text))
    section = model_tests(tender)[0]

    assert (section.heading, section.value["Concluded"]) == ("Trial 1", "We keep 60%.")
    assert section.value["Tried"]["bids"][0]["name"] == "Good"
