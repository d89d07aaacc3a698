"""What a contract is measured by: taken up, changed, rated by a person."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from accounts.models import Membership, Person
from contract_clauses.models import KpiRating
from contract_clauses.queries.contracts import contract_seen
from contract_clauses.queries.kpis import Kpis
from contract_clauses.rules.kpis import Rating
from contract_clauses.service import kpis as service
from foundation.database import db, transaction
from tests import contracting
from tests.beginnings import a_step
from tests.factories import viewer_of


@pytest.fixture
def seen(make_bid, opened, at, officer):
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    made = contracting.contract_with(bid, officer, value=Decimal(6_000_000), words="As agreed")
    at(datetime(2027, 12, 4, 12, tzinfo=UTC))
    return contract_seen(viewer_of(officer), made.token)


@pytest.fixture
def token(seen, officer):
    return taken_up(seen, officer)


@a_step
def taken_up(seen, officer):
    service.take_up(seen, ["certificates"], ["certificates"], by=viewer_of(officer))
    return read(seen, officer).listed[0].row.token


def read(seen, officer):
    return Kpis(contract_seen(viewer_of(officer), seen.token))


RATED = {
    "period_from-day": "1", "period_from-month": "3", "period_from-year": "2027",
    "period_to-day": "30", "period_to-month": "11", "period_to-year": "2027",
    "value": "92", "rating": "rule", "words": "From the register of certificates",
}  # fmt: skip


def test_indicators_are_taken_up_with_the_targets_of_the_schedule(client_for, seen, officer):
    client = client_for(officer)
    address = f"/contracts/{seen.token}/indicators"
    before = client.get(address).text
    offered = client.get(f"{address}/take-up").text
    saved = client.post(
        f"{address}/take-up", data={"names": ["api", "patches"], "published": ["api"]}
    )

    assert saved.location == address
    assert "3 too few, unless one of these applies" in before
    assert "90%, clause C26 of the issued schedule" in offered
    found = read(seen, officer)
    assert [(one.name, one.row.target, one.row.is_published) for one in found.measured] == [
        ("patches", Decimal(95), False), ("api", Decimal(90), True),
    ]  # fmt: skip


@pytest.mark.both_databases
def test_a_figure_is_rated_by_the_rule_or_by_a_person_with_words(client_for, seen, officer, token):
    client = client_for(officer)
    address = f"/contracts/{seen.token}/indicators/{token}"
    form = client.get(f"{address}/rate").text
    without = client.post(f"{address}/rate", data=RATED | {"words": ""})
    by_rule = client.post(f"{address}/rate", data=RATED)
    decided = client.post(f"{address}/rate", data=RATED | {"rating": "INADEQUATE"})
    page = client.get(address).text

    assert "The service counts" in form
    assert (without.status_code, by_rule.status_code, decided.status_code) == (422, 302, 302)
    assert 'value="92"' in without.text
    ratings = db.session.scalars(select(KpiRating).order_by(KpiRating.number)).all()
    assert [(one.number, one.rating) for one in ratings] == [
        (1, Rating.IMPROVE), (2, Rating.INADEQUATE),
    ]  # fmt: skip
    assert "Rated 2 times; the last counts" in page
    listed = client.get(f"/contracts/{seen.token}/indicators").text
    assert "within 30 days, whatever the value (section 71): 3 January 2028" in listed


def test_why_no_indicators_have_to_be_set_is_recorded_and_can_be_taken_back(
    client_for, seen, officer
):
    client, address = client_for(officer), f"/contracts/{seen.token}/indicators"
    without = client.post(f"{address}/exception", data={"exception": "framework", "why": ""})
    saved = client.post(
        f"{address}/exception", data={"exception": "framework", "why": "Call-offs have their own"}
    )
    page = client.get(address).text
    client.post(f"{address}/exception", data={"exception": "none", "why": "It is no framework"})

    assert (without.status_code, saved.location) == (422, address)
    assert "It is a framework (section 52(6))" in page
    assert "Call-offs have their own" in page
    assert "3 too few" not in page
    assert "3 too few, unless one of these applies" in client.get(address).text


def test_a_notice_has_what_is_published(client_for, seen, officer, token):
    client = client_for(officer)
    client.post(f"/contracts/{seen.token}/indicators/{token}/rate", data=RATED)
    service.take_up(seen, ["incidents"], [], by=viewer_of(officer))

    page = client.get(f"/contracts/{seen.token}/indicators/notice").text

    assert "Rating: Requires improvement" in page
    assert "Incidents the council" not in page


def test_a_change_is_added_and_one_made_on_an_old_page_is_refused(client_for, seen, officer, token):
    client = client_for(officer)
    address = f"/contracts/{seen.token}/indicators/{token}/change"
    new = {"title": "Certificates", "unit": "percent", "target": "98", "status": "out",
           "why": "Agreed at the review"}  # fmt: skip
    done = client.post(address, data=new)
    again = client.post(address, data=new)

    assert (done.status_code, again.status_code) == (302, 422)
    (one,) = read(seen, officer).listed
    assert (len(one.versions), one.row.is_taken_out, one.row.target) == (2, True, Decimal(98))
    assert "Agreed at the review" in again.text


def test_the_supplier_reads_how_it_was_rated(client_for, seen, officer, token):
    client_for(officer).post(f"/contracts/{seen.token}/indicators/{token}/rate", data=RATED)
    lead = db.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == seen.supplier.id)
    ).one()

    page = client_for(lead).get(f"/my-contracts/{seen.token}/indicators").text

    assert "From the register of certificates" in page
    assert "Requires improvement" in page


@pytest.mark.both_databases
def test_a_rating_is_never_changed(client_for, seen, officer, token):
    client_for(officer).post(f"/contracts/{seen.token}/indicators/{token}/rate", data=RATED)

    with pytest.raises(DatabaseError), transaction():
        db.session.execute(text("UPDATE kpi_rating SET words = ''"))
    db.session.rollback()


def test_a_page_asks_as_many_statements_of_many_indicators_as_of_one(
    client_for, seen, officer, token, statements_counted
):
    client = client_for(officer)
    address = f"/contracts/{seen.token}/indicators"
    client.get(address)
    with statements_counted() as one:
        client.get(address)
    names = [known.id for known in service.shipped_kpis().indicators]
    service.take_up(seen, names, names, by=viewer_of(officer))
    with statements_counted() as many:
        client.get(address)

    assert len(one) == len(many)
    assert len(many) <= 15
