"""Late bids after the opening: unread until decided, with a reason, under the published rule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from accounts.rules.roles import Role
from foundation import clock
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.mail import Message
from foundation.outages import Outage
from scoring import queries, service
from scoring.models import LateDecision, Mark, RiskRow
from scoring.queries.deciding import deciding
from scoring.queries.late import late_bid, late_bids, late_waiting
from scoring.rules.lateness import CannotAdmit, LateDecidedAlready
from scoring.service.evaluating import LateBidWaits
from scoring.service.late import decide_late
from supplier_portal import queries as portal_queries
from supplier_portal.models import Bid, LateSubmission, OutageMet, Submission
from supplier_portal.service.outages import note_whom_it_met
from tests.factories import make_person, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT, LATE_TEXT, OPENS_AT, WHY_LATE

REASON = "The service itself did not run in the last ten minutes before closing"


def decide(entry, officer, *, admitted):
    return decide_late(entry, admitted=admitted, reason=REASON, by=viewer_of(officer))


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_page_tells_who_when_how_late_and_why_and_nothing_the_bid_says(
    make_late, opened, officer, client_for
):
    make_late("Quayside")
    tender = opened()

    page = client_for(officer).get(f"/evaluation/tenders/{tender.token}/late").text

    assert [word in page for word in ("Quayside", WHY_LATE, "1 minute after the closing time")] == [
        True
    ] * 3
    assert LATE_TEXT not in page


def test_before_the_opening_there_is_no_such_page_and_nothing_to_find(
    make_late, tender, officer, client_for, at
):
    make_late("Quayside")
    late = db.session.scalars(select(LateSubmission)).one()
    for moment in (clock.now(), CLOSES_AT + timedelta(minutes=5)):
        at(moment)
        client = client_for(officer)
        answers = [
            client.get(f"/evaluation/tenders/{tender.token}/late").status_code,
            client.get(f"/evaluation/late/{late.token}").status_code,
        ]
        assert answers == [404, 404]
    with pytest.raises(NoResultFound):
        late_bids(tender)
    assert late_waiting(tender) == 0


def test_until_it_is_decided_nobody_reads_it(make_late, opened, officer, client_for):
    bid, _ = make_late("Quayside")
    tender = opened()

    with pytest.raises(NoResultFound):
        portal_queries.opened_bid(viewer_of(officer), bid.token)
    assert queries.bids_in_evaluation(viewer_of(officer), tender) == []
    assert client_for(officer).get(f"/evaluation/bids/{bid.token}").status_code == 404


@pytest.mark.both_databases
def test_admitted_it_is_a_bid_as_any_other_with_its_risks_proposed(
    make_late, make_bid, opened, officer
):
    make_bid("Larkfield")
    bid, lead = make_late("Quayside")
    tender = opened()
    before = count(RiskRow)
    (entry,) = late_bids(tender)

    decide(entry, officer, admitted=True)
    db.session.expire_all()

    read = queries.bids_in_evaluation(viewer_of(officer), tender)
    assert [one.name for one in read] == ["Larkfield", "Quayside"]
    assert (bid.stage, read[1].opened.number, count(RiskRow) > before) == ("admitted", 1, True)
    assert read[1].opened.answers["SLP-07.a"] == LATE_TEXT
    assert read[1].opened.arrived_at == CLOSES_AT + timedelta(minutes=1)
    letter = db.session.scalars(select(Message).where(Message.kind == "late.decided")).one()
    assert letter.recipient == lead.email
    assert letter.subject == f"Your late bid for {tender.reference} is admitted"
    assert REASON not in letter.text


def test_admitted_beside_one_in_time_it_takes_its_place_with_the_next_number(
    make_late, opened, officer
):
    bid, _ = make_late("Quayside", in_time=True)
    tender = opened()
    first = portal_queries.published_commitments(tender)
    (entry,) = late_bids(tender)
    assert entry.has_in_time

    decide(entry, officer, admitted=True)
    db.session.expire_all()

    (read,) = queries.bids_in_evaluation(viewer_of(officer), tender)
    assert (read.opened.number, bid.stage) == (2, "opened")
    assert read.opened.content_hash == entry.late.content_hash
    # What was published at the opening stays as it was.
    assert portal_queries.published_commitments(tender) == first
    assert portal_queries.published_late(tender) == [entry.late.commitment]


def test_a_receipt_of_what_was_admitted_is_still_the_one_the_company_holds(
    make_late, opened, officer, client_for
):
    bid, lead = make_late("Quayside", in_time=True)
    tender, client = opened(), client_for(lead)
    before = client.get(f"/bids/{bid.token}/late/2/receipt.json").json
    decide(late_bids(tender)[0], officer, admitted=True)

    after = client.get(f"/bids/{bid.token}/submissions/2/receipt.json").json

    assert after == before


def test_refused_it_is_never_read_and_the_company_is_told_with_the_reason(
    make_late, opened, officer, client_for
):
    bid, lead = make_late("Quayside")
    tender = opened()

    decide(late_bids(tender)[0], officer, admitted=False)
    db.session.expire_all()

    assert (count(Submission), bid.stage, bid.key_for_tender) == (0, "draft", None)
    with pytest.raises(NoResultFound):
        portal_queries.opened_bid(viewer_of(officer), bid.token)
    page = client_for(lead).get(f"/evaluation/my-bids/{bid.token}/after").text
    assert ("refused, and never read" in page, REASON in page) == (True, True)
    letter = db.session.scalars(select(Message).where(Message.kind == "late.decided")).one()
    assert (letter.recipient, letter.subject) == (
        lead.email,
        f"Your late bid for {tender.reference} is refused",
    )


@pytest.mark.parametrize(("admitted", "word"), [(True, "admitted"), (False, "refused")])
def test_the_page_of_the_bid_says_what_was_decided_when_and_why(
    make_late, opened, officer, client_for, admitted, word
):
    bid, lead = make_late("Quayside")
    tender, client = opened(), client_for(lead)
    before = client.get(f"/bids/{bid.token}").text
    decide(late_bids(tender)[0], officer, admitted=admitted)

    after = client.get(f"/bids/{bid.token}").text

    told = f"The council <strong>{word}</strong> it on 2 December 2026"
    assert (told in before, told in after) == (False, True)
    assert (REASON in before, REASON in after) == (False, True)
    assert f'href="/evaluation/my-bids/{bid.token}/after#late"' in after


def test_a_decision_is_on_the_record_with_the_hash_of_its_reason(make_late, opened, officer):
    make_late("Quayside")
    tender = opened()

    decision = decide(late_bids(tender)[0], officer, admitted=False)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "late.refused")).one()
    assert (decision.reason, decision.decided_by_id) == (REASON, officer.id)
    assert REASON not in entry.details


def test_it_is_decided_once(make_late, opened, officer):
    make_late("Quayside")
    tender = opened()
    (entry,) = late_bids(tender)
    decide(entry, officer, admitted=False)

    with pytest.raises(LateDecidedAlready):
        decide(entry, officer, admitted=True)

    assert count(LateDecision) == 1


@pytest.mark.parametrize("reason", ["", "too short", " " * 40])
def test_without_a_reason_nothing_is_decided(make_late, opened, officer, reason):
    make_late("Quayside")
    (entry,) = late_bids(opened())

    with pytest.raises(service.ReasonTooShort):
        decide_late(entry, admitted=True, reason=reason, by=viewer_of(officer))

    assert (count(LateDecision), count(Submission)) == (0, 0)


def test_while_it_waits_the_bid_in_time_is_not_marked(make_late, opened, officer, mark_all):
    bid, _ = make_late("Quayside", in_time=True)
    tender = opened()

    with pytest.raises(LateBidWaits):
        mark_all(bid)

    decide(late_bids(tender)[0], officer, admitted=False)
    mark_all(bid)


def test_it_cannot_take_the_place_of_what_is_marked(make_late, opened, officer, mark_all):
    bid, _ = make_late("Quayside", in_time=True)
    tender = opened()
    (entry,) = late_bids(tender)
    read = queries.bid_in_evaluation(viewer_of(officer), bid.token, to="mark:read")
    with transaction():
        # As if it had been marked before late bids were looked at.
        db.session.add(
            Mark(
                bid_id=bid.id,
                question_id=read.to_mark[0],
                number=1,
                mark=3,
                points={},
                cites=[],
                warned=[],
                reason=REASON,
                feedback="",
                internal_comment="",
                suggested=3,
                evaluator_id=officer.id,
                saved_at=clock.now(),
            )
        )

    with pytest.raises(CannotAdmit):
        decide(entry, officer, admitted=True)

    assert (count(LateDecision), count(Submission)) == (0, 1)


def test_results_wait_for_the_decision_and_the_pages_say_so(
    make_late, make_bid, opened, officer, client_for
):
    make_bid("Larkfield")
    make_late("Quayside")
    tender = opened()
    client = client_for(officer)

    with pytest.raises(service.NotReady, match="something is missing"):
        service.recommend(tender, {}, REASON, read="", by=viewer_of(officer))
    missing = deciding(viewer_of(officer), tender).missing_of_tender
    assert missing[0].words == "1 late bid waits for a decision"
    for page in (
        f"/evaluation/tenders/{tender.token}",
        f"/evaluation/tenders/{tender.token}/results",
    ):
        assert "1 late bid waits for a decision" in client.get(page).text


def test_the_officer_decides_on_the_page(make_late, opened, officer, client_for):
    bid, _ = make_late("Quayside")
    tender, client = opened(), client_for(officer)
    (entry,) = late_bids(tender)
    address = f"/evaluation/late/{entry.late.token}"

    for reason in ("", "Too short"):
        short = client.post(address, data={"decision": "admit", "reason": reason})
        assert short.status_code == 422
        assert "characters that says what made the bid late and how you know" in short.text
        assert "names an answer" not in short.text
    wrong = client.post(address, data={"decision": "", "reason": REASON})
    done = client.post(address, data={"decision": "admit", "reason": REASON})
    again = client.post(address, data={"decision": "refuse", "reason": REASON})

    assert (wrong.status_code, REASON in wrong.text) == (422, True)
    assert (done.status_code, done.location) == (
        302,
        f"/evaluation/tenders/{tender.token}/late",
    )
    assert (again.status_code, REASON in again.text) == (422, True)
    assert "Admitted" in client.get(done.location).text
    assert db.session.get_one(Bid, bid.id).stage == "admitted"


@pytest.mark.parametrize("role", [Role.EVALUATOR, Role.MODERATOR, Role.AUDITOR])
def test_only_an_officer_decides(make_late, opened, authority, client_for, role):
    make_late("Quayside")
    (entry,) = late_bids(opened())
    client = client_for(make_person(role, authority))

    sent = {"decision": "admit", "reason": REASON}
    answer = client.post(f"/evaluation/late/{entry.late.token}", data=sent)

    assert (answer.status_code, count(LateDecision)) == (403, 0)


def test_another_authority_finds_nothing(make_late, opened, client_for):
    make_late("Quayside")
    tender = opened()
    (entry,) = late_bids(tender)
    stranger = client_for(Role.OFFICER)

    pages = [f"tenders/{tender.token}/late", f"late/{entry.late.token}"]
    assert [stranger.get(f"/evaluation/{page}").status_code for page in pages] == [404, 404]
    with pytest.raises(NoResultFound):
        late_bid(viewer_of(make_person(Role.OFFICER)), entry.late.token)


def test_once_the_tender_is_decided_nothing_is_admitted(make_late, opened, officer, client_for):
    make_late("Quayside")
    tender = opened()
    (entry,) = late_bids(tender)
    with transaction():
        tender.stage = "decided"

    with pytest.raises(service.NotInEvaluation):
        decide(entry, officer, admitted=True)


def test_the_page_shows_the_outage_that_met_the_bid(make_late, opened, officer, client_for, at):
    with transaction():
        outage = Outage(
            began_at=CLOSES_AT - timedelta(minutes=15),
            ended_at=CLOSES_AT - timedelta(minutes=2, seconds=30),
            noticed_at=CLOSES_AT,
        )
        db.session.add(outage)
    bid, _ = make_late("Quayside")
    make_late("Harbour")
    with transaction():
        bid = db.session.get_one(Bid, bid.id)
        bid.changed_at = CLOSES_AT - timedelta(hours=1)
        other = db.session.scalars(select(Bid).where(Bid.id != bid.id)).one()
        other.changed_at = CLOSES_AT - timedelta(hours=30)
    with transaction():
        note_whom_it_met(outage)
    tender = opened()

    entries = {entry.name: entry for entry in late_bids(tender)}
    page = client_for(officer).get(f"/evaluation/tenders/{tender.token}/late").text

    assert [len(entries[name].met) for name in ("Quayside", "Harbour")] == [1, 0]
    assert count(OutageMet) == 1
    words = "(12 minutes 30 seconds), which ended 2 minutes 30 seconds before bids close"
    assert page.count(words) == 2
    assert tender.opened_at == OPENS_AT


def test_the_page_of_late_bids_asks_as_much_for_many_as_for_one(
    make_late, opened, officer, client_for, statements_counted
):
    for number in range(4):
        make_late(f"Quayside {number}")
    tender, client = opened(), client_for(officer)

    with statements_counted() as statements:
        client.get(f"/evaluation/tenders/{tender.token}/late")

    assert len(statements) <= 15
