"""The schedule of the successful bid is issued by two people, and kept word for word."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm.attributes import set_committed_value

from accounts.rules.roles import Role
from contract_clauses import seals, service
from contract_clauses.loader import raw_library
from contract_clauses.models import ClauseRedraft, IssuedSchedule
from contract_clauses.queries.issuing import issues_of_bid, last_approved, schedule_in, text_of
from contract_clauses.rules.issuing import CannotIssue
from contract_clauses.rules.redrafting import Redraft, Words
from contract_clauses.rules.redrafts_kept import as_kept
from foundation import clock
from foundation.audit import AuditEntry
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.keys import SealBroken
from foundation.mail import messages_to
from supplier_portal import seals as bid_seals
from tests import contracting
from tests.factories import make_authority, make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT


@pytest.fixture
def tender(officer):
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=contracting.FACTS)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Larkfield")
    opened()
    return bid


@pytest.fixture
def ready(bid, officer):
    """A successful bid with nothing in the way of its schedule."""
    contracting.award_to(bid)
    contracting.settle(bid, officer)
    return bid


@pytest.fixture
def reviewer(authority):
    return make_person(Role.REVIEWER, authority, name="Ruth Okafor")


def page(bid, rest=""):
    return f"/schedules/{bid.token}/issue{rest}"


def hash_on(client, bid):
    return re.search(r'name="sha256" value="([0-9a-f]{64})"', client.get(page(bid)).text)[1]


def test_what_stands_in_the_way_is_listed_and_refused(client_for, bid, officer):
    client = client_for(officer)

    seen = client.get(page(bid)).text
    refused = client.post(page(bid), data={"sha256": "0" * 64})

    assert "The bid is not recommended as successful" in seen
    assert "Nobody has decided on a proposed risk: R" in seen
    assert 'name="sha256"' not in seen
    assert refused.status_code == 422
    assert issues_of_bid(bid.id) == ()


def test_one_asks_and_another_approves_the_very_text(client_for, ready, officer, reviewer):
    client = client_for(officer)
    sha256 = hash_on(client, ready)

    asked = client.post(page(ready), data={"sha256": sha256, "words": "As agreed on Monday"})
    waits = issues_of_bid(ready.id)[0]
    own = client.post(
        page(ready, "/decision"),
        data={"issue": waits.request.token, "decision": "approve", "words": ""},
    )
    approved = client_for(reviewer).post(
        page(ready, "/decision"),
        data={"issue": waits.request.token, "decision": "approve", "words": "Read in full"},
    )

    assert (asked.status_code, own.status_code, approved.status_code) == (302, 422, 302)
    (issue,) = issues_of_bid(ready.id)
    key = bid_seals.opened_key(ready)
    assert (issue.version, issue.sha256) == (1, sha256)
    assert issue.answer.done_by.name == "Ruth Okafor"
    assert sha256_hex(text_of(issue, key)) == sha256
    schedule = schedule_in(issue, key)
    assert schedule.status == "Issued, version 1"
    assert schedule.clauses == contracting.read(ready, officer).schedule.clauses
    assert [message.kind for message in messages_to(reviewer.email)] == ["schedule.issue_asked"]
    assert messages_to(officer.email)[0].kind == "schedule.issue_answered"


@pytest.mark.both_databases
def test_neither_the_text_nor_an_answer_is_ever_changed(ready, officer, reviewer):
    contracting.issue(ready, officer, reviewer)

    for statement in (
        "UPDATE issued_schedule SET words = 'other'",
        "DELETE FROM issued_schedule",
    ):
        with pytest.raises(DatabaseError), transaction():
            db.session.execute(text(statement))


def test_a_text_that_is_not_the_one_its_hash_names_is_no_schedule(ready, officer, reviewer):
    contracting.ask(ready, officer)
    contracting.approve(ready, reviewer)
    issue = last_approved(issues_of_bid(ready.id))
    set_committed_value(issue.request, "sha256", "0" * 64)

    with pytest.raises(SealBroken):
        text_of(issue, bid_seals.opened_key(ready))


def test_the_record_holds_hashes_and_no_words(ready, officer, reviewer):
    contracting.ask(ready, officer, words="Velvet-Harpsichord")
    contracting.approve(ready, reviewer)

    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.in_(["schedule.issue_asked", "schedule.issued"]))
    ).all()
    assert [entry.action for entry in entries] == ["schedule.issue_asked", "schedule.issued"]
    sha256 = issues_of_bid(ready.id)[0].sha256
    assert {json.loads(entry.details)["sha256"] for entry in entries} == {sha256}
    assert all("Velvet" not in entry.details for entry in entries)


def test_a_request_is_turned_down_with_words_and_asked_for_again(
    client_for, ready, officer, reviewer
):
    token = contracting.ask(ready, officer).token
    client = client_for(reviewer)
    form = {"issue": token, "decision": "turn-down"}

    silent = client.post(page(ready, "/decision"), data=form | {"words": " "})
    refused = client.post(page(ready, "/decision"), data=form | {"words": "Clause 14 is unclear"})
    late = client.post(page(ready, "/decision"), data=form | {"words": "Again"})

    assert (silent.status_code, refused.status_code, late.status_code) == (422, 302, 422)
    assert "Enter why" in silent.text
    assert "because it was answered already" in late.text
    assert "Clause 14 is unclear" in client.get(page(ready)).text
    contracting.issue(ready, officer, reviewer)
    assert [one.version for one in issues_of_bid(ready.id)] == [0, 1]


def test_whoever_asked_takes_it_back_with_a_word_why(client_for, ready, officer):
    token = contracting.ask(ready, officer).token

    done = client_for(officer).post(
        page(ready, "/decision"),
        data={"issue": token, "decision": "turn-down", "words": "Too early"},
    )

    assert done.status_code == 302
    assert "Taken back by Ines Roy" in client_for(officer).get(page(ready)).text


def test_a_draft_that_changed_since_is_not_approved(client_for, ready, officer, reviewer):
    contracting.ask(ready, officer)
    change(ready, officer)

    with pytest.raises(CannotIssue, match="changed after it was asked for"):
        contracting.approve(ready, reviewer)

    client = client_for(reviewer)
    seen = client.get(page(ready)).text
    assert "The schedule changed after this was asked for" in seen
    assert "Approve: it is issued as it stands" not in seen
    assert re.findall(r'name="decision" [^>]*', seen) == ['name="decision" value="turn-down"']
    (issue,) = issues_of_bid(ready.id)
    form = {"issue": issue.request.token, "decision": "turn-down"}
    without = client.post(page(ready, "/decision"), data=form | {"words": ""})
    turned = client.post(page(ready, "/decision"), data=form | {"words": "It changed"})
    assert (without.status_code, "Enter why" in without.text) == (422, True)
    assert turned.status_code == 302
    assert not issues_of_bid(ready.id)[0].is_waiting


def change(bid, officer, days="7"):
    """Let a clause of every schedule give another number of days."""
    found = contracting.read(bid, officer)
    stands = found.values.get(("C06", "return_days"))
    service.fill_variable(
        found, "C06", "return_days", days, "As agreed",
        based_on=stands.number if stands else 0, by=viewer_of(officer),
    )  # fmt: skip


def test_nobody_asks_for_a_text_he_was_not_shown(client_for, ready, officer):
    client = client_for(officer)
    sha256 = hash_on(client, ready)
    change(ready, officer)

    refused = client.post(page(ready), data={"sha256": sha256, "words": "Kept words"})

    assert refused.status_code == 422
    assert "because the schedule changed since you opened the page" in refused.text
    assert "Kept words" in refused.text
    assert sha256 not in refused.text


def test_a_later_version_gets_a_number_and_says_what_it_changed(
    client_for, ready, officer, reviewer
):
    contracting.issue(ready, officer, reviewer)
    client = client_for(officer)
    assert (
        "Version 1 is issued, and the schedule still says the same" in client.get(page(ready)).text
    )
    with pytest.raises(CannotIssue, match="version 1 says the same"):
        contracting.ask(ready, officer)

    change(ready, officer)
    contracting.issue(ready, officer, reviewer)

    second = last_approved(issues_of_bid(ready.id))
    told = client.get(f"/schedules/{ready.token}/issues/{second.request.token}").text
    assert second.version == 2
    assert "Exit, return and deletion of data (C06): changed" in told
    assert "Within 7 Working Days of the Expiry Date, or of an earlier request" in told
    assert "Within 10 Working Days of the Expiry Date, or of an earlier request" in told
    assert "Device and product security" not in told


def test_the_word_file_bears_version_and_hash_and_is_no_draft(client_for, ready, officer, reviewer):
    client = client_for(officer)
    token = contracting.ask(ready, officer).token
    draft = client.get(f"/schedules/{ready.token}/issues/{token}/schedule.docx")
    contracting.approve(ready, reviewer)
    issued = client.get(f"/schedules/{ready.token}/issues/{token}/schedule.docx")

    assert "larkfield-schedule-draft.docx" in draft.headers["Content-Disposition"]
    assert "Draft for legal review" in words_of(draft)
    assert "larkfield-schedule-v1.docx" in issued.headers["Content-Disposition"]
    assert "Draft for legal review" not in words_of(issued)
    sha256 = issues_of_bid(ready.id)[0].sha256
    grouped = " ".join(sha256[start : start + 8] for start in range(0, 64, 8))
    assert grouped in words_of(issued)
    assert "by Ruth Okafor" in words_of(issued)


def words_of(response):
    with zipfile.ZipFile(BytesIO(response.data)) as package:
        parts = [package.read(name).decode() for name in package.namelist() if "word/" in name]
    return re.sub(r"<[^>]+>", "", "".join(parts))


def test_others_find_nothing(client_for, ready, officer, reviewer):
    token = contracting.issue(ready, officer, reviewer).token
    stranger = client_for(make_person(Role.OFFICER, make_authority()))

    assert stranger.get(page(ready)).status_code == 404
    assert stranger.get(f"/schedules/{ready.token}/issues/{token}").status_code == 404
    answer = db.session.scalars(
        select(IssuedSchedule).where(IssuedSchedule.answers_id.is_not(None))
    ).one()
    # An answer is no issue of its own.
    mine = client_for(officer).get(f"/schedules/{ready.token}/issues/{answer.token}")
    assert mine.status_code == 404


def test_before_the_results_it_tells_only_those_who_may_see_the_ranking(
    client_for, bid, authority, officer
):
    manager = client_for(make_person(Role.CONTRACT_MANAGER, authority))

    assert manager.get(page(bid)).status_code == 404
    assert page(bid) not in manager.get(f"/schedules/{bid.token}").text
    assert page(bid) in client_for(officer).get(f"/schedules/{bid.token}").text
    contracting.award_to(bid)
    assert manager.get(page(bid)).status_code == 200


def test_who_only_reads_decides_nothing(client_for, ready, officer, authority):
    token = contracting.ask(ready, officer).token
    client = client_for(make_person(Role.AUDITOR, authority))

    refused = client.post(
        page(ready, "/decision"), data={"issue": token, "decision": "approve", "words": ""}
    )

    assert refused.status_code == 403
    assert client.get(page(ready)).status_code == 200


def test_the_page_asks_the_same_few_statements_however_many_issues(
    client_for, ready, officer, reviewer, statements_counted
):
    client = client_for(officer)
    contracting.issue(ready, officer, reviewer)
    with statements_counted() as few:
        client.get(page(ready))
    for days in ("5", "6", "7"):
        change(ready, officer, days)
        contracting.issue(ready, officer, reviewer)
    with statements_counted() as many:
        client.get(page(ready))

    assert len(many) == len(few)
    assert len(many) <= 15


@pytest.mark.parametrize("words", ["The Supplier must call at once.", None])
def test_words_for_another_library_stand_in_the_way_though_the_clause_is_approved(
    words, client_for, ready, officer, reviewer
):
    client, clause = client_for(officer), f"/schedules/{ready.token}/clauses/C13"
    with transaction():
        key = bid_seals.opened_key(ready)
        kept = as_kept(Redraft(changed={"1": Words("The Supplier must write.")}))
        name = seals.redraft_name(ready.token, "C13", 1)
        db.session.add(
            ClauseRedraft(
                bid_id=ready.id,
                clause_id="C13",
                number=1,
                sealed_words=seals.seal(seals.REDRAFT, name, key, kept),
                library_fingerprint="0" * 64,
                reason="Asked",
                done_by_id=officer.id,
                done_at=clock.now(),
            )
        )

    web = client_for(reviewer)
    shown = re.search(r'name="sha256" value="([0-9a-f]{64})"', web.get(clause).text)[1]
    agreed = web.post(
        f"{clause}/verdict", data={"sha256": shown, "decision": "approve", "verdict": ""}
    )
    before = client.get(page(ready)).text
    refused = client.post(page(ready), data={"sha256": "0" * 64})
    form = {"action": "save", "reason": "Anew", "based_on": "1"}
    sent = client.post(f"{clause}/words", data=form | ({"words-1": words} if words else {}))
    after = client.get(page(ready)).text

    said = "prints without the words somebody wrote for it"
    assert agreed.status_code == 302
    assert (said in before, said in after) == (True, False)
    assert f'href="{clause}/words"' in before
    assert (refused.status_code, sent.status_code) == (422, 302)
    assert issues_of_bid(ready.id) == ()
