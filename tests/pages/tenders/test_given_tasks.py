"""Tasks the service gives of itself: once, to those who are told, ended with words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Permission, Role
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from tenders.given_tasks import open_tasks_of
from tenders.models import GivenTask
from tenders.rules.tasks import AT_ONCE, FALLS_DUE, RUNS_OUT
from tenders.service.tasks import (
    CannotEndTask,
    Wanted,
    done_task,
    end_task,
    give_task,
    keep_tasks,
)
from tenders.tasks import KINDS, TaskKind
from tests.factories import make_authority, make_person, make_supplier, make_tender, viewer_of

OTHERS = (
    Role.EVALUATOR,
    Role.MODERATOR,
    Role.REVIEWER,
    Role.CONTRACT_MANAGER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    Role.STEWARD,
)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
DUE = date(2026, 12, 31)


@pytest.fixture
def kinds(app, at):
    at(NOON)

    def place(task):
        return "tenders.index", {}

    app.extensions[KINDS] = {
        "runs-out": TaskKind("Something runs out", "It was noticed.", place, RUNS_OUT),
        "waits": TaskKind("Something waits", "It waits.", place, AT_ONCE, done_by_hand=""),
        "library": TaskKind(
            "Something of the library",
            "It was noticed.",
            place,
            AT_ONCE,
            lambda viewer, task: "ISO certificate",
            frozenset({Permission.EVIDENCE_WRITE}),
        ),
        "due": TaskKind("Something falls due", "It was noticed.", place, FALLS_DUE),
    }


@pytest.fixture
def authority(kinds):
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority, email="officer@example.test")


@pytest.fixture
def tender(officer):
    return make_tender(officer)


@pytest.fixture
def task(authority, tender):
    return give_task(authority.id, tender.id, "runs-out", "x", DUE, {})


def given():
    return db.session.scalars(select(GivenTask).order_by(GivenTask.id)).all()


def letters():
    return [one.recipient for one in db.session.scalars(select(Message).order_by(Message.id))]


@pytest.mark.both_databases
def test_a_task_is_given_once_for_its_kind_subject_and_day(authority, tender, officer):
    for _time in range(3):
        give_task(authority.id, tender.id, "runs-out", "x", DUE, {})
    give_task(authority.id, tender.id, "runs-out", "y", DUE, {})
    give_task(authority.id, tender.id, "runs-out", "x", DUE + timedelta(days=1), {})

    assert [(one.subject, one.due_on) for one in given()] == [
        ("x", DUE),
        ("y", DUE),
        ("x", DUE + timedelta(days=1)),
    ]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "task.given"))
    assert [(one.actor, one.subject_kind, one.subject) for one in entries] == [
        ("system", "tender", tender.token)
    ] * 3


def test_each_reminder_is_written_once_when_its_day_has_come(authority, tender, officer, at):
    days = []
    for left in (61, 60, 59, 31, 30, 29, 8, 7, 6, 1, 0, -1, -2):
        at(NOON.replace(day=31) - timedelta(days=left))
        before = len(letters())
        give_task(authority.id, tender.id, "runs-out", "x", DUE, {})
        if len(letters()) > before:
            days.append(left)

    assert days == [60, 30, 7, 0, -1]
    assert letters() == [officer.email] * 5


def test_of_several_reminders_missed_only_the_last_is_written(authority, tender, officer, at):
    at(NOON - timedelta(days=40))
    give_task(authority.id, tender.id, "runs-out", "x", DUE + timedelta(days=9), {})
    assert letters() == []
    at(NOON.replace(day=31) + timedelta(days=8))
    give_task(authority.id, tender.id, "runs-out", "x", DUE + timedelta(days=9), {})

    assert letters() == [officer.email]


def test_those_are_told_who_keep_contracts_or_decide_risks(authority, tender, officer, at):
    people = {role: make_person(role, authority) for role in OTHERS}
    give_task(authority.id, tender.id, "runs-out", "x", NOON.date(), {})

    told = {officer.email, people[Role.REVIEWER].email, people[Role.CONTRACT_MANAGER].email}
    assert set(letters()) == told


def test_in_a_company_lead_and_contributors_are_told_and_its_record_is_its_own(kinds, tender):
    supplier = make_supplier()
    lead, helper = (make_person(role, supplier) for role in (Role.BID_LEAD, Role.CONTRIBUTOR))
    for role in (Role.CERTIFIER, Role.SUPPLIER_READER):
        make_person(role, supplier)
    give_task(supplier.id, tender.id, "runs-out", "x", NOON.date(), {})

    assert sorted(letters()) == sorted([lead.email, helper.email])
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "task.given"))
    assert (entry.subject_kind, entry.subject) == ("organisation", supplier.token)


def test_ending_by_hand_takes_words_and_stays_ended(task, officer, authority, tender, at):
    viewer = viewer_of(officer)
    with pytest.raises(CannotEndTask, match="Enter what was done"):
        end_task(task, "  ", by=viewer)
    with pytest.raises(CannotEndTask, match="4000 characters or fewer"):
        end_task(task, "x" * 4001, by=viewer)
    end_task(task, "Renewed; the new one is in the file", by=viewer)
    end_task(task, "Twice", by=viewer)
    at(NOON.replace(day=31))
    again = give_task(authority.id, tender.id, "runs-out", "x", DUE, {})

    assert (again.words, again.done_by_id) == ("Renewed; the new one is in the file", officer.id)
    assert len(letters()) == 1


def test_what_only_its_cause_ends_is_not_ended_by_hand(authority, tender, officer):
    waits = give_task(authority.id, tender.id, "waits", "x", DUE, {})
    with pytest.raises(CannotEndTask, match="ends when what it waits for happens"):
        end_task(waits, "Done", by=viewer_of(officer))

    assert done_task(authority.id, "waits", "x", "It was shown") == 1
    assert done_task(authority.id, "waits", "x", "It was shown") == 0
    assert [(one.words, one.done_by_id) for one in given()] == [("It was shown", None)]


def test_keeping_tasks_gives_what_is_wanted_in_order_and_ends_the_rest(authority, tender, officer):
    def wanted(subject, day):
        return Wanted(authority.id, tender.id, "runs-out", subject, DUE + timedelta(days=day))

    keep_tasks(["runs-out"], [wanted("a:1", 3), wanted("a:2", 1), wanted("b:1", 2)], "Gone")
    assert [one.subject for one in given()] == ["a:2", "b:1", "a:1"]
    keep_tasks(["runs-out"], [wanted("a:2", 1)], "Gone", about="a:")

    assert {one.subject: one.words for one in given()} == {"a:2": "", "b:1": "", "a:1": "Gone"}


@pytest.mark.both_databases
def test_as_many_statements_keep_forty_tasks_as_two(
    authority, tender, officer, statements_counted, at
):
    def sent(name, many, *, end=False):
        named = [] if end else [f"{name}:{number}" for number in range(many)]
        wanted = [Wanted(authority.id, tender.id, "runs-out", one, DUE) for one in named]
        with statements_counted() as statements:
            keep_tasks(["runs-out"], wanted, "Gone", about=f"{name}:")
        return len(statements)

    counted = []
    # Given before anybody is reminded, reminded, kept as they are, and ended.
    for left, end in ((61, False), (30, False), (29, False), (28, True)):
        at(NOON.replace(day=31) - timedelta(days=left))
        counted.append((sent("few", 2, end=end), sent("many", 40, end=end)))

    assert [few for few, _many in counted] == [many for _few, many in counted]
    assert counted[2] <= (2, 2)
    assert letters() == [officer.email] * 42
    assert [one.words for one in given()] == ["Gone"] * 42


def test_the_start_page_lists_a_task_with_its_day_and_leads_to_its_page(
    client_for, officer, task, at
):
    at(NOON)
    page = client_for(officer).get("/tenders/").text

    assert "Something runs out" in page
    assert f"/tenders/tasks/{task.token}" in page
    assert "By 31 December 2026" in page


def test_the_page_of_a_task_says_what_why_when_and_how_it_ended(client_for, officer, task):
    client = client_for(officer)
    page = client.get(f"/tenders/tasks/{task.token}").text
    for words in ("Something runs out", "It was noticed.", "31 December 2026, in 30 days"):
        assert words in page
    refused = client.post(f"/tenders/tasks/{task.token}", data={"words": ""})
    assert (refused.status_code, "Enter what was done about it" in refused.text) == (422, True)
    client.post(f"/tenders/tasks/{task.token}", data={"words": "Renewed <b>"})
    done = client.get(f"/tenders/tasks/{task.token}")

    assert "Renewed &lt;b&gt;" in done.text
    assert "I have dealt with this" not in done.text
    assert "Something runs out" not in client.get("/tenders/").text
    assert "Renewed" not in client.get("/tenders/tasks").text
    assert "31 December 2026" in client.get("/tenders/tasks").text


def test_others_find_no_such_task(client_for, task, authority, tender):
    for who in (
        make_person(Role.OFFICER, make_authority("Brent Lea")),
        make_person(Role.BID_LEAD, make_supplier()),
        make_person(Role.EVALUATOR, authority),
        make_person(Role.STEWARD, authority),
    ):
        client = client_for(who)
        assert client.get(f"/tenders/tasks/{task.token}").status_code == 404
        assert "Something runs out" not in client.get("/tenders/tasks").text


def test_an_auditor_reads_a_task_and_does_not_end_it(client_for, task, authority):
    client = client_for(make_person(Role.AUDITOR, authority))
    page = client.get(f"/tenders/tasks/{task.token}")
    posted = client.post(f"/tenders/tasks/{task.token}", data={"words": "Done"})

    assert (page.status_code, "I have dealt with this" in page.text) == (200, False)
    assert posted.status_code == 200
    assert given()[0].done_at is None


def test_what_a_company_keeps_for_all_bids_is_not_for_people_of_one(client_for, kinds, tender):
    supplier = make_supplier()
    lead = make_person(Role.BID_LEAD, supplier)
    of_one = make_person(Role.CONTRIBUTOR, supplier, tender_id=tender.id)
    task = give_task(supplier.id, None, "library", "x", NOON.date(), {})

    assert letters() == [lead.email]
    assert "ISO certificate" in client_for(lead).get(f"/tenders/tasks/{task.token}").text
    assert client_for(of_one).get(f"/tenders/tasks/{task.token}").status_code == 404
    assert open_tasks_of(viewer_of(of_one)) == []


@pytest.mark.parametrize("page", ["/tenders/tasks", "/tenders/"])
def test_pages_of_tasks_ask_no_more_for_twelve_than_for_two(
    client_for, officer, authority, tender, statements_counted, page
):
    client, counts = client_for(officer), []
    for number in range(12):
        ended = number % 2 == 0
        give_task(authority.id, tender.id, "runs-out", f"{number}", DUE, {})
        if ended:
            done_task(authority.id, "runs-out", f"{number}", "Gone")
        if number in (3, 11):
            client.get(page)
            with statements_counted() as statements:
                assert client.get(page).status_code == 200
            counts.append(len(statements))

    assert counts[0] == counts[1] <= 15


@pytest.mark.parametrize("words", ["", " ", "x" * 5000, "a\x00b", "\n" * 100])
def test_odd_words_are_refused_or_kept_and_never_break_the_page(client_for, officer, task, words):
    answered = client_for(officer).post(f"/tenders/tasks/{task.token}", data={"words": words})

    assert answered.status_code in (302, 400, 422)


def test_an_unknown_task_is_not_found(client_for, officer):
    assert client_for(officer).get(f"/tenders/tasks/{'A' * 22}").status_code == 404


def test_tasks_of_a_kind_that_is_gone_do_not_break_the_pages(client_for, officer, task):
    with transaction():
        db.session.get_one(GivenTask, task.id).kind = "of-long-ago"
    client = client_for(officer)

    assert [client.get(page).status_code for page in ("/tenders/", "/tenders/tasks")] == [200, 200]
