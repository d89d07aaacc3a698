"""People comment on a clause, ask each other to look, approve it and send it back."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses import queries
from contract_clauses.models import ClauseEvent
from contract_clauses.queries.clause_work import clause_work
from contract_clauses.rules.editing import ClauseStep
from contract_clauses.service.issuing import ways_in
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import messages_to
from scoring import service as scoring
from tests.factories import make_person, viewer_of

SECRET = "Plumtree Wharf"


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Rook Systems", best=False)
    opened()
    return bid


@pytest.fixture
def reviewer(authority):
    return make_person(Role.REVIEWER, authority, name="Ruth Okafor")


@pytest.fixture
def stands(officer, app):
    """Read where a clause stands, as the officer."""

    def read(bid, name="C13"):
        with app.test_request_context():
            found = queries.scheduled_bid(viewer_of(officer), bid.token, to="schedule:read")
            return clause_work(found).of(name)

    return read


def address(bid, rest="", clause="C13"):
    return f"/schedules/{bid.token}/clauses/{clause}{rest}"


def redraft(client, bid, words="The Supplier must call.", based_on=0, clause="C13"):
    sent = client.post(
        address(bid, "/words", clause),
        data={"action": "save", "reason": "Asked", "based_on": str(based_on), "words-1": words},
    )
    assert sent.status_code == 302


def verdict(client, bid, decision="approve", words="", clause="C13"):
    page = client.get(address(bid, clause=clause)).text
    sha256 = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)[1]
    form = {"sha256": sha256, "decision": decision, "verdict": words}
    return client.post(address(bid, "/verdict", clause), data=form)


def fill(client, bid, value, based_on=0):
    sent = client.post(
        f"/schedules/{bid.token}/clauses/C13/values/notify_hours",
        data={"based_on": str(based_on), "value": value, "reason": "As agreed"},
    )
    assert sent.status_code == 302


def test_a_comment_is_read_by_colleagues_sealed_and_settled(client_for, officer, bid, stands):
    client = client_for(officer)

    client.post(address(bid, "/comments"), data={"comment": f"Why {SECRET}?"})

    assert SECRET in client.get(address(bid)).text
    row = db.session.scalars(select(ClauseEvent)).one()
    assert SECRET.encode() not in row.sealed
    assert stands(bid).must_be_approved

    client.post(address(bid, "/comments/settled"), data={"number": "1"})

    assert stands(bid).open_comments == ()
    assert not stands(bid).must_be_approved
    assert "Settled by Ines Roy" in client.get(address(bid)).text
    actions = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject == bid.token, AuditEntry.action.like("clause.%"))
        .order_by(AuditEntry.number)
    ).all()
    assert actions == ["clause.comment", "clause.settled"]


def test_a_comment_settled_twice_is_settled_once(client_for, officer, bid):
    client = client_for(officer)
    client.post(address(bid, "/comments"), data={"comment": "Why?"})
    for _ in range(2):
        client.post(address(bid, "/comments/settled"), data={"number": "1"})

    steps = [row.step for row in db.session.scalars(select(ClauseEvent))]

    assert steps == [ClauseStep.COMMENT, ClauseStep.SETTLED]


@pytest.mark.parametrize("number", ["", "7", "-1", "9" * 50, "²", "one"])
def test_a_comment_there_is_not_cannot_be_settled(number, client_for, officer, bid):
    page = client_for(officer).post(address(bid, "/comments/settled"), data={"number": number})

    assert (page.status_code, "there is no such comment" in page.text) == (422, True)


def test_an_empty_or_far_too_long_comment_is_refused_and_kept(client_for, officer, bid):
    client = client_for(officer)

    empty = client.post(address(bid, "/comments"), data={"comment": " "})
    long = client.post(address(bid, "/comments"), data={"comment": "Kept. " + "a" * 4000})

    assert (empty.status_code, "Enter your comment" in empty.text) == (422, True)
    assert (long.status_code, "Kept. aaa" in long.text) == (422, True)
    assert db.session.scalars(select(ClauseEvent)).all() == []


def test_a_colleague_is_asked_with_a_mail_that_says_nothing_of_the_clause(
    client_for, officer, reviewer, bid, stands
):
    client = client_for(officer)

    client.post(
        address(bid, "/assigned"), data={"person": reviewer.token, "asked": f"See {SECRET}"}
    )

    assert stands(bid).assigned.assigned_to == "Ruth Okafor"
    (mail,) = messages_to(reviewer.email)
    assert (SECRET in mail.text, "Rook" in mail.text, "C13" in mail.subject) == (
        False,
        False,
        False,
    )
    assert SECRET in client.get(address(bid)).text
    mine = client_for(reviewer).get("/tenders/").text
    assert "A clause of a contract schedule is yours to look at" in mine

    client.post(address(bid, "/assigned"), data={"person": "", "asked": ""})

    assert stands(bid).assigned is None
    assert "is yours to look at" not in client_for(reviewer).get("/tenders/").text


def test_nobody_is_offered_who_may_not_change_the_schedule(client_for, officer, authority, bid):
    keeper = make_person(Role.CONTRACT_MANAGER, authority, name="Cora Manage")
    elsewhere = make_person(Role.REVIEWER, name="Elsa Where")

    page = client_for(officer).get(address(bid, "/assigned")).text
    tried = [
        client_for(officer).post(address(bid, "/assigned"), data={"person": token}).status_code
        for token in (keeper.token, elsewhere.token, "nobody", "\x07")
    ]

    assert ("Cora Manage" in page, "Elsa Where" in page) == (False, False)
    assert tried == [422] * 4


def test_a_reviewer_approves_and_the_page_says_who(client_for, officer, reviewer, bid, stands):
    redraft(client_for(officer), bid)
    assert (str(stands(bid).state), stands(bid).must_be_approved) == ("edited", True)

    sent = verdict(client_for(reviewer), bid, words="Fine.")

    assert sent.status_code == 302
    assert (str(stands(bid).state), stands(bid).must_be_approved) == ("approved", False)
    page = client_for(officer).get(address(bid)).text
    assert "by Ruth Okafor" in page


def test_nobody_approves_words_of_his_own(client_for, reviewer, officer, authority, bid, stands):
    redraft(client_for(reviewer), bid)
    redraft(client_for(officer), bid, "The Supplier must call twice.", based_on=1)

    own = verdict(client_for(reviewer), bid)

    assert (own.status_code, "because you wrote it" in own.text) == (422, True)
    other = make_person(Role.REVIEWER, authority, name="Omar Other")
    assert verdict(client_for(other), bid).status_code == 302
    assert str(stands(bid).state) == "approved"


def test_an_officer_cannot_approve(client_for, officer, bid):
    answer = client_for(officer).post(address(bid, "/verdict"), data={"decision": "approve"})

    assert answer.status_code == 403
    assert client_for(officer).post(f"/schedules/{bid.token}/approvals").status_code == 403


def test_what_was_not_shown_is_not_approved(client_for, officer, reviewer, bid, stands):
    client = client_for(reviewer)
    page = client.get(address(bid)).text
    sha256 = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)[1]
    redraft(client_for(officer), bid)

    sent = client.post(
        address(bid, "/verdict"), data={"sha256": sha256, "decision": "approve", "verdict": ""}
    )

    assert (sent.status_code, "changed since you opened the page" in sent.text) == (422, True)
    assert str(stands(bid).state) == "edited"


def test_a_clause_is_sent_back_with_words_and_waits_until_it_is_approved(
    client_for, officer, reviewer, bid, stands
):
    client = client_for(reviewer)

    without = verdict(client, bid, "send-back")
    verdict(client, bid, "send-back", "Say whom to call")

    assert (without.status_code, "Enter what has to change" in without.text) == (422, True)
    assert (str(stands(bid).state), stands(bid).must_be_approved) == ("sent back", True)
    redraft(client_for(officer), bid)
    assert (str(stands(bid).state), stands(bid).must_be_approved) == ("edited", True)
    verdict(client, bid)
    assert str(stands(bid).state) == "approved"


def test_an_approval_no_longer_counts_once_a_value_changes_and_the_page_says_which(
    client_for, officer, reviewer, bid, stands
):
    verdict(client_for(reviewer), bid)

    fill(client_for(officer), bid, "12")

    assert str(stands(bid).state) == "to look at again"
    assert [line for line in stands(bid).changed if "24 → 12" in line]
    page = client_for(officer).get(address(bid)).text
    assert "Changed since it was approved" in page
    assert "24 → 12" in page


def test_an_approval_counts_again_once_everything_is_as_it_was(
    client_for, officer, reviewer, bid, stands
):
    client = client_for(officer)
    redraft(client, bid)
    verdict(client_for(reviewer), bid)
    redraft(client, bid, "The Supplier must write.", based_on=1)
    assert (str(stands(bid).state), stands(bid).must_be_approved) == ("edited", True)

    redraft(client, bid, based_on=2)

    assert str(stands(bid).state) == "approved"


def test_a_comment_after_the_approval_has_to_be_settled_or_approved_again(
    client_for, officer, reviewer, bid, stands
):
    verdict(client_for(reviewer), bid)
    client_for(officer).post(address(bid, "/comments"), data={"comment": "Wait"})
    assert stands(bid).must_be_approved

    verdict(client_for(reviewer), bid)

    assert not stands(bid).must_be_approved


def test_everything_as_in_the_library_is_approved_in_one_step(
    client_for, officer, reviewer, bid, stands
):
    redraft(client_for(officer), bid)
    client_for(officer).post(address(bid, "/comments", "C16"), data={"comment": "Wait"})

    client_for(reviewer).post(f"/schedules/{bid.token}/approvals")

    states = [str(stands(bid, name).state) for name in ("C01", "C13", "C16")]
    assert states == ["approved", "edited", "proposed"]
    page = client_for(reviewer).get(f"/schedules/{bid.token}").text
    assert "2 clauses have to be approved by a reviewer" in page
    assert "as in the library</button>" not in page


def test_who_only_reads_sees_what_was_said_and_no_form(client_for, officer, authority, bid):
    client_for(officer).post(address(bid, "/comments"), data={"comment": "See annex"})

    page = client_for(make_person(Role.AUDITOR, authority)).get(address(bid)).text

    assert ("See annex" in page, "Save the comment" in page, "/words" in page) == (
        True,
        False,
        False,
    )


@pytest.mark.both_databases
def test_what_was_done_is_only_ever_added(client_for, officer, reviewer, bid):
    client_for(officer).post(address(bid, "/comments"), data={"comment": "One"})
    verdict(client_for(reviewer), bid)
    client_for(officer).post(address(bid, "/comments/settled"), data={"number": "1"})

    rows = db.session.scalars(select(ClauseEvent).order_by(ClauseEvent.number)).all()

    assert [(row.number, row.step, row.about) for row in rows] == [
        (1, ClauseStep.COMMENT, None),
        (2, ClauseStep.APPROVED, None),
        (3, ClauseStep.SETTLED, 1),
    ]


def test_an_edited_clause_stands_in_the_way_of_the_issue_until_a_reviewer_approves(
    client_for, officer, reviewer, bid
):
    client = client_for(officer)
    redraft(client, bid)
    issue = f"/schedules/{bid.token}/issue"

    before = client.get(issue).text
    verdict(client_for(reviewer), bid)
    after = client.get(issue).text

    words = "has to be approved by a reviewer: it is not as the library has it"
    assert (words in before, words in after) == (True, False)
    assert f'href="{address(bid)}"' in before


def test_whoever_still_marks_alone_sees_nothing_of_it_and_is_not_offered(
    client_for, officer, reviewer, authority, bid
):
    client_for(officer).post(address(bid, "/comments"), data={"comment": f"Why {SECRET}?"})
    alone = make_person(Role.OFFICER, authority, name="Alma Alone")
    scoring.allocate(bid.tender, ["SLP-01"], [alone.id], by=viewer_of(officer))
    web = client_for(alone)

    seen = [web.get(address(bid, rest)) for rest in ("", "/words", "/assigned")]
    sent = [
        web.post(address(bid, rest), data={"comment": "Mine", "person": reviewer.token})
        for rest in ("/comments", "/comments/settled", "/assigned", "/words")
    ]

    assert [SECRET in page.text for page in seen] == [False] * 3
    assert {page.status_code for page in (*seen, *sent)} == {409}
    assert len(db.session.scalars(select(ClauseEvent)).all()) == 1
    assert "Alma Alone" not in client_for(reviewer).get(address(bid, "/assigned")).text


def test_leaving_a_clause_out_waits_for_a_reviewer_who_did_not_leave_it_out(
    client_for, officer, reviewer, authority, bid, stands, app
):
    form = {"based_on": "0", "wish": "exclude", "reason": "The main contract covers it"}
    mine = client_for(reviewer)
    assert mine.post(address(bid, clause="C28"), data=form).status_code == 302

    def ways():
        with app.test_request_context():
            found = queries.scheduled_bid(viewer_of(officer), bid.token, to="schedule:read")
            return [way.words for way in ways_in(found) if way.target == "C28"]

    assert stands(bid, "C28").must_be_approved
    assert [words.partition(":")[0] for words in ways()] == [
        "Nobody but its author agreed that C28 is left out"
    ]
    refused = verdict(mine, bid, clause="C28")
    assert (refused.status_code, "because you left it out" in refused.text) == (422, True)

    other = client_for(make_person(Role.REVIEWER, authority, name="Omar Diaz"))
    assert verdict(other, bid, clause="C28").status_code == 302
    assert (stands(bid, "C28").must_be_approved, ways()) == (False, [])
    assert "Approved by Omar Diaz" in other.get(address(bid, clause="C28")).text


def test_a_comment_that_is_open_stands_in_the_way_whatever_became_of_the_clause(
    client_for, officer, reviewer, bid, app
):
    client = client_for(officer)
    client.post(address(bid, "/comments"), data={"comment": "Why?"})

    def ways():
        with app.test_request_context():
            found = queries.scheduled_bid(viewer_of(officer), bid.token, to="schedule:read")
            listed = [way.words for way in ways_in(found) if way.target == "C13"]
            return [words.rpartition(": ")[2] for words in listed]

    assert ways() == ["1 comment is open"]
    verdict(client_for(reviewer), bid)
    assert ways() == ["1 comment is open"]
    client.post(address(bid, "/comments/settled"), data={"number": "1"})
    assert ways() == []
