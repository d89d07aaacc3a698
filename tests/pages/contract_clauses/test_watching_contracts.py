"""A contract with its issued schedule is watched: recovery tests, duties of its clauses, guests."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.queries import organisations_of
from accounts.rules.roles import Role
from contract_clauses.loader import raw_library
from contract_clauses.models import Obligation, ObligationDue
from contract_clauses.queries.contracts import contract_seen
from contract_clauses.queries.watching import WatchedContract, contracts_that_run
from contract_clauses.rules.obligations import Bound
from contract_clauses.service import contracts as keeping
from contract_clauses.service import reassessing
from contract_clauses.service.watching_contracts import look_at_contract
from foundation.database import db, transaction
from foundation.mail import Message
from scoring.queries.reopening import reopened_in
from scoring.service.reopening import settle
from tenders.models import GivenTask, Tender
from tests import contracting
from tests.factories import make_tender, publish, viewer_of
from tests.pages.contract_clauses.test_reassessing import handed_in
from tests.pages.scoring.conftest import CLOSES_AT
from tests.taking_part import guest, taking_part
from tests.watching import (
    certificates,
    contract_with,
    lead_of,
    letters,
    on,
    recovery_tests,
    reopened,
    show,
    tasks,
)


@pytest.fixture
def partner(request):
    return request.node.partner


@pytest.fixture
def tender(officer, request):
    """A tender of Hollowmere that Ashbrook takes part in."""
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    request.node.partner = taking_part(tender, officer, "Ashbrook Council")
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bid(make_bid, opened, at):
    bid = make_bid(
        "Larkfield",
        **{
            "SLP-05.a": certificates("2028-06-30"),
            "SLP-07.i": recovery_tests("2026-07-01", "2026-11-01"),
        },
    )
    opened()
    at(datetime(2026, 12, 4, 12, tzinfo=UTC))
    return bid


def of_kind(kind):
    return [one for one in tasks() if one[0] == kind]


def test_recovery_tests_older_than_the_contract_allows_open_clause_answer_and_risks(
    bid, officer, at
):
    contract = contracting.contract_with(bid, officer).contract
    on(at, "2027-05-01")
    assert of_kind("recovery-test-too-old") == []
    on(at, "2027-05-02")
    # One for the council and one for the supplier, of the part whose test is oldest.
    assert of_kind("recovery-test-too-old") == [("recovery-test-too-old", "2027-07-01")] * 2
    on(at, "2027-07-01")
    assert [one for one in reopened() if one[1] == "C14"] == []
    on(at, "2027-07-02")
    assert ("clause", "C14", "2027-07-01") in reopened()
    assert ("answer", "SLP-07.i", "2027-07-01") in reopened()

    test = db.session.scalars(
        select(ObligationDue)
        .join(Obligation, Obligation.id == ObligationDue.obligation_id)
        .where(Obligation.contract_id == contract.id, Obligation.clause_id == "C14")
        .order_by(ObligationDue.id)
    ).first()
    show(test, None, by=lead_of(bid))
    on(at, "2027-07-03")

    assert of_kind("recovery-test-too-old") == []
    assert [one for one in reopened() if one[1] in ("C14", "SLP-07.i")] == []
    on(at, "2028-05-05")
    # A test shown under the contract counts for every part of the service.
    assert of_kind("recovery-test-too-old") == [("recovery-test-too-old", "2028-07-02")] * 2


def test_what_reopens_is_what_the_issued_schedule_holds(bid, officer, at):
    contracting.contract_with(bid, officer)
    on(at, "2028-07-01")

    clauses = {sub for thing, sub, day in reopened() if thing == "clause" and day == "2028-06-30"}
    assert clauses == {"C07"}


def test_the_page_of_a_contract_can_bring_its_tasks_up_to_date_at_once(bid, officer, at):
    contract = contracting.contract_with(bid, officer).contract
    day = on(at, "2028-05-02").date()
    assert len(of_kind("certificate-runs-out")) == 2
    with transaction():
        db.session.get_one(type(contract), contract.id).ends_on = day.replace(month=6)
    (seen,) = contracts_that_run(day)
    look_at_contract(WatchedContract(seen), day)

    assert of_kind("certificate-runs-out") == []


def test_each_authority_settles_what_opened_again_for_itself(
    make_bid, opened, tender, officer, partner, at
):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    ashbrook = organisations_of(partner)[0]
    contract_with(bid)
    contract_with(bid, has_won=True, authority_id=ashbrook.id)
    theirs = guest(tender, partner, Role.CONTRACT_MANAGER)
    on(at, "2027-07-01")
    current = db.session.get_one(Tender, tender.id)
    mine, other = (reopened_in(viewer_of(one), current) for one in (officer, theirs))
    assert (len(mine), len(other)) == (4, 4)
    assert {one.token for one in mine} & {one.token for one in other} == set()
    for one in mine:
        settle(one.row, "We looked", by=viewer_of(officer))

    assert [one.settled for one in reopened_in(viewer_of(theirs), current)] == [None] * 4
    assert tasks(of=ashbrook.id) == [("certificate-runs-out", "2027-06-30")]
    told = {address for address, _subject in letters()}
    assert theirs.email in told
    # An officer at home alone is not told: he has no role in this tender.
    assert partner.email not in told


def test_a_guest_finds_no_task_of_the_leading_authority(
    make_bid, opened, tender, officer, partner, client_for, at
):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    contract_with(bid)
    theirs = guest(tender, partner, Role.CONTRACT_MANAGER, Role.REVIEWER)
    on(at, "2027-07-01")
    of_lead = db.session.scalars(
        select(GivenTask).where(GivenTask.organisation_id == tender.authority_id)
    ).one()
    page = f"/tenders/tasks/{of_lead.token}"

    assert [client_for(one).get(page).status_code for one in (officer, theirs)] == [200, 404]
    again = client_for(theirs).get(f"/evaluation/tenders/{tender.token}/reopened").text
    assert ("Nothing is to be looked at again." in again, "SLP-05.a" in again) == (True, False)


def test_what_a_settled_assessment_says_is_watched_in_place_of_the_bid(bid, officer, at):
    made = contracting.contract_with(bid, officer)
    on(at, "2028-07-01")
    assert ("clause", "C07", "2028-06-30") in reopened()
    seen = contract_seen(viewer_of(officer), made.token)
    lead = db.session.get_one(Person, lead_of(bid))
    token = reassessing.open_round(seen, date(2028, 8, 1), by=viewer_of(officer)).token
    handed_in(seen, lead, token, **{"SLP-05.a": certificates("2029-06-30")})
    on(at, "2028-07-02")
    # Handed in, but nobody has looked at it.
    assert ("clause", "C07", "2028-06-30") in reopened()
    seen = contract_seen(viewer_of(officer), made.token)
    reassessing.settle_round(seen, token, "Read the certificate", by=viewer_of(officer))
    on(at, "2028-07-03")

    assert [one for one in reopened() if one[1] in ("SLP-05.a", "C07")] == []
    assert of_kind("certificate-runs-out") == []
    on(at, "2029-05-01")
    assert of_kind("certificate-runs-out") == [("certificate-runs-out", "2029-06-30")] * 2


def given_to(organisation_id, kind):
    return db.session.scalars(
        select(GivenTask)
        .where(GivenTask.organisation_id == organisation_id, GivenTask.kind == kind)
        .order_by(GivenTask.id)
    ).all()


def test_a_task_names_what_it_is_about_and_leads_to_the_obligation_that_ends_it(
    bid, officer, client_for, at
):
    contract = contracting.contract_with(bid, officer).contract
    on(at, "2028-07-01")
    (test,) = given_to(contract.authority_id, "recovery-test-too-old")
    theirs = {
        officer: contract.authority_id,
        db.session.get_one(Person, lead_of(bid)): contract.supplier_id,
    }

    for person, of in theirs.items():
        client, listed = client_for(person), client_for(person).get("/tenders/tasks").text
        (task,) = given_to(of, "recovery-test-too-old")
        page = client.get(f"/tenders/tasks/{task.token}").text
        for text in (listed, page):
            assert f"Part 1 (SLP-07.i), contract {contract.reference} with" in text
        (certificate,) = given_to(of, "certificate-runs-out")
        assert (
            f"(SLP-05.a), contract {contract.reference} with"
            in client.get(f"/tenders/tasks/{certificate.token}").text
        )
        obligations = {
            clause: [
                f"/{'my-' if of == contract.supplier_id else ''}contracts/{contract.token}"
                f"/obligations/{token}"
                for token in db.session.scalars(
                    select(Obligation.token).where(
                        Obligation.contract_id == contract.id, Obligation.clause_id == clause
                    )
                )
            ]
            for clause in ("C07", "C14")
        }
        assert any(one in page for one in obligations["C14"])
        assert any(
            one in client.get(f"/tenders/tasks/{certificate.token}").text
            for one in obligations["C07"]
        )
    assert "Part 1" not in str(test.details)
    mails = [one.text for one in db.session.scalars(select(Message))]
    assert [text for text in mails if "Part 1" in text] == []


def test_tasks_are_named_in_as_many_statements_for_many_as_for_few(
    bid, officer, client_for, at, statements_counted
):
    contract = contracting.contract_with(bid, officer).contract
    counts = []
    for day in ("2027-07-03", "2029-07-01"):
        on(at, day)
        client = client_for(officer)
        client.get("/tenders/tasks")
        still = len(tasks(of=contract.authority_id))
        with statements_counted() as statements:
            assert client.get("/tenders/tasks").status_code == 200
        counts.append((still, len(statements)))

    assert counts[0][0] < counts[1][0]
    assert abs(counts[0][1] - counts[1][1]) <= 2
    assert counts[1][1] <= 15


def test_of_rounds_that_were_missed_one_task_tells_as_the_pages_count_them(bid, officer, at):
    made = contracting.contract_with(bid, officer)
    at(datetime(2027, 3, 2, 12, tzinfo=UTC))
    keeping.go_live(made, date(2027, 3, 1), "", by=viewer_of(officer))
    on(at, "2027-08-02")
    on(at, "2027-08-03")

    now = contract_seen(viewer_of(officer), made.token)
    late = [one for one in now.obligations if one.is_overdue and one.bound is not Bound.COUNCIL]
    told = db.session.scalars(
        select(GivenTask).where(GivenTask.kind == "obligation-overdue", GivenTask.done_at.is_(None))
    ).all()

    assert max(sum(due.standing.is_overdue for due in one.dues) for one in late) > 1
    assert sorted(task.details["obligation"] for task in told) == sorted(one.token for one in late)
