"""The outcome measure of the tender, measured again under its contract."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.models import Membership, Person
from accounts.rules.roles import Role
from contract_clauses.models import OutcomeReading
from contract_clauses.queries.contracts import contract_seen
from foundation.database import db, transaction
from tests import contracting
from tests.factories import make_person, viewer_of


@pytest.fixture
def seen(make_bid, opened, at, officer):
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    made = contracting.contract_with(bid, officer)
    at(datetime(2028, 4, 4, 12, tzinfo=UTC))
    return contract_seen(viewer_of(officer), made.token)


FIGURES = {"unit": "cold homes", "baseline": "400", "target": "100", "words": "Winter survey"}
READING = {
    "due_on": "2028-03-01", "value": "250", "words": "The same survey, a year on",
    "measured_on-day": "2", "measured_on-month": "3", "measured_on-year": "2028",
}  # fmt: skip


def test_readings_are_shown_between_the_figure_before_and_the_target(client_for, seen, officer):
    client = client_for(officer)
    address = f"/contracts/{seen.token}/outcome"
    before = client.get(address).text
    figures = client.post(f"{address}/figures", data=FIGURES)
    reading = client.post(f"{address}/measure", data=READING)
    page = client.get(address).text

    assert (figures.status_code, reading.status_code) == (302, 302)
    assert "Overdue" in before
    assert "The last figure is 250 cold homes: 50% of the way" in page
    assert '<svg class="app-picture__drawing"' in page
    assert "The same survey, a year on" in page


@pytest.mark.both_databases
def test_a_reading_is_never_changed_and_one_recorded_again_counts(client_for, seen, officer):
    client = client_for(officer)
    address = f"/contracts/{seen.token}/outcome"
    client.post(f"{address}/measure", data=READING)
    client.post(f"{address}/measure", data=READING | {"value": "260"})

    assert "Recorded 2 times; the last counts" in client.get(address).text
    numbers = db.session.scalars(select(OutcomeReading.number).order_by(OutcomeReading.number))
    assert list(numbers) == [1, 2]
    with pytest.raises(DatabaseError), transaction():
        db.session.execute(text("UPDATE outcome_reading SET words = ''"))
    db.session.rollback()


def test_what_does_not_fit_stays_typed(client_for, seen, officer):
    client = client_for(officer)
    address = f"/contracts/{seen.token}/outcome"
    figures = client.post(f"{address}/figures", data=FIGURES | {"target": "400"})
    reading = client.post(f"{address}/measure", data=READING | {"measured_on-year": "2029"})

    assert (figures.status_code, reading.status_code) == (422, 422)
    assert "Enter a target other than the figure before" in figures.text
    assert "Winter survey" in figures.text
    assert "today or before" in reading.text
    assert "The same survey, a year on" in reading.text


def test_the_page_asks_as_few_statements_of_twelve_readings_as_of_two(
    client_for, seen, officer, statements_counted
):
    client, address = client_for(officer), f"/contracts/{seen.token}/outcome"
    client.post(f"{address}/figures", data=FIGURES)

    def count(readings):
        for number in range(readings):
            client.post(f"{address}/measure", data=READING | {"value": str(300 - number)})
        with statements_counted() as statements:
            page = client.get(address).text
        return page, len(statements)

    _, of_two = count(2)
    page, of_twelve = count(10)

    assert "Recorded 12 times" in page
    assert of_two == of_twelve
    assert of_twelve <= 15


def test_the_supplier_reads_the_measure_and_its_days_and_nobodys_notes(client_for, seen, officer):
    council, address = client_for(officer), f"/contracts/{seen.token}/outcome"
    council.post(f"{address}/figures", data=FIGURES)
    council.post(f"{address}/measure", data=READING)
    lead = db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == seen.supplier.id)
    ).one()
    page = client_for(lead).get(f"/my-contracts/{seen.token}/outcome")
    stranger = client_for(make_person(Role.BID_LEAD)).get(f"/my-contracts/{seen.token}/outcome")

    assert (page.status_code, stranger.status_code) == (200, 404)
    assert "The last figure is 250 cold homes: 50% of the way" in page.text
    assert "1 March 2028" in page.text
    for kept in (READING["words"], FIGURES["words"], officer.name):
        assert kept not in page.text


def test_the_words_of_the_tender_are_for_a_supplier_only_where_suppliers_were_shown_them(
    client_for, seen
):
    lead = db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == seen.supplier.id)
    ).one()
    page = client_for(lead).get(f"/my-contracts/{seen.token}/outcome").text

    assert "The tender said nothing" not in page
    assert "as the tender said it" not in page
