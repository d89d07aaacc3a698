"""Officers see the supplier's pages before publication; nothing there is saved."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from foundation.database import db
from question_bank.rules.questions import PartClass
from supplier_portal.models import Answer, Bid
from tenders import service
from tenders.queries import questionnaire_of
from tenders.rules import plan as plans
from tests.factories import make_authority, make_open_tender, make_person, make_tender, viewer_of


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_tender(officer)


@pytest.fixture
def desk(client_for, officer):
    return client_for(officer)


def preview(tender, question=""):
    return f"/tenders/{tender.token}/preview" + (f"/{question}" if question else "")


def test_the_task_list_of_a_draft_is_the_suppliers_and_says_that_nothing_is_saved(tender, desk):
    page = desk.get(preview(tender))

    asked = [asked.id for asked in questionnaire_of(tender).questions]
    assert re.findall(rf'href="{preview(tender)}/([^"]+)"', page.text) == asked
    assert "Preview: nothing is saved." in page.text
    assert "14 questions</strong> have every required answer" in page.text


def test_every_question_shows_its_boxes_and_what_good_looks_like(tender, desk):
    for asked in questionnaire_of(tender).questions:
        page = desk.get(preview(tender, asked.id))

        assert "What good looks like" in page.text
        assert asked.question.levels[5] in page.text.replace("&#39;", "'")
        assert "Save and continue" in page.text


def test_the_buttons_only_move_on(tender, desk):
    asked = [asked.id for asked in questionnaire_of(tender).questions]

    following = desk.post(preview(tender, asked[0]), data={"then": "next", "SLP-01.a": "yes"})
    at_the_end = desk.post(preview(tender, asked[-1]), data={"then": "next"})
    back = desk.post(preview(tender, asked[0]), data={"then": "list"})
    within = desk.post(preview(tender, asked[0]), data={"then": "files:SLP-01.a"})

    assert [answer.location for answer in (following, at_the_end, back, within)] == [
        preview(tender, asked[1]),
        preview(tender),
        preview(tender),
        preview(tender, asked[0]),
    ]
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Bid, Answer)]
    assert counts == [0, 0]


def test_a_least_mark_and_a_question_for_information_are_said_to_suppliers(tender, desk, officer):
    service.change_plan(
        tender,
        lambda plan: plans.set_assessment(
            plans.set_assessment(plan, "SLP-07", PartClass.SCORED, 3),
            "SLP-04",
            PartClass.INFORMATION,
        ),
        by=viewer_of(officer),
        based_on=tender.plan_sha256,
        note="classes",
    )

    assert (
        "The least mark is 3. If the agreed mark is lower, the bid may be rejected."
        in desk.get(preview(tender, "SLP-07")).text
    )
    assert (
        "This is asked for information. It is not marked, and no answer to it lets the bid fail."
        in desk.get(preview(tender, "SLP-04")).text
    )


def test_a_published_tender_can_be_previewed_too(officer, desk):
    tender = make_open_tender(officer)

    page = desk.get(preview(tender))

    assert f'href="/tenders/{tender.token}/questions"' in page.text


def test_the_draft_of_another_authority_looks_like_none(desk):
    other = make_tender(make_person(Role.OFFICER, make_authority("Elsewhere")))

    assert [desk.get(preview(other, place)).status_code for place in ("", "SLP-01")] == [404, 404]


def test_a_question_that_is_not_asked_is_not_found(tender, desk):
    assert desk.get(preview(tender, "SLP-99")).status_code == 404


def test_the_page_that_builds_the_questionnaire_leads_to_the_preview(tender, desk):
    page = desk.get(f"/tenders/{tender.token}/build")

    assert f'href="{preview(tender)}"' in page.text
