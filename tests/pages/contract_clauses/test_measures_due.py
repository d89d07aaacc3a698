"""What a contract is measured by falls due: a task and a letter, once, and late if need be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from contract_clauses.queries.contracts import contract_seen
from contract_clauses.queries.kpis import Kpis
from contract_clauses.rules.kpis import Measured
from contract_clauses.rules.outcomes import Figures
from contract_clauses.service import contracts, kpis, outcomes
from contract_clauses.service.measures_watch import watch_measures
from foundation.audit import AuditEntry
from foundation.database import db
from tests import contracting
from tests.beginnings import a_step
from tests.factories import viewer_of
from tests.watching import letters, on, tasks

RATE, MEASURE = "indicators-to-rate", "outcome-to-measure"


@pytest.fixture
def seen(make_bid, opened, at, officer):
    bid = make_bid("Larkfield")
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    made = contracting.contract_with(bid, officer, value=Decimal(6_000_000), words="As agreed")
    found = contract_seen(viewer_of(officer), made.token)
    measured(found, officer)
    return found


@a_step
def measured(found, officer):
    by = viewer_of(officer)
    kpis.take_up(found, ["certificates"], [], by=by)
    figures = Figures("cold homes", Decimal(400), Decimal(100))
    outcomes.set_figures(found, figures, "Winter survey", by=by)


def now(seen, officer):
    return contract_seen(viewer_of(officer), seen.token)


def rate(seen, officer, last):
    found = now(seen, officer)
    (one,) = Kpis(found).listed
    words = "From the register"
    entered = Measured(found.contract.starts_on, date.fromisoformat(last), None, None, words)
    kpis.rate(found, one.row.token, entered, by=viewer_of(officer))


def measure(seen, officer, due_on):
    day = date.fromisoformat(due_on)
    outcomes.add_reading(
        now(seen, officer), day, now(seen, officer).today, Decimal(300), "The same survey",
        by=viewer_of(officer),
    )  # fmt: skip


def open_ones():
    return [one for one in tasks() if one[0] in (RATE, MEASURE)]


def of_measures():
    return [
        subject
        for _to, subject in letters()
        if "ndicators of a contract" in subject or "outcome of a contract" in subject
    ]


def test_what_is_due_within_a_month_is_a_task_and_ends_at_once_when_it_is_done(
    seen, officer, at, client_for
):
    on(at, "2028-01-29")
    before = open_ones()
    on(at, "2028-01-31")
    due = open_ones()
    wrote = of_measures()
    page = client_for(officer).get("/tenders/").text
    at(datetime(2028, 3, 1, 12, tzinfo=UTC))
    rate(seen, officer, "2028-03-01")
    measure(seen, officer, "2028-03-01")

    assert before == []
    assert due == [(RATE, "2028-03-01"), (MEASURE, "2028-03-01")]
    assert wrote == [
        "Indicators of a contract are to be rated: 1 March 2028",
        "The outcome of a contract is to be measured: 1 March 2028",
    ]
    assert "Indicators of a contract are to be rated" in page
    assert open_ones() == []


@pytest.mark.both_databases
def test_after_weeks_of_downtime_what_is_overdue_is_told_once(seen, officer, at):
    on(at, "2026-12-05")
    moment = on(at, "2028-05-20")
    first, entries = of_measures(), db.session.scalar(select(func.count(AuditEntry.id)))
    watch_measures(moment.date(), moment.date())
    again = of_measures()

    assert open_ones() == [(RATE, "2028-03-01"), (MEASURE, "2028-03-01")]
    assert first == [
        "The rating of indicators of a contract is overdue: 1 March 2028",
        "A measurement of the outcome of a contract is overdue: 1 March 2028",
    ]
    assert again == first
    assert db.session.scalar(select(func.count(AuditEntry.id))) == entries


def test_what_is_due_at_the_end_stays_due_after_the_contract_ended(seen, officer, at):
    at(datetime(2027, 6, 1, 12, tzinfo=UTC))
    contracts.end_contract(
        now(seen, officer), date(2027, 6, 1), "Ended by agreement", by=viewer_of(officer)
    )
    on(at, "2027-08-01")
    after = open_ones()
    rate(seen, officer, "2027-06-01")
    measure(seen, officer, "2027-06-01")
    on(at, "2028-08-02")

    assert after == [(RATE, "2027-06-01"), (MEASURE, "2027-06-01")]
    assert open_ones() == []
