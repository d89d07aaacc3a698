"""Locking: only when every mark is there, once and for all, and again for what comes later."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db
from scoring import queries, service
from scoring.models import MarkLock
from scoring.queries.own_marks import own_marks
from tests.evaluating import agree, give
from tests.factories import make_person, viewer_of

REASON = "Restored in March with the hosting company, see SLP-07.g"


@pytest.fixture
def bids(make_bid, opened):
    made = [make_bid("Ash"), make_bid("Birch")]
    opened()
    return made


@pytest.fixture
def allocated(tender, evaluator, officer, bids):
    def to(person, *questions, bid=None):
        service.allocate(tender, questions, [person.id], by=viewer_of(officer), bid=bid)

    return to


@pytest.fixture
def lock(tender):
    return f"/evaluation/tenders/{tender.token}/lock"


def address(bid, question="SLP-07"):
    return f"/evaluation/bids/{bid.token}/questions/{question}"


def mark(client, bid, question="SLP-07", **changed):
    sent = {"mark": "5", "reason": f"{REASON} for {question} {bid.token}", "based_on": "0"}
    return client.post(address(bid, question), data=sent | changed)


def locks():
    return db.session.scalars(select(MarkLock).order_by(MarkLock.id)).all()


def test_before_all_is_there_the_page_says_what_is_missing_and_where(
    client_for, bids, evaluator, allocated, lock
):
    allocated(evaluator, "SLP-07", "SLP-08")
    client = client_for(evaluator)
    mark(client, bids[0])
    client.post(f"/evaluation/bids/{bids[1].token}/typed/mark/SLP-07", data={"reason": "Half"})

    page = client.get(lock).text
    refused = client.post(lock, data={"sure": "yes"})

    assert [words in page for words in (
        "You marked <strong>1 of 4</strong>",
        "You cannot lock your marks yet because 3 answers have no mark",
        f'href="{address(bids[0], "SLP-08")}"',
        f'href="{address(bids[1])}"',
        "Typed and not saved",
        'name="sure"',
    )] == [True] * 5 + [False]  # fmt: skip
    assert refused.status_code == 422
    assert "You cannot lock your marks because 3 answers have no mark" in refused.text
    assert locks() == []


def test_marks_are_locked_only_by_who_says_that_he_is_sure(
    client_for, bids, evaluator, allocated, lock
):
    allocated(evaluator, "SLP-07")
    client = client_for(evaluator)
    for bid in bids:
        mark(client, bid)

    unsure = client.post(lock, data={})

    assert (unsure.status_code, "Select that your marks are final" in unsure.text) == (422, True)
    assert locks() == []


def test_a_lock_shows_a_hash_that_anybody_can_work_out_again(
    client_for, bids, evaluator, allocated, lock, tender
):
    allocated(evaluator, "SLP-07")
    client = client_for(evaluator)
    for bid in bids:
        mark(client, bid)

    sent = client.post(lock, data={"sure": "yes"})
    page = client.get(lock).text

    [locked] = locks()
    covered = sorted([bid.token, "SLP-07", 1, 5] for bid in bids)
    assert (sent.location, locked.marks, locked.number) == (lock, 2, 1)
    assert locked.sha256 == sha256_hex(canonical_json(covered))
    assert [locked.sha256 in page, "Your marks are locked" in page] == [True, True]
    [entry] = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "marks.locked")
    ).all()
    assert entry.subject == tender.token
    assert json.loads(entry.details) == {"marks": 2, "hash": locked.sha256}


def test_after_the_lock_a_mark_is_read_and_stays_as_it_is(
    client_for, bids, evaluator, allocated, lock
):
    allocated(evaluator, "SLP-07")
    client = client_for(evaluator)
    for bid in bids:
        mark(client, bid)
    client.post(lock, data={"sure": "yes"})

    page = client.get(address(bids[0])).text
    refused = mark(
        client, bids[0], mark="4", based_on="1", reason="Another reason on SLP-07.a here"
    )
    again = client.post(lock, data={"sure": "yes"})

    assert [words in page for words in (
        "You locked your marks, so this one stays as it is.", "Your mark: 5", REASON, "Save and go",
    )] == [True, True, True, False]  # fmt: skip
    assert refused.status_code == 422
    assert "You cannot change your mark for SLP-07 because it is locked" in refused.text
    assert "Another reason on SLP-07.a here" in refused.text
    assert "You cannot lock your marks because nothing is left to lock" in again.text
    assert len(locks()) == 1


def test_what_comes_later_is_marked_and_locked_again_and_hides_the_marks_of_others_until_then(
    client_for, bids, evaluator, authority, allocated, lock, tender, officer
):
    ada = make_person(Role.EVALUATOR, authority, name="Ada Hill")
    allocated(evaluator, "SLP-07")
    client = client_for(evaluator)
    for bid in bids:
        mark(client, bid)
    client.post(lock, data={"sure": "yes"})
    first = locks()[0].sha256
    allocated(evaluator, "SLP-09", bid=bids[0])

    between = own_marks(viewer_of(evaluator), tender)
    changed = mark(client, bids[0], based_on="1")
    mark(client, bids[0], "SLP-09")
    client.post(lock, data={"sure": "yes"})

    assert (between.sees_marks, len(between.unlocked), changed.status_code) == (False, 1, 422)
    assert [(one.number, one.marks) for one in locks()] == [(1, 2), (2, 3)]
    assert locks()[0].sha256 == first
    assert own_marks(viewer_of(evaluator), tender).sees_marks is True
    assert own_marks(viewer_of(ada), tender).cells == []


def test_an_agreed_mark_shows_to_an_evaluator_only_once_his_own_marks_are_locked(
    client_for, bids, evaluator, allocated, lock, officer, evaluated
):
    agreed = "The panel found SLP-08.a to be met in full and with evidence"
    agree(evaluated(bids[0]), "SLP-08", 4, by=viewer_of(officer), reason=agreed)
    allocated(evaluator, "SLP-07")
    client = client_for(evaluator)
    marking = client.get(address(bids[0], "SLP-08")).text
    for bid in bids:
        mark(client, bid)
    given = client.get(address(bids[0], "SLP-08")).text
    client.post(lock, data={"sure": "yes"})

    locked = client.get(address(bids[0], "SLP-08")).text

    assert [agreed in page for page in (marking, given, locked)] == [False, False, True]
    assert "show once your own marks are locked" in given


def test_nobody_to_whom_nothing_is_allocated_locks_anything(client_for, bids, evaluator, lock):
    client = client_for(evaluator)

    page, sent = client.get(lock).text, client.post(lock, data={"sure": "yes"})

    assert "no question is allocated to you in this tender" in page
    assert [sent.status_code, locks()] == [422, []]


def test_a_mark_of_a_colleague_locks_nothing_of_mine(
    client_for, bids, evaluator, authority, allocated, lock, officer, evaluated
):
    ada = make_person(Role.EVALUATOR, authority, name="Ada Hill")
    allocated(evaluator, "SLP-07", bid=bids[0])
    client = client_for(evaluator)
    mark(client, bids[0])
    give(evaluated(bids[0]), "SLP-07", 2, by=viewer_of(ada))
    client_for(ada).post(lock, data={"sure": "yes"})

    sent = mark(client, bids[0], mark="4", based_on="1")

    assert [sent.status_code, [one.person_id for one in locks()]] == [302, [ada.id]]
    assert (
        queries.marks_given([bids[0].id], by=evaluator.id)[bids[0].id, "SLP-07"][evaluator.id].mark
        == 4
    )


def test_an_auditor_and_a_reader_cannot_lock(client_for, bids, authority, lock):
    assert client_for(make_person(Role.AUDITOR, authority)).get(lock).status_code == 403


@pytest.mark.usefixtures("interests_asked")
def test_who_has_not_declared_interests_sees_nothing_of_the_bids(
    client_for, bids, evaluator, lock, tender
):
    client = client_for(evaluator)

    for where in (
        address(bids[0]), f"/evaluation/tenders/{tender.token}/questions/SLP-07", lock,
    ):  # fmt: skip
        answer = client.get(where)
        assert answer.status_code != 200
        assert [words in answer.text for words in ("do this with care", "Ash", "Birch")] == [
            False
        ] * 3


def test_ones_marks_are_counted_by_question_and_lead_on_in_either_order(
    client_for, bids, evaluator, allocated, tender
):
    allocated(evaluator, "SLP-07", "SLP-08")
    client = client_for(evaluator)
    mark(client, bids[0])
    there = f"/evaluation/tenders/{tender.token}/marks"
    work = own_marks(viewer_of(evaluator), tender)

    page = client.get(there).text
    tender_page = client.get(f"/evaluation/tenders/{tender.token}").text

    by_question = [cell for cell in work.in_order(across=True) if cell not in work.given][0]
    assert [words in page for words in (
        "You marked <strong>1 of 4</strong>", "1 of 2 bids", "0 of 2 bids",
        f'href="/evaluation/bids/{work.tokens[by_question[0]]}/questions/SLP-07?by=question"',
        f'href="/evaluation/tenders/{tender.token}/questions/SLP-08"',
    )] == [True] * 5  # fmt: skip
    assert f'href="{there}"' in tender_page


def test_the_start_page_names_what_one_has_to_mark_until_it_is_locked(
    client_for, bids, evaluator, authority, allocated, lock, at, evaluated
):
    ada = make_person(Role.EVALUATOR, authority, name="Ada Hill")
    allocated(evaluator, "SLP-07")
    client = client_for(evaluator)
    give(evaluated(bids[0]), "SLP-09", 5, by=viewer_of(ada))

    def says():
        found = re.search(r"Mark 2 bids: \d marks? given so far", client.get("/tenders/").text)
        return found and found[0]

    before = says()
    mark(client, bids[0])
    between = says()
    mark(client, bids[1])
    client.post(lock, data={"sure": "yes"})

    assert (before, between, says()) == (
        "Mark 2 bids: 0 marks given so far", "Mark 2 bids: 1 mark given so far", None,
    )  # fmt: skip


def test_the_page_of_a_bid_shows_agreed_marks_only_to_who_marks_nothing_any_more(
    client_for, bids, evaluator, allocated, lock, officer, evaluated, statements_counted
):
    agree(evaluated(bids[0]), "SLP-08", 4, by=viewer_of(officer))
    allocated(evaluator, "SLP-07")
    client = client_for(evaluator)

    def shown():
        with statements_counted() as statements:
            page = client.get(f"/evaluation/bids/{bids[0].token}").text
        assert len(statements) <= 15
        return ["<strong>4</strong>" in page, "marks agreed" in page, "Not shown yet" in page]

    marking = shown()
    for bid in bids:
        mark(client, bid)
    client.post(lock, data={"sure": "yes"})

    assert (marking, shown()) == ([False, False, True], [True, True, False])
