"""The pages on which a draft's questionnaire is built."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from question_bank.loader import newest_edition
from question_bank.rules.questions import PartClass
from tenders import planned, queries, service
from tenders.rules import plan as plans
from tests.factories import (
    make_authority,
    make_open_tender,
    make_person,
    make_tender,
    viewer_of,
)

ESSENTIAL = "slp-essential"


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_tender(officer, pack_id=ESSENTIAL)


@pytest.fixture
def desk(client_for, officer):
    return client_for(officer)


def address(tender, place=""):
    return f"/tenders/{tender.token}/build{place}"


def plan_of(tender):
    return planned.plan_of_draft(tender)


def asked_ids(tender):
    return [entry["id"] for entry in plans.entries_of(plan_of(tender))]


def move_down(desk, tender, question_id):
    data = {"move": f"down:question:{question_id}", "based_on": tender.plan_sha256}
    return desk.post(address(tender, "/move"), data=data)


def as_asked(tender):
    questions = queries.questionnaire_of(tender).questions
    return [(asked.id, asked.weight, asked.question.parts) for asked in questions]


def form_of(page):
    """The boxes of the page with their values, as a desk would send them."""
    boxes = {}
    for tag in re.findall(r"<input[^>]+>", page.text):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        ticked = found.get("type") not in ("checkbox", "radio") or " checked" in tag
        if "name" in found and ticked:
            boxes.setdefault(found["name"], []).append(found.get("value", ""))
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?([^<]*)<', page.text):
        boxes[name] = [text]
    for name, inside in re.findall(
        r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page.text, re.S
    ):
        chosen = re.findall(r'value="([^"]*)" selected', inside)
        boxes[name] = chosen[:1]
    return boxes


def summary_of(page):
    return re.findall(r'<li><a href="#[^"]*">([^<]*)</a></li>', page.text) + re.findall(
        r"error-summary__list\">\s*<li>([^<]*)</li>", page.text
    )


def test_a_draft_keeps_the_edition_it_was_made_from_and_is_tailored_once_it_is_changed(
    tender, desk
):
    assert plan_of(tender)["edition"] == newest_edition().version
    assert planned.is_tailored(tender) is False

    move_down(desk, tender, "SLP-01")

    assert asked_ids(tender)[:2] == ["SLP-02", "SLP-01"]
    assert planned.is_tailored(tender) is True


def test_a_draft_from_before_there_were_plans_gets_one_when_it_is_changed(tender, desk):
    tender.plan_text = tender.plan_sha256 = None
    assert asked_ids(tender)[:2] == ["SLP-01", "SLP-02"]

    desk.post(address(tender, "/move"), data={"move": "down:question:SLP-01", "based_on": ""})

    assert asked_ids(tender)[:2] == ["SLP-02", "SLP-01"]


def test_another_set_of_questions_can_be_chosen_with_the_details_until_it_is_tailored(tender, desk):
    sent = form_of(desk.get(f"/tenders/{tender.token}/edit")) | {"pack_id": "slp-full"}

    desk.post(f"/tenders/{tender.token}/edit", data=sent)

    assert (tender.pack_id, len(asked_ids(tender))) == ("slp-full", 14)
    assert planned.is_tailored(tender) is False


def test_the_page_shows_sums_shares_and_what_is_wrong(tender, desk, officer):
    page = desk.get(address(tender))
    assert "All weights sum to 100, and every part can be asked." in page.text
    assert "17.5%" in page.text

    desk.post(
        address(tender, "/sections/openness"),
        data={"title": "Open access to data", "weight": "9.5", "based_on": tender.plan_sha256},
    )
    page = desk.get(address(tender))

    assert "Change the weights of the sections: they sum to 99.5, not 100" in page.text


def test_a_section_is_added_then_given_questions_then_removed(tender, desk):
    answer = desk.post(
        address(tender, "/sections/new"),
        data={
            "title": "Connected places",
            "weight": "",
            "reason": "New",
            "based_on": tender.plan_sha256,
        },
    )
    assert answer.location.endswith("/build/sections/connected-places/questions")

    page = desk.get(answer.location)
    assert "SLP-10" in form_of(page).get("question", []) or 'value="SLP-10"' in page.text
    desk.post(
        answer.location,
        data={"question": ["SLP-10", "SLP-11"], "based_on": tender.plan_sha256},
    )

    section = plans.section_in(plan_of(tender), "connected-places")
    assert [entry["id"] for entry in section["questions"]] == ["SLP-10", "SLP-11"]
    assert section["questions"][0]["class"] == "scored"
    page = desk.get(address(tender, "/sections/connected-places/remove"))
    assert "SLP-11" in page.text
    desk.post(
        address(tender, "/sections/connected-places/remove"),
        data={"based_on": tender.plan_sha256},
    )
    assert "SLP-10" not in asked_ids(tender)
    assert "Connected places" not in [s["title"] for s in plans.sections_of(plan_of(tender))]


def test_questions_to_add_can_be_searched(tender, desk):
    page = desk.get(address(tender, "/sections/openness/questions?q=pas 185"))

    assert re.findall(r'name="question" type="checkbox" value="([^"]+)"', page.text) == ["SLP-10"]


def test_adding_nothing_is_refused(tender, desk):
    page = desk.post(
        address(tender, "/sections/openness/questions"), data={"based_on": tender.plan_sha256}
    )

    assert summary_of(page) == ["Select at least one question"]


def test_a_question_gets_a_class_a_least_mark_parts_a_section_and_a_reason(tender, desk):
    page = desk.get(address(tender, "/questions/SLP-04"))
    sent = form_of(page) | {
        "assessed": "scored",
        "threshold": "3",
        "weight": "60",
        "parts": ["SLP-04.a", "SLP-04.b"],
        "section": "security",
        "reason": "We pay for access today",
    }

    answer = desk.post(address(tender, "/questions/SLP-04"), data=sent)

    assert answer.location.endswith("/build#question-SLP-04")
    plan = plan_of(tender)
    assert plans.entry_of(plan, "SLP-04") == {
        "id": "SLP-04",
        "weight": 60,
        "parts": ["SLP-04.a", "SLP-04.b"],
        "class": "scored",
        "threshold": 3,
    }
    assert plans.section_with(plan, "SLP-04")["id"] == "security"
    assert [r["says"] for r in plan["reasons"]] == ["We pay for access today"]


def test_a_question_saved_as_it_stands_keeps_what_it_is(tender, desk):
    before = [
        (q.id, q.weight, q.question.parts) for q in queries.questionnaire_of(tender).questions
    ]

    for question_id in asked_ids(tender):
        page = desk.get(address(tender, f"/questions/{question_id}"))
        desk.post(address(tender, f"/questions/{question_id}"), data=form_of(page))

    assert as_asked(tender) == before
    assert planned.of_draft(tender).problems == ()


def test_a_question_for_information_has_no_least_mark_and_what_was_typed_stays(tender, desk):
    page = desk.post(
        address(tender, "/questions/SLP-04"),
        data={
            "assessed": "information",
            "threshold": "3",
            "weight": "",
            "parts": ["SLP-04.a"],
            "section": "openness",
            "reason": "Half a thought",
            "based_on": tender.plan_sha256,
        },
    )

    assert summary_of(page) == ["You cannot set a least mark because the question is not marked"]
    assert "Half a thought" in page.text
    assert planned.is_tailored(tender) is False


def test_at_least_one_part_is_asked(tender, desk):
    page = desk.get(address(tender, "/questions/SLP-04"))
    sent = {name: value for name, value in form_of(page).items() if name != "parts"}

    page = desk.post(address(tender, "/questions/SLP-04"), data=sent)

    assert summary_of(page) == ["Select at least one part, or remove the question"]


def test_a_part_says_what_reads_its_answer(tender, desk):
    page = desk.get(address(tender, "/questions/SLP-13"))

    assert "Its answer is read by" in page.text


def test_removing_a_question_says_what_depends_on_it(tender, desk):
    page = desk.get(address(tender, "/questions/SLP-13/remove"))
    assert "SLP-12.a (Whether you subcontract data processing) reads" in page.text

    desk.post(address(tender, "/questions/SLP-13/remove"), data={"based_on": tender.plan_sha256})

    assert "SLP-13" not in asked_ids(tender)


def test_weights_are_set_on_one_page_and_shared_evenly_before_they_are_saved(tender, desk):
    boxes = form_of(desk.get(address(tender, "/weights")))
    emptied = boxes | {"weight-SLP-05": "", "weight-SLP-06": "", "weight-SLP-07": "40"}

    page = desk.post(address(tender, "/weights"), data=emptied | {"share": "in:security"})

    shared = form_of(page)
    assert [shared[f"weight-SLP-0{n}"] for n in (5, 6, 7, 8)] == [
        ["17.5"],
        ["17.5"],
        ["40"],
        ["25"],
    ]
    assert planned.is_tailored(tender) is False
    desk.post(address(tender, "/weights"), data=shared)
    assert plans.entry_of(plan_of(tender), "SLP-05")["weight"] == "17.5"


def test_a_weight_that_is_no_number_is_said_at_its_box_and_the_rest_stays(tender, desk):
    boxes = form_of(desk.get(address(tender, "/weights")))

    page = desk.post(
        address(tender, "/weights"),
        data=boxes | {"weight-SLP-05": "lots", "section-openness": "101", "weight-SLP-06": "7"},
    )

    assert summary_of(page) == ["Enter a number, like 12.5"]
    assert form_of(page)["weight-SLP-06"] == ["7"]


@pytest.mark.both_databases
def test_a_colleagues_change_in_between_is_said_and_nothing_typed_is_lost(tender, desk, officer):
    boxes = form_of(desk.get(address(tender, "/weights"))) | {"weight-SLP-05": "12"}
    service.change_plan(
        tender,
        lambda plan: plans.move_section(plan, "openness", 1),
        by=viewer_of(officer),
        based_on=tender.plan_sha256,
        note="order",
    )

    page = desk.post(address(tender, "/weights"), data=boxes)

    assert summary_of(page) == [
        "A colleague changed this questionnaire after you opened the page. Nothing of yours is "
        "lost: look at what is there now, and save again if it still holds"
    ]
    assert form_of(page)["weight-SLP-05"] == ["12"]
    desk.post(address(tender, "/weights"), data=form_of(page))
    assert plans.entry_of(plan_of(tender), "SLP-05")["weight"] == 12
    assert [section["id"] for section in plans.sections_of(plan_of(tender))][2] == "openness"


def test_a_button_pressed_after_a_colleagues_change_changes_nothing_and_says_so(
    tender, desk, officer
):
    stale = tender.plan_sha256
    service.change_plan(
        tender,
        lambda plan: plans.move_section(plan, "openness", 1),
        by=viewer_of(officer),
        based_on=tender.plan_sha256,
        note="order",
    )
    before = tender.plan_sha256

    desk.post(
        address(tender, "/move"),
        data={"move": "down:question:SLP-01", "based_on": stale},
    )
    page = desk.get(address(tender))

    assert "A colleague changed this questionnaire" in page.text
    assert tender.plan_sha256 == before


def test_starting_again_needs_a_tick_and_replaces_everything(tender, desk):
    desk.post(
        address(tender, "/move"),
        data={"move": "down:question:SLP-01", "based_on": tender.plan_sha256},
    )
    based_on = tender.plan_sha256

    page = desk.post(
        address(tender, "/start-again"), data={"pack_id": "slp-full", "based_on": based_on}
    )
    assert summary_of(page) == [
        "Select that you want to lose the sections, weights and reasons made so far"
    ]

    desk.post(
        address(tender, "/start-again"),
        data={"pack_id": "slp-full", "agreed": "yes", "based_on": based_on},
    )
    assert (tender.pack_id, len(asked_ids(tender))) == ("slp-full", 14)


def test_the_details_of_a_tailored_draft_do_not_choose_other_questions(tender, desk):
    desk.post(
        address(tender, "/move"),
        data={"move": "down:question:SLP-01", "based_on": tender.plan_sha256},
    )
    sha = tender.plan_sha256

    page = desk.get(f"/tenders/{tender.token}/edit")
    assert "This questionnaire was tailored." in page.text
    sent = form_of(page) | {"title": "Another title"}
    desk.post(f"/tenders/{tender.token}/edit", data=sent)

    assert (tender.title, tender.plan_sha256) == ("Another title", sha)


@pytest.mark.parametrize("place", ["", "/weights", "/questions/SLP-01", "/sections/openness"])
def test_a_published_tender_is_only_read(officer, desk, place):
    tender = make_open_tender(officer, pack_id=ESSENTIAL)

    answer = desk.get(address(tender, place))

    assert answer.location == f"/tenders/{tender.token}/questions"


def test_a_published_tender_cannot_be_changed(officer, desk):
    tender = make_open_tender(officer, pack_id=ESSENTIAL)

    answer = desk.post(address(tender, "/move"), data={"move": "down:question:SLP-01"})

    assert answer.status_code == 409
    assert "You cannot change this tender because it is published" in answer.text


@pytest.mark.parametrize("place", ["", "/weights", "/questions/SLP-01", "/sections/openness"])
def test_the_draft_of_another_authority_looks_like_none(desk, place):
    other = make_tender(make_person(Role.OFFICER, make_authority("Elsewhere")), pack_id=ESSENTIAL)

    assert desk.get(address(other, place)).status_code == 404


@pytest.mark.parametrize("place", ["/questions/SLP-99", "/sections/none", "/questions/SLP-10"])
def test_what_the_questionnaire_does_not_have_is_not_found(tender, desk, place):
    assert desk.get(address(tender, place)).status_code == 404


@pytest.mark.both_databases
def test_what_was_planned_is_what_is_frozen(tender, desk, officer):
    by = viewer_of(officer)
    service.change_plan(
        tender,
        lambda plan: plans.add_reason(
            plans.set_assessment(plan, "SLP-04", PartClass.SCORED, 2), "pack", "Small purchase"
        ),
        by=by,
        based_on=tender.plan_sha256,
        note="least mark",
    )
    chosen = queries.questionnaire_of(tender)

    service.publish_tender(tender, by=by, libraries={})

    frozen = queries.questionnaire_of(tender)
    assert frozen.sections == chosen.sections
    assert frozen.question("SLP-04").threshold == 2
    text = queries.frozen_text(tender)
    assert json.loads(text)["terms"]["reasons"] == [
        {"about": "pack", "by": "officer", "says": "Small purchase"}
    ]


def test_every_change_of_a_plan_is_recorded_by_its_fingerprint(tender, desk):
    desk.post(
        address(tender, "/move"),
        data={"move": "down:question:SLP-01", "based_on": tender.plan_sha256},
    )

    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.subject) == ("tender.plan_changed", tender.token)
    assert json.loads(entry.details) == {"note": "order", "plan": tender.plan_sha256}


def test_a_draft_made_with_a_plan_asks_it(officer):
    edition = newest_edition()
    plan = plans.plan_from_pack(edition.version, edition.raw_packs[ESSENTIAL])
    plan = plans.remove_question(plan, "SLP-04")
    details = service.Details(
        title="Bins", reference="B-1", pack_id="slp-full", quality_weight=60, closes_at=None
    )

    tender = service.create_tender(details, by=viewer_of(officer), plan=plan)

    assert tender.pack_id == ESSENTIAL
    assert queries.questionnaire_of(tender).question("SLP-04") is None
