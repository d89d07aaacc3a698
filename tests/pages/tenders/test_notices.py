"""Notices are recorded before a tender opens, and a wrong record is struck out, not lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from tenders.models import Notice, Tender
from tenders.rules.lifecycle import Stage
from tests import two_people
from tests.factories import make_authority, make_person, make_tender

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
FACTS = {"above_threshold": "yes", "procedure": "open", "value": "400000"}


@pytest.fixture
def officer(app, at):
    at(NOON)
    return make_person(Role.OFFICER, make_authority(), name="Ines Roy")


@pytest.fixture
def web(client_for, officer):
    return client_for(officer)


@pytest.fixture
def tender(officer):
    return make_tender(
        officer, pack_id="slp-essential", facts=FACTS, closes_at=NOON + timedelta(days=40)
    )


@pytest.fixture
def page(tender):
    return f"/tenders/{tender.token}/notices"


def typed(**changes):
    usual = {
        "kind": "UK4",
        "number": "012345-2026",
        "published_on-day": "30",
        "published_on-month": "11",
        "published_on-year": "2026",
        "ocid": "ocds-h6vhtk-012345",
        "address": "https://www.find-tender.service.gov.uk/Notice/012345-2026",
    }
    return usual | changes


def notices():
    db.session.expire_all()
    return db.session.scalars(select(Notice)).all()


@pytest.mark.both_databases
def test_a_tender_above_the_threshold_opens_after_its_notice(
    web, page, tender, officer, client_for
):
    check = f"/tenders/{tender.token}/publish"
    before = web.get(check).text
    refused = two_people.ask(web, check)
    recorded = web.post(page, data=typed())
    after = web.get(check).text
    published = two_people.publish(client_for, web, f"/tenders/{tender.token}", officer)

    assert f'<a class="govuk-link" href="{page}">Record the notice UK4 Tender notice</a>' in before
    assert "Source: Procurement Act 2023, section 21" in before
    assert refused.status_code == 422
    assert recorded.location == page
    assert "UK4 Tender notice, 012345-2026, 30 November 2026" in after
    assert published.status_code == 302
    assert db.session.get_one(Tender, tender.id).stage is Stage.OPEN
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "tender.notice_recorded")
    ).one()
    assert '"number":"012345-2026"' in entry.details


def test_the_page_shows_what_is_recorded_and_by_whom(web, page):
    web.post(page, data=typed())

    shown = web.get(page).text

    assert "UK4 Tender notice</h3>" in shown
    assert "<dd>012345-2026</dd>" in shown
    assert "<dd>30 November 2026</dd>" in shown
    assert "Ines Roy, 1 December 2026, 12:00 noon (UK time)" in shown
    assert 'href="https://www.find-tender.service.gov.uk/Notice/012345-2026"' in shown
    assert len(re.findall(r"Must</strong> be published", shown)) > 15
    assert "May</strong> be published before a tender notice" in shown


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": ""}, "Select which notice it is"),
        ({"kind": "UK99"}, "Select one of the options"),
        ({"number": "123"}, "Enter the number of the notice as six digits"),
        ({"published_on-day": "2", "published_on-month": "12"}, "it cannot be in the future"),
        ({"published_on-day": "31"}, "Enter"),
        ({"published_on-year": "20266666"}, "Enter"),
        ({"published_on-day": ""}, "Enter"),
        ({"ocid": "x" * 5000}, "Enter the identifier of the procurement"),
        ({"address": "javascript:alert(1)"}, "Enter the address of the notice"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(changes, message, web, page):
    sent = web.post(page, data=typed(**changes))

    assert sent.status_code == 422
    assert message in sent.text
    assert f'value="{changes.get("ocid", "ocds-h6vhtk-012345")}"' in sent.text
    assert notices() == []


def test_a_number_is_recorded_once(web, page):
    web.post(page, data=typed())

    again = web.post(page, data=typed())

    assert again.status_code == 422
    assert "You cannot record this number twice" in again.text


def test_a_wrong_record_is_struck_out_with_a_reason_and_stays_readable(web, page, tender):
    web.post(page, data=typed())
    (notice,) = notices()
    strike = f"{page}/{notice.token}/strike"

    bare = web.post(strike, data={"reason": " "})
    done = web.post(strike, data={"reason": "That is the notice of the other lot"})
    twice = web.post(strike, data={"reason": "Again"})
    shown = web.get(page).text

    assert (bare.status_code, done.location, twice.status_code) == (422, page, 422)
    assert "Enter why it is struck out" in bare.text
    assert "because it is struck out already" in twice.text
    assert "Struck out on 1 December 2026, 12:00 noon (UK time): That is the notice" in shown
    assert "Record the notice UK4 Tender notice" in web.get(f"/tenders/{tender.token}/publish").text
    assert web.post(page, data=typed()).status_code == 302


def test_a_notice_struck_out_after_it_was_asked_stops_the_second_person(
    web, page, tender, officer, client_for
):
    web.post(page, data=typed())
    check = f"/tenders/{tender.token}/publish"
    two_people.ask(web, check)
    second = client_for(two_people.colleague_of(officer))
    shown = second.get(check)
    seen = {name: two_people.hidden(shown, name) for name in ("about", "approval")}
    (notice,) = notices()
    web.post(f"{page}/{notice.token}/strike", data={"reason": "Wrong tender"})

    refused = second.post(f"{check}/decision", data=seen | {"decision": "agree"})

    assert refused.status_code == 422
    assert "because it changed after you were asked" in refused.text


def test_a_tender_whose_facts_say_nothing_is_warned_and_not_stopped(officer, web, client_for):
    draft = make_tender(officer, pack_id="slp-essential", closes_at=NOON + timedelta(days=40))
    here = f"/tenders/{draft.token}"

    shown = web.get(f"{here}/publish").text
    published = two_people.publish(client_for, web, here, officer)

    assert "Whether UK4 Tender notice must come first is not known" in shown
    assert published.status_code == 302


def test_readers_read_and_do_not_record(page, officer, client_for):
    reader = client_for(two_people.colleague_of(officer, Role.AUDITOR))

    shown = reader.get(page)

    assert shown.status_code == 200
    assert "Record a notice" not in shown.text
    assert reader.post(page, data=typed()).status_code == 403
    assert client_for(Role.OFFICER).get(page).status_code == 404
    assert client_for(Role.OFFICER).post(page, data=typed()).status_code == 404


def test_a_notice_of_another_tender_is_not_struck_out_here(web, page, officer):
    web.post(page, data=typed())
    (notice,) = notices()
    other = make_tender(officer)

    sent = web.post(f"/tenders/{other.token}/notices/{notice.token}/strike", data={"reason": "x"})

    assert sent.status_code == 404


def test_the_page_takes_few_statements(web, page, statements_counted):
    for number in range(12):
        web.post(page, data=typed(number=f"{number:06}-2026"))

    with statements_counted() as statements:
        web.get(page)

    assert len(statements) <= 8


def test_a_day_or_a_kind_that_cannot_be_is_refused_at_its_field(web, page):
    early = web.post(page, data=typed(number="012345-2024", **{"published_on-year": "2024"}))
    other_year = web.post(page, data=typed(number="012345-2025"))
    sealed = web.post(page, data=typed(kind="UK6"))

    assert [sent.status_code for sent in (early, other_year, sealed)] == [422, 422, 422]
    assert 'href="#published_on' in early.text
    assert "there are such notices since 24 February 2025" in early.text
    assert "a notice of 2026 has a number that ends in -2026" in other_year.text
    assert "because the bids are not opened" in sealed.text
    assert notices() == []
