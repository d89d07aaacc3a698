"""The page before publication says what must be mended, where, and by which rule; and means it."""

import html
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.database import db
from question_bank.rules.questions import PartClass
from tenders import queries, service
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.rules.notices import NoticeTyped
from tenders.rules.plan import set_assessment
from tenders.service.notices import record_notice
from tests import two_people
from tests.factories import make_open_tender, make_person, make_tender, viewer_of

NOON = datetime(2026, 10, 1, 11, 0, tzinfo=UTC)


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


def only_tender():
    return db.session.scalars(select(Tender)).one()


def words(page):
    return " ".join(html.unescape(page.text).split())


def condition_of_participation(officer, **facts):
    """A draft in which SLP-02 decides who may bid."""
    tender = make_tender(officer, pack_id="slp-full", closes_at=NOON + timedelta(days=60))
    service.change_plan(
        tender,
        lambda plan: set_assessment(plan, "SLP-02", PartClass.PARTICIPATION),
        by=viewer_of(officer),
        based_on=tender.plan_sha256,
        note="class",
    )
    service.set_facts(tender, facts, by=viewer_of(officer))
    return tender


@pytest.mark.both_databases
def test_a_tender_below_the_threshold_that_chooses_who_may_bid_is_not_published(web, officer, at):
    at(NOON)
    tender = condition_of_participation(officer, above_threshold="no")

    page = web.get(f"/tenders/{tender.token}/publish")
    refused = web.post(f"/tenders/{tender.token}/publish")

    shown = words(page)
    assert (
        f'<a class="govuk-link" href="/tenders/{tender.token}/build#question-SLP-02">SLP-02 '
        "Ownership of the data decides who may bid, which a tender below the threshold cannot</a>"
    ) in shown
    assert "Source: Procurement Act 2023, sections 84 to 88" in shown
    assert "Ask a second person to agree</button>" not in page.text
    assert "SLP-02 Ownership of the data decides who may bid" in refused.text
    assert only_tender().stage is Stage.DRAFT


def test_an_open_procedure_may_choose_who_bids(web, officer, client_for, at):
    at(NOON)
    tender = condition_of_participation(officer, above_threshold="yes", procedure="open")
    notice = NoticeTyped("UK4", "012345-2026", NOON.date())
    record_notice(tender, notice, by=viewer_of(officer))

    two_people.publish(client_for, web, f"/tenders/{tender.token}", officer)

    assert only_tender().stage is Stage.OPEN


def test_the_value_is_held_against_the_figure_of_the_day(web, officer, at):
    at(NOON)
    tender = make_tender(officer, closes_at=NOON + timedelta(days=60))
    facts = {"value": "250000", "above_threshold": "no"}
    service.set_facts(tender, facts, by=viewer_of(officer))

    shown = words(web.get(f"/tenders/{tender.token}/publish"))

    assert (
        f'<a class="govuk-link" href="/tenders/{tender.token}/facts">The value is at or above '
        "£207,720, yet the facts say that the contract is not above the threshold</a>"
    ) in shown


def test_the_time_given_is_held_against_the_work_and_the_law(web, officer, at):
    at(NOON)
    tender = make_tender(officer, pack_id="slp-full", closes_at=NOON + timedelta(days=6))
    service.set_facts(tender, {"procedure": "open"}, by=viewer_of(officer))

    shown = words(web.get(f"/tenders/{tender.token}/publish"))

    assert "Suppliers have 4 weekdays for about 12 hours of work" in shown
    assert "Suppliers have 6 days; the law asks for 25" in shown
    assert "Source: Procurement Act 2023, section 54" in shown


def test_what_can_fail_a_bid_is_shown_and_published(web, officer):
    tender = make_tender(officer, pack_id="slp-full")

    shown = words(web.get(f"/tenders/{tender.token}/publish"))
    published = make_open_tender(officer, pack_id="slp-full")

    terms = json.loads(queries.frozen_text(published))["terms"]
    assert [entry["rule"] for entry in terms["knock_outs"]] == [
        "SLP-01:pass",
        "SLP-02:pass",
        "SLP-03:pass",
        "SLP-09:pass",
        "SLP-12.c:excludable",
        "SLP-13:pass",
        "SLP-14:pass",
    ]
    assert [entry["says"] for entry in terms["knock_outs"] if entry["says"] not in shown] == []


def test_what_can_never_come_about_is_listed_by_rule_check_and_clause(web, officer):
    tender = make_tender(officer, pack_id="pan-london")

    shown = words(web.get(f"/tenders/{tender.token}/publish"))

    assert "checks between answers can never come about" in shown
    assert "X1 Places are among the permitted countries waits for SLP-06.c" in shown


def test_the_reasons_of_a_questionnaire_are_shown_before_it_is_published(web, officer):
    tender = make_tender(officer, pack_id="slp-full")
    reason = {"about": "question:SLP-07", "says": "The flood gates hang on it.", "by": "officer"}
    service.change_plan(
        tender,
        lambda plan: {**plan, "reasons": [reason]},
        by=viewer_of(officer),
        based_on=tender.plan_sha256,
        note="reason",
    )

    shown = words(web.get(f"/tenders/{tender.token}/publish"))

    assert "<strong>SLP-07 Disaster recovery</strong><br>The flood gates hang on it." in shown


def test_the_page_needs_few_statements(web, officer, statements_counted):
    tender = make_tender(officer)

    with statements_counted() as statements:
        web.get(f"/tenders/{tender.token}/publish")

    assert len(statements) <= 15
