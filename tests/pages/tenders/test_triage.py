"""A few answers about what is bought become a draft, or change one, each step with its reason."""

import html
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from question_bank.triage import shipped_triage
from tenders import planned, queries, service
from tenders.models import Tender
from tests.factories import make_authority, make_open_tender, make_person, make_tender, viewer_of

NOON = datetime(2026, 10, 1, 11, 0, tzinfo=UTC)
PUBLIC = {
    "space": "public",
    "senses": "yes",
    "personal": "no",
    "hosting": "uk",
    "connects": "data",
    "algorithms": "no",
    "vital": "service",
    "value": "below",
    "sites": "yes",
    "sensitive": "no",
    "london": "no",
    "open": "yes",
}
SMALL = PUBLIC | {
    "space": "none",
    "senses": "no",
    "connects": "no",
    "vital": "little",
    "value": "small",
    "sites": "no",
    "open": "no",
}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


def only_tender():
    return db.session.scalars(select(Tender)).one()


def actions_on(tender):
    entries = select(AuditEntry.action).where(AuditEntry.subject == tender.token)
    return list(db.session.scalars(entries.order_by(AuditEntry.number)))


def words(page):
    return " ".join(html.unescape(page.text).split())


def based_on(tender):
    return {"based_on": tender.plan_sha256 or ""}


def asked_in(tender):
    return [asked.id for asked in queries.questionnaire_of(tender).questions]


@pytest.mark.both_databases
def test_answers_become_a_draft_with_its_facts_and_reasons(web, at):
    at(NOON)

    answered = web.post("/tenders/new/triage", data=PUBLIC)
    shown = web.get(answered.location)
    used = web.post(
        answered.location, data={"title": "Counters", "reference": "C-1", "quality_weight": "60"}
    )

    tender = only_tender()
    assert used.location == f"/tenders/{tender.token}"
    assert tender.pack_id == "sensors-in-public-space"
    assert tender.facts == {
        "public_space_devices": "yes",
        "field_devices": "yes",
        "place_based": "yes",
        "personal_data": "yes",
        "permitted_countries": ["GB"],
        "ai": "no",
        "availability_matters": "yes",
        "above_threshold": "no",
        "site_access": "yes",
    }
    plan = planned.plan_of_draft(tender)
    assert plan["triage"] == PUBLIC
    assert {reason["by"] for reason in plan["reasons"]} == {"triage"}
    assert "Sensors in public space: 14 questions in 7 sections" in words(shown)
    assert actions_on(tender) == ["tender.created", "tender.facts_set"]


def test_the_proposal_gives_each_reason_its_source_and_says_how_long_suppliers_need(web):
    shown = words(web.get("/tenders/new/proposal", query_string=PUBLIC))

    assert "A supplier that answers for the first time needs about 12 hours of work." in shown
    assert "not measured" in shown
    assert (
        "A council service would be harder to run, so recovery is asked about in full and counts "
        'more. Source: LOTI guide, Appendix 1, "Disaster recovery"'
    ) in shown.replace("<br>", " ").replace("</p>", "")
    assert "What is left out" in shown
    assert "Facts that will be filled in" in shown


def test_the_proposal_shows_the_result_and_folds_the_reasons_of_each_section(web):
    page = web.get("/tenders/new/proposal", query_string=PUBLIC).text

    folded = re.findall(r"<details.*?</details>", page, re.S)
    open_to_all = words(
        SimpleNamespace(text=re.sub(r"<details.*?</details>", "", page, flags=re.S))
    )
    summaries = [
        re.sub(r"<[^>]*>", "", re.search(r"<summary.*?</summary>", f, re.S)[0]) for f in folded
    ]
    plain = [" ".join(summary.split()) for summary in summaries]
    assert len(set(plain)) == len(plain)
    assert plain[:2] == ["What you answered", "Questions and reasons: Sensors and privacy"]
    assert "Sensors and privacy</h3>" in open_to_all
    assert "<dd>24% of quality</dd>" in open_to_all
    assert "SLP-14 Sensor privacy and ethics" not in open_to_all
    # Only why this pack is proposed is told before anything is opened.
    assert open_to_all.count("Source: ") == 1


def test_the_figures_of_the_law_stand_in_the_question_about_the_value(web):
    page = words(web.get("/tenders/new/triage"))

    assert "£207,720 or more" in page
    assert "Less than £30,000" in page
    assert "figure:" not in page


def test_every_question_must_be_answered_and_nothing_typed_is_lost(web):
    typed = {name: value for name, value in PUBLIC.items() if name != "value"}

    page = web.post("/tenders/new/triage", data=typed)

    assert "<title>Error: What are you buying?" in page.text
    assert page.text.count("Select what the contract is worth") == 2
    assert page.text.count(" checked") == len(typed)


@pytest.mark.parametrize("changes", [{"value": "enormous"}, {"value": ""}], ids=["odd", "empty"])
def test_an_address_with_answers_that_cannot_be_leads_back_to_the_questions(web, changes):
    page = web.get("/tenders/new/proposal", query_string=PUBLIC | changes)

    assert page.status_code == 302
    assert page.location.startswith("/tenders/new/triage?space=public")
    assert web.get(page.location).text.count(" checked") == len(PUBLIC) - 1


def test_a_reference_taken_is_said_beside_the_proposal_and_nothing_is_made(web, officer):
    make_tender(officer, reference="C-1")

    page = web.post(
        "/tenders/new/proposal",
        query_string=PUBLIC,
        data={"title": "Counters", "reference": "C-1", "quality_weight": "60"},
    )

    assert "Enter another reference: a tender of your organisation has this one" in page.text
    assert 'value="Counters"' in page.text
    assert only_tender().pack_id != "sensors-in-public-space"


def test_creating_a_tender_offers_triage_beside_the_ready_made_packs(web):
    page = web.get("/tenders/new")

    assert 'href="/tenders/new/triage"' in page.text


@pytest.mark.both_databases
def test_a_draft_shows_what_would_change_before_anything_does(web, officer):
    tender = make_tender(officer, pack_id="slp-full")
    service.set_facts(tender, {"personal_data": "yes"}, by=viewer_of(officer))

    answered = web.post(f"/tenders/{tender.token}/triage", data=SMALL)
    shown = words(web.get(answered.location))

    assert "Not asked any more" in shown
    assert "<li>SLP-10 BSI PAS 185:2017</li><li>SLP-11 Data API</li>" in shown
    assert "You entered this, so it stays. Your answers say: No." in shown
    assert planned.plan_of_draft(only_tender())["triage"] is None

    used = web.post(answered.location, data=based_on(tender))

    changed = only_tender()
    assert used.location == f"/tenders/{tender.token}/build"
    assert changed.pack_id == "slp-essential"
    assert "SLP-10" not in asked_in(changed)
    assert (changed.facts["personal_data"], changed.facts["site_access"]) == ("yes", "no")


def test_answers_given_before_are_filled_in_again(web, officer):
    tender = make_tender(officer)
    web.post(f"/tenders/{tender.token}/proposal", query_string=PUBLIC, data=based_on(tender))

    assert web.get(f"/tenders/{tender.token}/triage").text.count(" checked") == len(PUBLIC)


def test_reasons_that_people_wrote_stay_where_the_question_stays(web, officer):
    tender = make_tender(officer, pack_id="slp-full")
    service.change_plan(
        tender,
        lambda plan: {
            **plan,
            "reasons": [
                {"about": f"question:{name}", "says": "We want it.", "by": "officer"}
                for name in ("SLP-06", "SLP-10")
            ],
        },
        by=viewer_of(officer),
        based_on=tender.plan_sha256,
        note="reasons",
    )

    web.post(f"/tenders/{tender.token}/proposal", query_string=SMALL, data=based_on(only_tender()))

    kept = [
        r["about"] for r in planned.plan_of_draft(only_tender())["reasons"] if r["by"] == "officer"
    ]
    assert kept == ["question:SLP-06"]


def test_a_draft_that_a_colleague_changed_is_not_overwritten(web, officer):
    tender = make_tender(officer)
    stale = based_on(tender)
    web.post(f"/tenders/{tender.token}/proposal", query_string=PUBLIC, data=stale)

    page = web.post(f"/tenders/{tender.token}/proposal", query_string=SMALL, data=stale)

    assert "A colleague changed this questionnaire after you opened the page." in page.text
    assert only_tender().pack_id == "sensors-in-public-space"


@pytest.mark.parametrize("page", ["triage", "proposal"])
def test_a_published_tender_is_not_asked_anew(web, officer, page):
    tender = make_open_tender(officer)

    led = web.get(f"/tenders/{tender.token}/{page}", query_string=PUBLIC)

    assert led.location == f"/tenders/{tender.token}/questions"


@pytest.mark.parametrize("page", ["triage", "proposal"])
def test_the_draft_of_another_authority_does_not_exist(client_for, officer, page):
    stranger = client_for(make_person(Role.OFFICER, make_authority("Elsewhere Council")))
    tender = make_tender(officer)

    assert stranger.get(f"/tenders/{tender.token}/{page}").status_code == 404


def test_the_pages_need_few_statements(web, officer, statements_counted):
    tender = make_tender(officer)
    counts = []
    for address in ("/tenders/new/proposal", f"/tenders/{tender.token}/proposal"):
        with statements_counted() as statements:
            web.get(address, query_string=PUBLIC)
        counts.append(len(statements))

    assert max(counts) <= 15


def test_every_question_of_triage_is_on_one_page(web):
    page = words(web.get("/tenders/new/triage"))

    assert [q.ask for q in shipped_triage().questions if q.ask not in page] == []


@pytest.mark.parametrize("senses", ["yes", "unsure"])
def test_devices_that_are_not_there_notice_nobody(senses, client_for):
    said = PUBLIC | {"space": "none", "senses": senses}
    page = client_for(Role.OFFICER).post("/tenders/new/triage", data=said)

    assert page.status_code in (200, 422)
    assert "you answered that there are none" in html.unescape(page.text)
    assert 'href="#senses-0"' in page.text


def test_answers_that_contradict_each_other_propose_nothing(client_for):
    said = PUBLIC | {"space": "none", "senses": "yes"}
    page = client_for(Role.OFFICER).get("/tenders/new/proposal", query_string=said)

    assert (page.status_code, "/tenders/new/triage?" in page.location) == (302, True)
