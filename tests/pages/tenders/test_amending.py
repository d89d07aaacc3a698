"""An amendment of an open tender: prepared beside what is published, and published in one step."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db
from tenders import amended, planned, queries, service
from tenders.models import Tender
from tenders.rules import plan as plans
from tests.factories import make_open_tender, make_person, viewer_of


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_open_tender(officer, pack_id="slp-essential")


@pytest.fixture
def prepare(tender, officer):
    """Prepare an amendment: a change of the plan, and terms by name."""

    def prepared(change=None, *, reason="A supplier asked", closes_at=None, until=None):
        by, now = viewer_of(officer), clock.now()
        service.prepare_amendment(tender, by=by, arrived_at=now)
        if change is not None:
            service.change_plan(tender, change, by=by, based_on=tender.plan_sha256, note="test")
        service.set_amendment_terms(
            tender,
            closes_at=closes_at or tender.closes_at,
            questions_until=until,
            reason=reason,
            based_on=tender.plan_sha256,
            by=by,
            arrived_at=now,
        )
        return tender

    return prepared


@pytest.fixture
def publish(tender, officer):
    def published():
        return service.publish_amendment(
            tender,
            based_on=tender.plan_sha256,
            by=viewer_of(officer),
            arrived_at=clock.now(),
        )

    return published


def without_part(part_id):
    """A change that asks a question without one of its parts."""

    def change(plan):
        question = part_id.partition(".")[0]
        asked = planned.read(plan).questionnaire.question(question).question
        kept = [part.id for part in asked.parts if part.id != part_id]
        return plans.set_parts(plan, question, kept)

    return change


def test_what_is_published_stays_while_an_amendment_is_prepared(tender, prepare):
    before, text = tender.questionnaire_sha256, queries.frozen_text(tender)

    prepare(without_part("SLP-07.g"), closes_at=tender.closes_at + timedelta(days=5))

    assert tender.questionnaire_sha256 == before
    assert queries.frozen_text(tender) == text
    assert "SLP-07.g" in queries.questionnaire_of(tender).parts
    assert "SLP-07.g" not in planned.of_draft(tender).questionnaire.parts


def test_publishing_freezes_the_new_text_and_keeps_the_old_one(tender, prepare, publish):
    before, text = tender.questionnaire_sha256, queries.frozen_text(tender)
    prepare(without_part("SLP-07.g"))

    amendment = publish()

    assert "SLP-07.g" not in queries.questionnaire_of(tender).parts
    assert tender.questionnaire_sha256 == sha256_hex(queries.frozen_text(tender))
    assert (amendment.number, amendment.sha256_before, amendment.text_before) == (1, before, text)
    assert amendment.sha256_after == tender.questionnaire_sha256
    assert "SLP-07.g" in amended.questionnaire_as(tender, before).parts
    assert json.loads(queries.frozen_text(tender))["terms"]["amendment"] == {
        "number": 1,
        "follows": before,
    }


def test_an_officer_prepares_an_amendment_in_pages_and_publishes_it(tender, officer, client_for):
    desk, path = client_for(officer), f"/tenders/{tender.token}"

    begun = desk.post(f"{path}/amendments")
    assert begun.headers["Location"] == f"{path}/amendment"
    assert "Nothing is changed yet" in desk.get(f"{path}/amendment").text
    assert "You are preparing an amendment" in desk.get(f"{path}/build").text
    sent = desk.post(f"{path}/build/questions/SLP-07/remove", data={"based_on": based_on(tender)})
    assert sent.status_code == 302
    fix = desk.get(f"{path}/amendment").text
    assert "SLP-07" in queries.questionnaire_of(fresh(tender)).question("SLP-07").id
    assert "What you must fix" in fix


def fresh(tender):
    return db.session.scalars(
        select(Tender).where(Tender.id == tender.id).execution_options(populate_existing=True)
    ).one()


def based_on(tender):
    return fresh(tender).plan_sha256


def wall(moment, name):
    local = clock.london(moment)
    return {
        f"{name}-day": local.day,
        f"{name}-month": local.month,
        f"{name}-year": local.year,
        f"{name}-time": f"{local:%H:%M}",
    }


def test_times_and_reason_are_prepared_on_a_page_and_published(tender, officer, client_for):
    desk, path = client_for(officer), f"/tenders/{tender.token}"
    closed, later = (
        tender.closes_at,
        (tender.closes_at + timedelta(days=7)).replace(second=0, microsecond=0),
    )
    desk.post(f"{path}/amendments")

    form = desk.get(f"{path}/amendment/terms")
    sent = desk.post(
        f"{path}/amendment/terms",
        data={
            "based_on": based_on(tender),
            **wall(later, "closes_at"),
            "reason": "The answers to questions came late",
        },
    )
    preview = desk.get(f"{path}/amendment").text
    published = desk.post(f"{path}/amendment", data={"based_on": based_on(tender)})

    assert "When bids close" in form.text
    assert sent.status_code == 302
    assert "The answers to questions came late" in preview
    assert published.status_code == 302
    assert fresh(tender).closes_at == later
    page = desk.get(published.headers["Location"]).text
    assert clock.show_moment(closed) in page
    assert "The answers to questions came late" in desk.get(f"{path}/amendments").text
