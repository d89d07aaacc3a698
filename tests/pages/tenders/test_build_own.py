"""Own questions, own packs and another edition of the bank in the questionnaire of a draft."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import replace

import pytest

from accounts.rules.roles import Role
from foundation import clock
from foundation.database import db, transaction
from question_bank.loader import edition, editions, newest_edition
from question_bank.models import OwnPack, OwnQuestion, OwnQuestionVersion, OwnStatus
from tenders import planned, queries, service
from tenders.rules import plan as plans
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_tender(officer, pack_id="slp-essential")


@pytest.fixture
def desk(client_for, officer):
    return client_for(officer)


def raw_question(question_id, version=1, title="Ownership of street data"):
    raw = deepcopy(next(q for q in newest_edition().bank.raw["questions"] if q["id"] == "SLP-02"))
    raw = json.loads(json.dumps(raw).replace("SLP-02", question_id))
    return {**raw, "version": version, "title": title}


def make_own(authority_id, by, question_id, *, versions=1):
    """A ready question of an authority's own, with its versions."""
    with transaction():
        own = OwnQuestion(
            authority_id=authority_id,
            question_id=question_id,
            version=versions,
            status=OwnStatus.READY,
            raw=raw_question(question_id, versions),
            changed_at=clock.now(),
            changed_by_id=by.id,
        )
        db.session.add(own)
        db.session.flush()
        for number in range(1, versions + 1):
            add_version(own, by, number)
    return own


def add_version(own, by, number):
    db.session.add(
        OwnQuestionVersion(
            own_question_id=own.id,
            version=number,
            raw=raw_question(own.question_id, number, f"Ownership, version {number}"),
            saved_at=clock.now(),
            saved_by_id=by.id,
        )
    )


def add(desk, tender, question_id):
    return desk.post(
        f"/tenders/{tender.token}/build/sections/openness/questions",
        data={"question": [question_id], "based_on": tender.plan_sha256},
    )


@pytest.mark.both_databases
def test_an_own_question_is_added_asked_and_frozen(tender, desk, officer):
    make_own(tender.authority_id, officer, "HOL-01")

    add(desk, tender, "HOL-01")
    publish(tender, officer)

    asked = queries.questionnaire_of(tender).question("HOL-01")
    assert asked.question.title == "Ownership, version 1"
    kept = json.loads(queries.frozen_text(tender))["bank"]["questions"]
    assert [question["id"] for question in kept][-1] == "HOL-01"


def test_own_questions_of_another_authority_are_not_offered(tender, desk):
    other = make_person(Role.OFFICER, make_authority("Elsewhere"))
    elsewhere = make_tender(other)
    make_own(elsewhere.authority_id, other, "ELS-01")

    page = desk.get(f"/tenders/{tender.token}/build/sections/openness/questions")
    add(desk, tender, "ELS-01")

    assert 'value="ELS-01"' not in page.text
    assert plans.own_ids(planned.plan_of_draft(tender)) == frozenset()


def test_a_newer_version_of_an_own_question_is_asked_only_when_it_is_taken(tender, desk, officer):
    own = make_own(tender.authority_id, officer, "HOL-01")
    add(desk, tender, "HOL-01")
    with transaction():
        own.version = 2
        add_version(own, officer, 2)
    db.session.commit()

    page = desk.get(f"/tenders/{tender.token}/build")
    before = queries.questionnaire_of(tender).question("HOL-01").question.title
    desk.post(
        f"/tenders/{tender.token}/build/questions/HOL-01/renew",
        data={"based_on": tender.plan_sha256},
    )

    assert "Version 2 of your own question HOL-01 is ready" in page.text
    after = queries.questionnaire_of(tender).question("HOL-01").question.title
    assert (before, after) == ("Ownership, version 1", "Ownership, version 2")


def test_a_tender_can_start_from_a_pack_of_the_authoritys_own(desk, officer, tender):
    make_own(tender.authority_id, officer, "HOL-01")
    raw = {
        "id": "hol-small",
        "version": 1,
        "title": "Small purchases",
        "for": "A pilot.",
        "sections": [
            {
                "id": "all",
                "title": "All",
                "weight": 100,
                "questions": [{"id": "SLP-04", "weight": 100}, {"id": "HOL-01", "weight": 0}],
            }
        ],
    }
    with transaction():
        db.session.add(
            OwnPack(
                authority_id=tender.authority_id,
                pack_id="hol-small",
                version=1,
                edition=editions()[0],
                raw=raw,
                changed_at=clock.now(),
                changed_by_id=officer.id,
            )
        )

    page = desk.get("/tenders/new")
    made = desk.post(
        "/tenders/new",
        data={
            "title": "Bins",
            "reference": "B-1",
            "pack_id": "hol-small",
            "quality_weight": "60",
        },
    )

    assert "Made by your authority." in page.text
    token = made.location.rpartition("/")[2]
    made_tender = queries.tender_for(viewer_of(officer), token)
    plan = planned.plan_of_draft(made_tender)
    assert [entry["id"] for entry in plans.entries_of(plan)] == ["SLP-04", "HOL-01"]
    assert (plan["edition"], planned.is_tailored(made_tender)) == (editions()[0], False)


@pytest.fixture
def older(officer):
    """A draft that rests on the first edition."""
    if len(editions()) < 2:
        pytest.skip("there is only one edition of the bank yet")
    first = edition(editions()[0])
    plan = plans.plan_from_pack(first.version, first.raw_packs["slp-full"])
    plan = plans.set_parts(plan, "SLP-04", ["SLP-04.a", "SLP-04.b"])
    details = service.Details(
        title="Old", reference="O-1", pack_id="", quality_weight=60, closes_at=None
    )
    return service.create_tender(details, by=viewer_of(officer), plan=plan)


def test_a_draft_stays_with_its_edition_until_it_is_moved_and_keeps_every_choice(older, desk):
    newest = editions()[-1]
    page = desk.get(f"/tenders/{older.token}/build")
    assert f"Your authority works with edition {newest} of the question bank" in page.text
    shown = desk.get(f"/tenders/{older.token}/build/edition")
    assert f"Move to edition {newest}" in shown.text

    desk.post(f"/tenders/{older.token}/build/edition", data={"based_on": older.plan_sha256})

    plan = planned.plan_of_draft(older)
    assert plan["edition"] == newest
    assert plans.entry_of(plan, "SLP-04")["parts"] == ["SLP-04.a", "SLP-04.b"]
    assert desk.get(f"/tenders/{older.token}/build/edition").status_code == 302


def test_moving_leaves_out_what_the_other_edition_does_not_have():
    first = edition(editions()[0])
    plan = plans.plan_from_pack(first.version, first.raw_packs["slp-essential"])
    bank = newest_edition().bank
    fewer = {name: question for name, question in bank.questions.items() if name != "SLP-04"}
    lacking = replace(bank, questions=fewer)

    moved = plans.move_to_edition(plan, "2099.01", lacking)

    assert "SLP-04" not in [entry["id"] for entry in plans.entries_of(moved)]
    assert moved["edition"] == "2099.01"


def test_a_link_to_a_pack_has_it_chosen_and_an_unknown_one_chooses_nothing(desk):
    chosen = desk.get("/tenders/new?pack=sensors-in-public-space").text
    unknown = desk.get("/tenders/new?pack=elsewhere").text

    assert 'value="sensors-in-public-space" checked' in chosen
    assert " checked" not in unknown


def all_weights(desk, tender):
    """What the page of all weights sends if nothing is changed."""
    page = desk.get(f"/tenders/{tender.token}/build/weights").text
    boxes = [
        dict(re.findall(r'(name|value)="([^"]*)"', box)) for box in re.findall("<input[^>]*>", page)
    ]
    return {box["name"]: box.get("value", "") for box in boxes if "name" in box}


def test_a_weight_that_changes_how_a_question_is_assessed_is_said(desk, tender):
    weights = all_weights(desk, tender)
    assert weights["weight-SLP-02"] == "0"

    saved = desk.post(
        f"/tenders/{tender.token}/build/weights", data=weights | {"weight-SLP-02": "5"}
    )

    assert saved.status_code == 302
    assert "Marked from now on: SLP-02" in desk.get(saved.location).text


def test_an_empty_weight_is_not_taken_for_nothing(desk, tender):
    weights = all_weights(desk, tender)
    before = queries.questionnaire_of(tender).sections[-1].weight

    page = desk.post(
        f"/tenders/{tender.token}/build/weights", data=weights | {"section-sensors": ""}
    )

    assert "press the button that shares what is left" in page.text
    assert queries.questionnaire_of(tender).sections[-1].weight == before
