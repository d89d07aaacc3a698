"""A tender is published once, and what was asked stays as it was."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from question_bank.loader import shipped_bank, shipped_packs
from tenders import queries, service
from tenders.models import Tender
from tenders.rules.freezing import thaw
from tenders.rules.lifecycle import Stage
from tenders.rules.questionnaire import choose
from tests import two_people
from tests.factories import make_authority, make_open_tender, make_person, make_tender, viewer_of

NOON = datetime(2026, 10, 1, 11, 0, tzinfo=UTC)  # 12:00 in London, which is on summer time


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


def details(**changes):
    """What an officer types when he creates a tender that closes on 4 December at noon."""
    typed = {
        "title": "Air quality sensors",
        "reference": "HC-2026-014",
        "pack_id": "slp-full",
        "quality_weight": "60",
        "closes_at-day": "4",
        "closes_at-month": "12",
        "closes_at-year": "2026",
        "closes_at-time": "12:00",
    }
    return typed | changes


def only_tender():
    return db.session.scalars(select(Tender)).one()


def actions_on(tender):
    entries = select(AuditEntry.action).where(AuditEntry.subject == tender.token)
    return list(db.session.scalars(entries.order_by(AuditEntry.number)))


def test_an_officer_creates_a_tender_enters_its_facts_and_a_second_agrees_to_publish(
    web, officer, client_for, at
):
    at(NOON)

    created = web.post("/tenders/new", data=details())
    facts = web.post(
        f"{created.location}/facts", data={"personal_data": "yes", "target_rto-hours": "4"}
    )
    check = web.get(f"{created.location}/publish")
    agreed = two_people.publish(client_for, web, created.location, officer)
    published = web.get(agreed.location)

    tender = only_tender()
    assert (facts.status_code, facts.location) == (302, created.location)
    assert tender.stage is Stage.OPEN
    assert tender.published_at == NOON
    assert tender.closes_at == datetime(2026, 12, 4, 12, tzinfo=UTC)
    assert tender.facts == {"personal_data": "yes", "target_rto": "4h"}
    assert "Closes on 4 December 2026, 12:00 noon (UK time), in 64 days" in published.text
    shown = [
        re.findall(r'app-fingerprint">([0-9a-f]{64})', page.text) for page in (check, published)
    ]
    assert shown == [[tender.questionnaire_sha256]] * 2
    assert actions_on(tender) == [
        "tender.created",
        "tender.facts_set",
        "tender.approval_asked",
        "tender.approval_given",
        "tender.published",
    ]


@pytest.mark.both_databases
def test_publishing_freezes_the_questionnaire_under_its_fingerprint(app):
    tender = make_open_tender()

    text = queries.frozen_text(tender)

    assert tender.stage is Stage.OPEN
    assert tender.questionnaire_sha256 == sha256_hex(text)
    assert canonical_json(json.loads(text)) == text


def test_the_frozen_questionnaire_thaws_to_what_was_chosen(app):
    tender = make_open_tender()

    frozen = queries.questionnaire_of(tender)
    chosen = choose(shipped_bank(), shipped_packs()["slp-full"])

    assert frozen.sections == chosen.sections
    assert frozen.bank.risks == chosen.bank.risks
    assert frozen.bank.checks == chosen.bank.checks
    assert frozen.bank.facts == chosen.bank.facts
    assert frozen.bank.scale == chosen.bank.scale
    assert thaw(json.loads(queries.frozen_text(tender))).sections == chosen.sections


def test_the_frozen_text_holds_the_terms_the_facts_and_the_libraries(app, officer):
    tender = make_tender(officer, facts={"personal_data": "no"}, quality_weight=70)

    service.publish_tender(
        tender, by=viewer_of(officer), libraries={"clauses": lambda: {"version": 1}}
    )

    frozen = queries.questionnaire_of(tender)
    assert frozen.libraries == {"clauses": {"version": 1}}
    assert frozen.terms["facts"] == {"personal_data": "no"}
    assert frozen.terms["quality_weight"] == 70


def test_anybody_of_the_authority_can_compute_the_fingerprint_himself(web, officer):
    tender = make_open_tender(officer)

    sent = web.get(f"/tenders/{tender.token}/questionnaire.json")

    assert sha256_hex(sent.data) == tender.questionnaire_sha256


def test_a_questionnaire_rewritten_in_the_database_is_not_used(app):
    tender = make_open_tender(title="Rewritten")
    queries._frozen_questionnaire.cache_clear()
    tender.questionnaire_text = "{}"
    db.session.commit()

    with pytest.raises(queries.QuestionnaireChanged):
        queries.questionnaire_of(tender)


def test_a_tender_without_a_closing_time_cannot_be_published(web):
    empty = dict.fromkeys(("closes_at-day", "closes_at-month", "closes_at-year"), "")
    created = web.post("/tenders/new", data=details(**empty, **{"closes_at-time": ""}))

    page = web.post(f"{created.location}/publish")

    assert page.status_code == 422
    assert "Enter when bids close" in page.text
    assert only_tender().stage is Stage.DRAFT


def test_a_closing_time_that_has_passed_is_refused_when_it_is_typed(web):
    page = web.post("/tenders/new", data=details(**{"closes_at-year": "2020"}))

    assert '<a href="#closes_at-day">Enter a closing time in the future</a>' in page.text
    assert db.session.scalars(select(Tender)).all() == []


def test_a_draft_whose_closing_time_has_passed_meanwhile_cannot_be_published(web, officer, at):
    tender = make_tender(officer, closes_at=clock.now() + timedelta(minutes=5))
    at(clock.now() + timedelta(minutes=6))

    page = web.post(f"/tenders/{tender.token}/publish")

    assert "Enter a closing time in the future" in page.text
    assert only_tender().stage is Stage.DRAFT


@pytest.mark.parametrize(
    ("day", "month", "typed"),
    [("28", "3", "1:30am"), ("31", "10", "01:30")],
    ids=["skipped in spring", "repeated in autumn"],
)
def test_a_time_in_the_hour_the_clocks_change_is_refused(web, at, day, month, typed):
    at(NOON)
    sent = {
        "closes_at-day": day,
        "closes_at-month": month,
        "closes_at-year": "2027",
        "closes_at-time": typed,
    }

    page = web.post("/tenders/new", data=details(**sent))

    assert (
        '<a href="#closes_at-day">Enter a time outside the hour in which the clocks change</a>'
        in page.text
    )
    assert f'value="{typed}"' in page.text


def test_a_published_tender_cannot_be_published_again(web, officer):
    tender = make_open_tender(officer)

    page = web.post(f"/tenders/{tender.token}/publish")

    assert page.status_code == 409
    assert "You cannot publish this tender because it is at the open stage" in page.text


@pytest.mark.parametrize("place", ["edit", "facts"])
def test_what_was_asked_cannot_change_after_publication(web, officer, place):
    tender = make_open_tender(officer, facts={"ai": "yes"})
    before = tender.title

    page = web.post(f"/tenders/{tender.token}/{place}", data=details(title="Other", ai="no"))

    assert page.status_code == 409
    assert "You cannot change this tender because it is published" in page.text
    assert (only_tender().title, only_tender().facts) == (before, {"ai": "yes"})


def test_two_tenders_of_an_authority_cannot_share_a_reference(web, officer):
    make_tender(officer, reference="HC-2026-014")

    page = web.post("/tenders/new", data=details())

    assert page.status_code == 200
    assert '<a href="#reference">Enter another reference' in page.text
    assert 'value="Air quality sensors"' in page.text


def test_two_authorities_may_use_the_same_reference(app):
    first = make_tender(make_person(Role.OFFICER, make_authority("One")), reference="T-1")
    second = make_tender(make_person(Role.OFFICER, make_authority("Two")), reference="T-1")

    assert first.token != second.token


@pytest.mark.both_databases
def test_a_reference_taken_meanwhile_is_a_sentence(app):
    officer = make_person(Role.OFFICER)
    make_tender(officer, reference="T-1")

    with pytest.raises(service.ReferenceTaken, match="Enter another reference"):
        make_tender(officer, reference="T-1")


def test_a_title_that_does_not_fit_is_shown_back(web):
    page = web.post("/tenders/new", data=details(title="x" * 100_000))

    assert '<a href="#title">Enter 200 characters or fewer</a>' in page.text
    assert f'value="{"x" * 100_000}"' in page.text


def test_the_packs_are_offered_the_least_work_first(web):
    page = web.get("/tenders/new").text

    sizes = [int(number) for number in re.findall(r"questions in (\d+) parts", page)]
    assert len(sizes) == len(shipped_packs())
    assert sizes == sorted(sizes)
