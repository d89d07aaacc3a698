"""One asks, another agrees: whoever is not a second, entitled person gets nowhere."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from accounts.models import Membership, Person
from accounts.rules.roles import Role
from foundation.audit import AuditEntry, verify_chain
from foundation.database import db, transaction
from tenders.models import Approval
from tenders.rules.approvals import (
    TWO_PEOPLE,
    ApprovalKind,
    ApprovalState,
    AskedAlready,
    Lapsed,
    NotApproved,
    NotEntitled,
    NotWaiting,
    Overtaken,
    SamePerson,
)
from tenders.service import approvals
from tenders.today import DECIDED_AT
from tests.factories import make_authority, make_person, make_tender, viewer_of

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
A, B = "a" * 64, "b" * 64
PUBLISH = ApprovalKind.PUBLISH


@pytest.fixture
def authority(app, at):
    at(NOON)
    return make_authority()


@pytest.fixture
def officer(authority):
    return make_person(Role.OFFICER, authority)


@pytest.fixture
def second(authority):
    return make_person(Role.OFFICER, authority)


@pytest.fixture
def tender(officer):
    return make_tender(officer)


@pytest.fixture
def asked(tender, officer):
    return approvals.ask(tender, PUBLISH, A, by=viewer_of(officer), note="Please look")


def agree(asked, person, about=A, arrived_at=NOON, **more):
    return approvals.agree(asked, about, by=viewer_of(person), arrived_at=arrived_at, **more)


def record_of(tender):
    entries = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject == tender.token, AuditEntry.action.like("%approval%"))
        .order_by(AuditEntry.number)
    ).all()
    return [(entry.action, json.loads(entry.details).get("because")) for entry in entries]


def stored(asked):
    db.session.expire_all()
    return db.session.get_one(Approval, asked.id)


@pytest.mark.both_databases
def test_another_officer_agrees_once(tender, asked, second):
    agree(asked, second, reason="Looks right")

    found = stored(asked)
    assert (found.state, found.decided_by_id, found.decided_at, found.reason) == (
        ApprovalState.GIVEN,
        second.id,
        NOON,
        "Looks right",
    )
    with pytest.raises(NotWaiting, match="somebody else has agreed to it already"):
        agree(asked, second)
    assert record_of(tender) == [
        ("tender.approval_asked", None),
        ("tender.approval_given", None),
        ("tender.approval_denied", "not-waiting"),
    ]
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == tender.token).order_by(AuditEntry.number)
    )
    assert verify_chain(entries) == []


def test_a_reviewer_agrees_though_he_could_not_ask(tender, asked, authority):
    reviewer = make_person(Role.REVIEWER, authority)

    assert agree(asked, reviewer).state is ApprovalState.GIVEN
    with pytest.raises(NotEntitled, match="You cannot ask to publish this tender"):
        approvals.ask(tender, PUBLISH, B, by=viewer_of(reviewer))


def test_a_reviewer_of_this_tender_alone_agrees(asked, authority, tender):
    here = make_person(Role.REVIEWER, authority, tender_id=tender.id)
    elsewhere = make_person(Role.REVIEWER, authority, tender_id=tender.id + 1)

    with pytest.raises(NotEntitled):
        agree(asked, elsewhere)
    assert agree(asked, here).state is ApprovalState.GIVEN


def test_whoever_asked_is_not_the_second_person(tender, asked, officer):
    with pytest.raises(SamePerson, match="because you asked for it: another person must"):
        agree(asked, officer)

    assert stored(asked).state is ApprovalState.WAITING
    assert record_of(tender)[-1] == ("tender.approval_denied", "same-person")


def test_the_database_itself_refuses_one_person_for_two(asked, officer):
    change = update(Approval).where(Approval.id == asked.id).values(decided_by_id=officer.id)

    with pytest.raises(IntegrityError), transaction():
        db.session.execute(change)


@pytest.mark.parametrize(
    "role", [Role.EVALUATOR, Role.MODERATOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.STEWARD]
)
def test_a_colleague_without_the_permission_is_refused(tender, asked, authority, role):
    with pytest.raises(NotEntitled, match="because your role does not allow it"):
        agree(asked, make_person(role, authority))

    assert record_of(tender)[-1] == ("tender.approval_denied", "not-entitled")


def test_an_officer_of_another_authority_is_refused(tender, asked):
    with pytest.raises(NotEntitled):
        agree(asked, make_person(Role.OFFICER, make_authority("Elsewhere")))

    assert stored(asked).state is ApprovalState.WAITING


def test_a_supplier_is_refused(asked):
    with pytest.raises(NotEntitled):
        agree(asked, make_person(Role.BID_LEAD))


def leave(person):
    with transaction():
        db.session.execute(delete(Membership).where(Membership.person_id == person.id))


def test_who_left_the_authority_while_looking_at_the_page_is_refused(asked, second):
    by = viewer_of(second)
    leave(second)

    with pytest.raises(NotEntitled):
        approvals.agree(asked, A, by=by, arrived_at=NOON)


def test_who_was_switched_off_is_refused(asked, second):
    by = viewer_of(second)
    with transaction():
        db.session.get_one(Person, second.id).active = False

    with pytest.raises(NotEntitled):
        approvals.agree(asked, A, by=by, arrived_at=NOON)


def test_nobody_agrees_with_somebody_who_left(asked, officer, second):
    leave(officer)

    with pytest.raises(NotEntitled, match="the person who asked is not allowed to any more"):
        agree(asked, second)


def test_what_changed_meanwhile_is_not_agreed_to(tender, asked, second):
    with pytest.raises(Overtaken, match="because it changed after you were asked"):
        agree(asked, second, about=B)

    assert stored(asked).state is ApprovalState.WAITING
    assert record_of(tender)[-1] == ("tender.approval_denied", "overtaken")


def test_in_time_is_when_the_request_arrived(tender, officer, second):
    late = NOON + timedelta(minutes=15)
    limited = approvals.ask(tender, PUBLISH, A, by=viewer_of(officer), lapses_at=late, held="part")

    with pytest.raises(Lapsed, match="the time for it is over: ask again"):
        agree(limited, second, arrived_at=late)
    assert stored(limited).held == "part"
    agree(limited, second, arrived_at=late - timedelta(microseconds=1))

    assert (stored(limited).state, stored(limited).held) == (ApprovalState.GIVEN, None)


def test_what_lapsed_waits_no_longer_and_makes_room(tender, officer, at):
    late = NOON + timedelta(minutes=15)
    first = approvals.ask(tender, PUBLISH, A, by=viewer_of(officer), lapses_at=late)
    assert approvals.waiting(tender, PUBLISH) == first
    at(late)
    assert approvals.waiting(tender, PUBLISH) is None

    again = approvals.ask(tender, PUBLISH, A, by=viewer_of(officer))

    assert stored(first).state is ApprovalState.LAPSED
    assert approvals.waiting(tender, PUBLISH) == again


def test_the_same_thing_is_asked_once(tender, asked, second):
    with pytest.raises(AskedAlready, match="whoever did not ask can agree to it"):
        approvals.ask(tender, PUBLISH, A, by=viewer_of(second))


def test_asking_about_something_else_overtakes(tender, asked, officer):
    again = approvals.ask(tender, PUBLISH, B, by=viewer_of(officer))

    assert stored(asked).state is ApprovalState.OVERTAKEN
    assert approvals.waiting(tender, PUBLISH) == again
    assert [action for action, _why in record_of(tender)] == [
        "tender.approval_asked",
        "tender.approval_overtaken",
        "tender.approval_asked",
    ]


def test_kinds_wait_beside_each_other(tender, asked, officer):
    other = approvals.ask(tender, ApprovalKind.CANCEL, A, by=viewer_of(officer))

    assert approvals.waiting(tender, PUBLISH) == asked
    assert approvals.waiting(tender, ApprovalKind.CANCEL) == other


def test_a_refusal_says_why(asked, second):
    with pytest.raises(approvals.RefusalUnexplained, match="Enter why you refuse"):
        approvals.refuse(asked, by=viewer_of(second), arrived_at=NOON, reason="  ")

    approvals.refuse(asked, by=viewer_of(second), arrived_at=NOON, reason="Weights are wrong")

    found = stored(asked)
    assert (found.state, found.reason) == (ApprovalState.REFUSED, "Weights are wrong")


def test_one_does_not_refuse_what_one_asked_for_but_takes_it_back(tender, asked, officer, second):
    with pytest.raises(SamePerson):
        approvals.refuse(asked, by=viewer_of(officer), arrived_at=NOON, reason="Mistake")
    with pytest.raises(NotApproved, match="because somebody else asked for it"):
        approvals.take_back(asked, by=viewer_of(second))

    approvals.take_back(asked, by=viewer_of(officer))

    found = stored(asked)
    assert (found.state, found.decided_by_id) == (ApprovalState.WITHDRAWN, None)
    with pytest.raises(NotWaiting, match="because it was taken back"):
        agree(asked, second)


def test_a_denial_inside_a_larger_change_is_recorded_and_the_change_is_not(tender, asked, officer):
    by = viewer_of(officer)

    def do_it_all_alone():
        with approvals.denials_recorded(tender, PUBLISH, by, asked), transaction():
            tender.title = "Done by one person"
            approvals.agree(asked, A, by=by, arrived_at=NOON)

    with pytest.raises(SamePerson):
        do_it_all_alone()

    db.session.expire_all()
    assert tender.title == "Air quality sensors around school streets"
    assert record_of(tender)[-1] == ("tender.approval_denied", "same-person")


def test_the_list_of_second_people_leaves_out_who_asked_and_who_may_not(
    tender, officer, second, authority
):
    reviewer = make_person(Role.REVIEWER, authority)
    make_person(Role.EVALUATOR, authority)

    found = approvals.who_can_agree(tender, PUBLISH, except_person=officer.id)

    assert {member.person_id for member in found} == {second.id, reviewer.id}


@pytest.mark.both_databases
def test_of_two_who_agree_at_once_one_does(app, tender, asked, authority):
    seconds = [viewer_of(make_person(Role.OFFICER, authority)) for _ in range(4)]
    started, outcomes = threading.Barrier(len(seconds)), []
    approval_id = asked.id
    db.session.remove()

    def decide(by):
        with app.app_context():
            found = db.session.get_one(Approval, approval_id)
            started.wait()
            try:
                approvals.agree(found, A, by=by, arrived_at=NOON)
                outcomes.append("given")
            except NotWaiting:
                outcomes.append("too late")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=decide, args=(by,)) for by in seconds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["given", "too late", "too late", "too late"]
    assert stored(asked).state is ApprovalState.GIVEN


def test_the_start_page_knows_where_a_second_person_decides_on_everything_that_needs_two():
    assert set(DECIDED_AT) == set(TWO_PEOPLE)
