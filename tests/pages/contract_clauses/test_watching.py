"""What runs out is noticed: tasks, letters, and what rests on it opens again, once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import current_app
from sqlalchemy import select

from accounts.rules.roles import Permission, Role
from contract_clauses.models import Obligation
from contract_clauses.queries.contracts import contract_seen
from contract_clauses.rules.obligations import Bound, DueState
from contract_clauses.rules.obligations_steps import Step
from contract_clauses.service.obligations import decide_due
from contract_clauses.service.watching_contracts import watch_contracts
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.duties import DUTIES, do_due
from foundation.jobs import run_due_jobs
from foundation.mail import Message
from scoring.models import InterestDecision, Reopening, RiskRow
from scoring.queries.reopening import reopened_in
from scoring.service.reopening import settle
from supplier_portal.models import Bid
from tenders.given_tasks import open_tasks_of
from tenders.models import GivenTask, Tender
from tests.factories import make_person, viewer_of
from tests.watching import (
    certificates,
    contract_with,
    lead_of,
    letters,
    obligation_of,
    on,
    recovery_tests,
    reopened,
    show,
    tasks,
    win,
)

CANARY = "2027-01-19"


@pytest.fixture
def reviewer(authority):
    return make_person(Role.REVIEWER, authority, email="reviewer@example.test")


# Before and after the opening.


def test_a_bid_that_is_still_sealed_gives_the_buying_side_nothing(make_bid, at, tender, officer):
    make_bid("Larkfield", **{"SLP-05.a": certificates(CANARY)})
    for day in ("2026-12-02", "2026-12-20", "2027-01-19", "2027-01-20", "2027-03-01"):
        on(at, day)

    assert (tasks(still=False), reopened(), letters()) == ([], [], [])
    everything = [row.details for row in db.session.scalars(select(AuditEntry))]
    assert [one for one in everything if CANARY in one] == []


def test_a_certificate_that_runs_out_while_bids_are_evaluated_opens_what_rests_on_it(
    make_bid, opened, at, officer, tender
):
    make_bid("Larkfield", **{"SLP-05.a": certificates(CANARY)})
    opened()
    on(at, "2027-01-11")
    assert tasks() == []
    on(at, "2027-01-12")
    assert (tasks(), reopened()) == ([("bids-rely-on", CANARY)], [])
    on(at, CANARY)
    assert reopened() == []
    on(at, "2027-01-20")

    assert [(thing, subject) for thing, subject, _day in reopened()] == [
        ("answer", "SLP-05.a"),
        ("risk", "R05"),
        ("risk", "R35"),
        ("clause", "C07"),
    ]
    said = "Something that opened bids rely on {} out: 19 January 2027"
    words = ("runs", "runs", "ran")
    assert letters() == [(officer.email, said.format(word)) for word in words]


def test_what_had_run_out_when_a_bid_came_was_judged_with_it(make_bid, opened, at):
    make_bid("Larkfield", **{"SLP-05.a": certificates("2026-11-30")})
    opened()
    on(at, "2026-12-03")

    assert (tasks(), reopened()) == ([], [])


def test_of_many_bids_there_is_one_task_for_each_day(make_bid, opened, at):
    for name in ("Larkfield", "Mossbank", "Quay"):
        make_bid(name, **{"SLP-05.a": certificates(CANARY, "2027-01-20")})
    opened()
    on(at, "2027-01-25")

    assert tasks() == [("bids-rely-on", CANARY), ("bids-rely-on", "2027-01-20")]
    assert len(letters()) == 2
    assert len(reopened()) == 24


def test_once_everything_of_a_day_is_settled_the_task_ends_and_nothing_reopens(
    make_bid, opened, at, officer
):
    make_bid("Larkfield", **{"SLP-05.a": certificates(CANARY)})
    opened()
    on(at, "2027-01-20")
    for one in db.session.scalars(select(Reopening)).all():
        settle(one, "The bidder showed the renewed certificate", by=viewer_of(officer))
    on(at, "2027-01-21")

    assert (tasks(), reopened()) == ([], [])
    assert len(reopened(settled=True)) == 4


def test_the_risks_that_open_again_are_those_whose_causes_read_the_answer(make_bid, opened, at):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates(CANARY)})
    opened()
    rows = db.session.scalars(select(RiskRow).where(RiskRow.bid_id == bid.id)).all()
    read_it = {
        row.risk_id for row in rows if any("SLP-05.a" in cause["sources"] for cause in row.causes)
    }
    on(at, "2027-01-20")

    # R05 is the main risk of the question, whatever raised it.
    assert "R01" in {row.risk_id for row in rows} - read_it
    assert {sub for thing, sub, _day in reopened() if thing == "risk"} == read_it | {"R05"}


# Contracts.


def test_both_sides_are_told_ahead_of_time_and_on_the_day(make_bid, opened, at, officer, reviewer):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    contract = contract_with(bid)
    for day in ("2027-04-30", "2027-05-01", "2027-05-30", "2027-05-31", "2027-06-23"):
        on(at, day)
    assert tasks(of=contract.authority_id) == [("certificate-runs-out", "2027-06-30")]
    assert tasks(of=contract.supplier_id) == [("certificate-runs-out", "2027-06-30")]
    told = [address for address, _subject in letters()]
    assert (told.count(officer.email), told.count(reviewer.email)) == (3, 3)
    on(at, "2027-06-30")
    assert reopened() == []
    on(at, "2027-07-01")

    assert [(thing, subject) for thing, subject, _day in reopened()] == [
        ("answer", "SLP-05.a"),
        ("risk", "R05"),
        ("risk", "R35"),
        ("clause", "C07"),
    ]
    assert len(letters()) == 3 * 5


def test_no_letter_says_what_the_bid_says(make_bid, opened, at):
    rows = [row | {"body": "Velvet-Harpsichord"} for row in certificates("2027-06-30")]
    opened_bid = make_bid("Larkfield", **{"SLP-05.a": rows})
    opened()
    contract_with(opened_bid)
    on(at, "2027-07-01")

    texts = [f"{one.subject} {one.text}" for one in db.session.scalars(select(Message))]
    assert [text for text in texts if "Velvet" in text or "27001" in text] == []


def test_whoever_keeps_the_contract_is_written_to_alone(make_bid, opened, at, authority, officer):
    manager = make_person(Role.CONTRACT_MANAGER, authority)
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    contract_with(bid, manager_id=manager.id)
    on(at, "2027-05-01")

    told = [address for address, _subject in letters() if address.startswith(("officer", "contr"))]
    assert told == [manager.email]


def test_what_holds_until_the_contract_ends_needs_no_renewal(make_bid, opened, at):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    contract_with(bid, ends_on="2027-06-30")
    on(at, "2027-06-29")

    assert tasks() == []


@pytest.mark.both_databases
def test_forty_days_without_the_service_lose_nothing_and_double_nothing(make_bid, opened, at):
    days = ("2027-03-10", "2027-03-25", "2027-04-02")
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates(*days)})
    opened()
    contract = contract_with(bid)
    obligation_of(contract, "2027-03-15", clause="C06")
    obligation_of(contract, "2027-04-20", clause="C08")
    on(at, "2027-01-05")
    assert tasks() == []
    on(at, "2027-01-06")
    # Down for 40 days and more, over two of the days.
    on(at, "2027-03-28")
    came_back = [
        ("certificate-runs-out", "2027-03-10"),
        ("obligation-due", "2027-03-15"),
        ("certificate-runs-out", "2027-03-25"),
        ("certificate-runs-out", "2027-04-02"),
        ("obligation-due", "2027-04-20"),
    ]
    assert tasks(of=contract.supplier_id) == came_back
    assert sorted(tasks(of=contract.authority_id)) == sorted(
        [one for one in came_back if one[0] != "obligation-due"]
        + [("obligation-overdue", "2027-03-15")]
    )
    assert [(thing, subject) for thing, subject, _day in reopened()] == [
        ("answer", "SLP-05.a"),
        ("risk", "R05"),
        ("risk", "R35"),
        ("clause", "C07"),
        ("answer", "SLP-05.a"),
        ("risk", "R05"),
        ("risk", "R35"),
        ("clause", "C07"),
        ("clause", "C06"),
    ]
    before = (tasks(still=False), reopened(), letters())
    on(at, "2027-03-28", hour=12)
    on(at, "2027-03-29")
    assert (tasks(still=False), reopened(), letters()) == before


def test_what_opens_after_weeks_takes_as_many_statements_for_many_causes_as_for_one(
    make_bid, opened, at, statements_counted
):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-03-10")})
    opened()
    contract = contract_with(bid)
    found = []
    for number, day in ((1, date(2027, 3, 28)), (40, date(2027, 3, 29))):
        for _ in range(number):
            obligation_of(contract, "2027-03-15", parts=("SLP-05.a",), risks=("R09",))
        with statements_counted() as statements:
            watch_contracts(day, day)
        told = [one for one in statements if re.search(r"\b(reopening|risk_row)\b", one)]
        found.append((len(reopened()), len(told)))

    # The certificate opens four things; each of 1 and of 41 obligations an answer, two risks, C07.
    (few, sent), (many, sent_for_many) = found
    assert (few - 4, many - 4) == (1 * 4, 41 * 4)
    assert sent == sent_for_many <= 5


def test_a_new_certificate_that_is_confirmed_settles_it_of_itself(make_bid, opened, at):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    contract = contract_with(bid)
    due = obligation_of(contract, None, parts=("SLP-05.a",))
    on(at, "2027-07-01")
    assert len(reopened()) == 4
    show(due, "2028-06-30", state=DueState.SHOWN, by=lead_of(bid))
    on(at, "2027-07-02")
    # Shown, but nobody has looked at it.
    assert len(reopened()) == 4
    with transaction():
        db.session.get_one(type(due), due.id).state = DueState.CONFIRMED
    on(at, "2027-07-03")

    assert (tasks(), reopened()) == ([], [])
    assert len(reopened(settled=True)) == 4
    on(at, "2028-05-01")
    files = [one for one in tasks() if one[0] == "shown-file-runs-out"]
    assert files == [("shown-file-runs-out", "2028-06-30")] * 2


def test_one_file_does_not_renew_one_of_several_certificates_by_guess(make_bid, opened, at):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-29", "2027-06-30")})
    opened()
    contract = contract_with(bid)
    due = obligation_of(contract, None, parts=("SLP-05.a",))
    on(at, "2027-07-01")
    show(due, "2028-06-30", by=lead_of(bid))
    on(at, "2027-07-02")

    assert len(reopened()) == 8


def test_recovery_tests_older_than_a_year_open_the_clause_and_the_answer_once_a_schedule_says_so(
    make_bid, opened, at
):
    bid = make_bid("Larkfield", **{"SLP-07.i": recovery_tests("2026-07-01", "2026-11-01")})
    opened()
    contract_with(bid)
    on(at, "2027-08-01")

    # No issued schedule holds C14, so nobody promised anything.
    assert [one for one in tasks() if one[0] == "recovery-test-too-old"] == []


def test_an_obligation_falls_due_is_overdue_and_ends_when_it_is_shown(make_bid, opened, at):
    bid = make_bid("Larkfield")
    opened()
    contract = contract_with(bid)
    due = obligation_of(contract, "2027-03-31", clause="C14", parts=("SLP-07.i",))
    on(at, "2027-02-28")
    assert tasks() == []
    on(at, "2027-03-01")
    assert tasks() == [("obligation-due", "2027-03-31")]
    on(at, "2027-03-31")
    assert reopened() == []
    on(at, "2027-04-01")
    assert tasks() == [("obligation-due", "2027-03-31"), ("obligation-overdue", "2027-03-31")]
    assert [(thing, subject) for thing, subject, _day in reopened()] == [
        ("answer", "SLP-07.i"),
        ("clause", "C14"),
    ]
    show(due, None, state=DueState.SHOWN, by=lead_of(bid))
    on(at, "2027-04-02")
    assert (tasks(), len(reopened())) == ([], 2)
    with transaction():
        db.session.get_one(type(due), due.id).state = DueState.CONFIRMED
    on(at, "2027-04-03")

    assert reopened() == []


def test_a_task_ends_once_what_it_asks_for_is_decided_without_waiting_for_the_next_day(
    make_bid, opened, at, officer
):
    bid = make_bid("Larkfield")
    opened()
    contract = contract_with(bid)
    due = obligation_of(contract, "2027-03-31")
    on(at, "2027-04-01")
    assert tasks() == [("obligation-due", "2027-03-31"), ("obligation-overdue", "2027-03-31")]
    viewer = viewer_of(officer)
    seen = contract_seen(viewer, contract.token, to=Permission.CONTRACT_KEEP)

    decide_due(seen, due.token, Step.WAIVE, "Done in the acceptance test", by=viewer)
    run_due_jobs(current_app.extensions["job_handlers"])

    assert tasks() == []


def test_what_was_shown_and_sent_back_is_told_again(make_bid, opened, at):
    bid = make_bid("Larkfield")
    opened()
    due = obligation_of(contract_with(bid), "2027-03-31")
    on(at, "2027-03-01")
    show(due, None, state=DueState.SHOWN, by=lead_of(bid))
    on(at, "2027-03-02")
    assert tasks() == []
    with transaction():
        db.session.get_one(type(due), due.id).state = DueState.SENT_BACK
    on(at, "2027-03-03")

    assert tasks() == [("obligation-due", "2027-03-31")]
    assert len(letters()) == 2


def test_what_the_council_has_to_do_is_told_to_the_council(make_bid, opened, at):
    bid = make_bid("Larkfield")
    opened()
    contract = contract_with(bid)
    obligation_of(contract, "2027-03-31", bound=Bound.COUNCIL)
    on(at, "2027-04-01")

    assert tasks(of=contract.authority_id) == [("obligation-due", "2027-03-31")]
    assert (tasks(of=contract.supplier_id), reopened()) == ([], [])


def test_tasks_of_a_contract_that_has_ended_end(make_bid, opened, at):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    contract = contract_with(bid)
    on(at, "2027-05-01")
    assert len(tasks()) == 2
    with transaction():
        db.session.get_one(type(contract), contract.id).ended_on = date(2027, 5, 2)
    on(at, "2027-05-02")

    assert tasks() == []


def test_one_contract_that_cannot_be_read_keeps_no_other_and_ends_nothing(make_bid, opened, at):
    first = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    second = make_bid("Mossbank", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    one, other = contract_with(first), contract_with(second)
    due = obligation_of(one, "2027-05-20")
    on(at, "2027-05-01")
    assert len(tasks(of=other.supplier_id)) == 1
    with transaction():
        db.session.get_one(Obligation, due.obligation_id).sources = {"parts": 7}
    show(due, "2027-06-01", by=lead_of(first))
    at(datetime(2027, 5, 30, 9, tzinfo=UTC))
    found = do_due(current_app.extensions[DUTIES])

    assert {name for name, worked in found.items() if not worked} == {"contracts"}
    assert tasks(of=other.supplier_id) == [("certificate-runs-out", "2027-06-30")]
    assert len(tasks(of=one.supplier_id)) == 2


def test_a_successful_bid_is_watched_before_its_contract_is_recorded(make_bid, opened, at):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-02-10")})
    make_bid("Mossbank", **{"SLP-05.a": certificates("2027-02-11")})
    opened()
    win(bid)
    on(at, "2026-12-12")
    assert tasks() == [("certificate-of-bid-runs-out", "2027-02-10")]
    contract_with(bid, has_won=True)
    on(at, "2026-12-13")

    assert tasks(of=db.session.get_one(Bid, bid.id).tender.authority_id) == [
        ("certificate-runs-out", "2027-02-10")
    ]


def test_those_kept_from_a_bid_are_told_nothing_of_it(make_bid, opened, at, officer, reviewer):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    contract = contract_with(bid)
    with transaction():
        db.session.add(
            InterestDecision(
                tender_id=contract.tender_id,
                person_id=reviewer.id,
                number=1,
                bid_id=bid.id,
                barred=True,
                reason="A brother works there, and has for years",
                decided_at=datetime(2026, 12, 3, tzinfo=UTC),
                decided_by_id=officer.id,
            )
        )
    on(at, "2027-07-01")

    assert reviewer.email not in {address for address, _subject in letters()}
    assert open_tasks_of(viewer_of(reviewer)) == []
    assert len(open_tasks_of(viewer_of(officer))) == 1
    tender = db.session.get_one(Tender, contract.tender_id)
    assert reopened_in(viewer_of(reviewer), tender) == []
    assert len(reopened_in(viewer_of(officer), tender)) == 4


def test_tasks_are_in_the_record_by_their_ids(make_bid, opened, at):
    bid = make_bid("Larkfield", **{"SLP-05.a": certificates("2027-06-30")})
    opened()
    contract_with(bid)
    on(at, "2027-07-01")

    given = [
        row.subject_kind
        for row in db.session.scalars(select(AuditEntry).where(AuditEntry.action == "task.given"))
    ]
    assert sorted(given) == ["organisation", "tender"]
    assert db.session.query(GivenTask).count() == 2
