"""Tender facts: typed by kind, stored as rules read them, shown back as typed when wrong."""

from datetime import UTC, datetime

import pytest

from accounts.rules.roles import Role
from question_bank.loader import shipped_bank
from tenders import queries
from tenders.fields import FACT_FIELDS
from tenders.forms import GROUPS
from tests.factories import make_person, make_tender

ALL_TYPED = {
    "award_date-day": "15",
    "award_date-month": "2",
    "award_date-year": "2027",
    "target_rto-hours": "4",
    "target_rto-minutes": "30",
    "permitted_countries": "United Kingdom\nie\n",
    "notification_hours": "24",
    "value": "£1,250,000.50",
    "procedure": "open",
    "personal_data": "yes",
    "price_schedule_lines": "P7 API calls\n\nP8 Export",
}
ALL_STORED = {
    "award_date": "2027-02-15",
    "target_rto": "4h30min",
    "permitted_countries": ["GB", "IE"],
    "notification_hours": "24",
    "value": "1250000.5",
    "procedure": "open",
    "personal_data": "yes",
    "price_schedule_lines": ["P7 API calls", "P8 Export"],
}


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER)


@pytest.fixture
def tender(officer):
    return make_tender(officer)


@pytest.fixture
def send(client_for, officer, tender):
    browser = client_for(officer)
    return lambda **typed: browser.post(f"/tenders/{tender.token}/facts", data=typed)


def test_every_kind_of_fact_in_the_bank_has_a_field_and_a_place():
    kinds = {fact.spec.kind for fact in shipped_bank().facts.values()}

    assert kinds - set(FACT_FIELDS) == set()
    assert sorted(kind for group in GROUPS.values() for kind in group) == sorted(FACT_FIELDS)


def test_facts_are_stored_as_rules_read_them(send, tender):
    answer = send(**ALL_TYPED)

    assert answer.status_code == 302
    assert tender.facts == ALL_STORED


def test_facts_come_back_into_the_form_as_they_were_typed(client_for, officer):
    tender = make_tender(officer, facts=ALL_STORED)

    page = client_for(officer).get(f"/tenders/{tender.token}/facts").text

    assert "United Kingdom\nIreland</textarea>" in page
    assert 'name="target_rto-hours" type="text" inputmode="numeric" value="4"' in page
    assert 'name="personal_data" type="radio" value="yes" checked' in page


def test_facts_are_shown_in_words(client_for, officer):
    tender = make_tender(officer, facts=ALL_STORED)

    page = client_for(officer).get(f"/tenders/{tender.token}").text

    shown = ["15 February 2027", "4 hours 30 minutes", "£1,250,000.50", "Open procedure"]
    assert [words for words in shown if words not in page] == []


def test_a_fact_left_empty_is_taken_away(client_for, officer, tender, send):
    send(**ALL_TYPED)

    send(ai="no")

    assert tender.facts == {"ai": "no"}


@pytest.mark.parametrize(
    ("typed", "target", "message"),
    [
        ({"award_date-day": "31", "award_date-month": "2", "award_date-year": "2027"},
         "award_date-day", "Enter a real date"),
        ({"value": "NaN"}, "value", "Enter a number"),
        ({"value": "-1"}, "value", "Enter a number that is 0 or more"),
        ({"permitted_countries": "Irelnd"}, "permitted_countries",
         "Enter countries by their names, one on each line, like Ireland"),
        ({"procedure": "none"}, "procedure-0", "Select one of the options"),
        ({"price_schedule_lines": "x" * 201}, "price_schedule_lines", "Price schedule lines"),
        ({"price_schedule_lines": "x\n" * 500}, "price_schedule_lines", "Price schedule lines"),
        ({"target_rto-hours": "x"}, "target_rto-hours", "Enter hours and minutes"),
        ({"target_rto-hours": "999999"}, "target_rto-hours", "Target recovery time"),
    ],
    ids=str,
)  # fmt: skip
def test_a_wrong_fact_is_said_at_its_field_and_nothing_is_lost(
    send, tender, typed, target, message
):
    page = send(personal_data="yes", **typed)

    assert page.status_code == 422
    assert f'<a href="#{target}">{message}' in page.text
    assert 'value="yes" checked' in page.text
    assert tender.facts == {}


def dates(**days):
    return {
        f"{name}-{part}": digits
        for name, day in days.items()
        for part, digits in zip(("year", "month", "day"), day.split("-"), strict=True)
    }


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        (dates(contract_start="2027-04-01", contract_end="2027-03-31"), "contract_end",
         "Change the contract end: it is before the contract start"),
        (dates(contract_end="2030-03-31", extension_end="2030-03-30"), "extension_end",
         "Change the contract end with all extensions: it is before the contract end"),
        (dates(award_date="2027-04-02", contract_start="2027-04-01"), "contract_start",
         "Change the contract start: it is before the award date"),
    ],
    ids=["end before start", "extension before end", "award after start"],
)  # fmt: skip
def test_dates_out_of_order_are_said_at_their_field_and_nothing_is_lost(
    send, tender, typed, field, message
):
    page = send(personal_data="yes", **typed)

    assert page.status_code == 422
    assert f'<a href="#{field}-day">{message}</a>' in page.text
    assert 'name="personal_data" type="radio" value="yes" checked' in page.text
    assert [value for value in typed.values() if f'value="{value}"' not in page.text] == []
    assert tender.facts == {}


def test_dates_on_one_day_are_in_order(send, tender):
    names = ("award_date", "contract_start", "contract_end", "extension_end")

    answer = send(**dates(**dict.fromkeys(names, "2027-04-01")))

    assert answer.status_code == 302
    assert tender.facts == dict.fromkeys(names, "2027-04-01")


def test_the_closing_date_among_the_facts_is_the_day_in_london(officer, at):
    at(datetime(2026, 5, 1, tzinfo=UTC))
    tender = make_tender(officer, closes_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))

    assert queries.facts_of(tender) == {"closes_at": "2026-07-01"}


@pytest.mark.parametrize(
    ("facts", "advice"),
    [
        ({}, "the standard depth: nothing known calls for more or less"),
        ({"above_threshold": "no"}, "the short depth: the contract is below the procurement"),
        ({"value": "6000000"}, "the enhanced depth: the contract is worth more than £5 million"),
    ],
)
def test_beside_the_depth_stands_what_the_facts_speak_for(client_for, officer, facts, advice):
    tender = make_tender(officer, facts=facts)

    page = client_for(officer).get(f"/tenders/{tender.token}/facts").text

    assert f"As the facts are saved, they speak for {advice}" in page
