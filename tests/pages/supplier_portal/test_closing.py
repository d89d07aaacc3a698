"""The last complete saved version counting at the closing time, where the company asked for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock, jobs
from foundation.audit import AuditEntry
from foundation.database import db, transaction
from foundation.jobs import Job
from foundation.mail import Message
from supplier_portal import queries, seals, service
from supplier_portal.models import Submission
from supplier_portal.rules.submission import TooLate
from supplier_portal.service.closing import SAFE
from tenders import service as tenders
from tenders.queries import questionnaire_of
from tests.documents.scoring.bids import answer
from tests.factories import make_authority, make_open_tender, make_person, viewer_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def officer(app):
    return make_person(Role.OFFICER, make_authority())


@pytest.fixture
def tender(officer):
    tender = make_open_tender(officer, closes_at=clock.now() + timedelta(hours=2))
    offer(tender)
    return tender


def offer(tender, counts=True):
    """What an officer sets before publishing."""
    with transaction():
        tender.last_saved_counts = counts


@pytest.fixture
def complete(bid, lead, tender):
    """Answer everything that is required."""

    def answer_all(**changed):
        by, parts = viewer_of(lead), questionnaire_of(tender).parts
        answers = {
            part.id: (0, with_exception(answer(part, True, "With care")))
            for part in parts.values()
            if part.kind != "file"
        }
        service.save_answers(bid, answers | changed, by=by, arrived_at=clock.now())
        for part in parts.values():
            if part.kind == "file":
                new = service.NewFile(f"{part.id}.pdf", PDF)
                service.add_evidence(bid, part, new, by=by, arrived_at=clock.now())
        assert queries.asked_answers(bid)[1] == 0

    return answer_all


def with_exception(value):
    if isinstance(value, dict) and value.get("answer") == "no":
        return value | {"exception": "Not in this version"}
    return value


@pytest.fixture
def ask(bid, lead):
    def count():
        service.count_at_closing(
            bid, by=viewer_of(lead), arrived_at=clock.now(), declared_by="Mara Voss", agreed=True
        )

    return count


@pytest.fixture
def submit(bid, lead):
    def hand_in():
        return service.submit_bid(
            bid,
            by=viewer_of(lead),
            arrived_at=clock.now(),
            declared_by="Mara Voss",
            knows_missing=True,
        )

    return hand_in


@pytest.fixture
def close(app, tender, at):
    """Let the closing time pass and the worker do what is due."""

    def pass_by(after=SAFE):
        at(tender.closes_at + after)
        jobs.run_due_jobs(app.extensions["job_handlers"])
        db.session.expire_all()

    return pass_by


@pytest.fixture
def open_bids(tender, officer, at):
    def opened():
        at(tender.closes_at + timedelta(minutes=2))
        with transaction():
            tenders.open_bids(tender, by=viewer_of(officer))
            service.note_opened(tender, by=viewer_of(officer))
        db.session.expire_all()
        return queries.opened_bids(viewer_of(officer), tender)

    return opened


def submissions():
    return list(db.session.scalars(select(Submission).order_by(Submission.number)))


def letters(kind):
    return list(db.session.scalars(select(Message).where(Message.kind == kind)))


@pytest.mark.both_databases
def test_what_is_saved_and_complete_is_handed_in_with_the_moment_of_its_last_change(
    bid, complete, ask, close, lead
):
    complete()
    ask()
    changed_at = bid.changed_at

    close()

    (submission,) = submissions()
    assert (submission.number, submission.by_the_clock) == (1, True)
    assert (submission.arrived_at, submission.author_id) == (changed_at, lead.id)
    assert submission.revision == bid.revision
    assert (bid.stage, bid.key_for_tender is not None) == ("submitted", True)
    said = queries.submitted_text(bid, queries.submission_of(bid, 1))
    assert '"declared_by":"Mara Voss"' in said
    (letter,) = letters("bid.submitted")
    assert letter.recipient == lead.email
    assert "was handed in at the closing time" in letter.subject
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "bid.submitted")).one()
    assert (entry.actor, '"by_the_clock":true' in entry.details) == ("system", True)


def test_it_is_handed_in_once_however_often_the_job_runs(bid, complete, ask, close, open_bids):
    complete()
    ask()
    close()
    for _ in range(2):
        with transaction():
            service.closing.hand_in_by_the_clock(service.bids.held(bid))

    opened = open_bids()

    assert [each.number for each in submissions()] == [1]
    assert [each.number for each in opened] == [1]
    assert len(letters("bid.submitted")) == 1


def test_opening_does_what_the_job_has_not_done(complete, ask, open_bids):
    complete()
    ask()

    (opened,) = open_bids()

    assert (opened.number, opened.bid.stage) == (1, "opened")
    assert submissions()[0].by_the_clock is True


def test_a_bid_with_an_answer_missing_is_not_handed_in_and_the_company_is_told_why(
    bid, save, ask, close, open_bids, lead
):
    save({"SLP-07.f": "offline"})
    ask()

    close()
    opened = open_bids()

    (letter,) = letters("bid.not_handed_in")
    assert (submissions(), opened, bid.stage) == ([], [], "draft")
    assert letter.recipient == lead.email
    assert "required answers are missing" in letter.text
    assert "no bid of your company takes part" in letter.text


def test_the_earlier_submission_stands_where_the_changes_since_are_not_complete(
    complete, save, ask, submit, open_bids
):
    complete()
    submit()
    ask()
    save({"SLP-07.a": None}, version=1)

    (opened,) = open_bids()

    assert (opened.number, [each.number for each in submissions()]) == (1, [1])
    assert "SLP-07.a" in opened.answers
    assert "Version 1, submitted before, stands." in letters("bid.not_handed_in")[0].text


def test_complete_changes_since_the_last_submission_replace_it(
    complete, save, ask, submit, open_bids
):
    complete()
    submit()
    ask()
    save({"SLP-07.a": "Better words"}, version=1)

    (opened,) = open_bids()

    assert (opened.number, opened.answers["SLP-07.a"]) == (2, "Better words")


def test_nothing_is_handed_in_twice_if_nothing_changed(complete, ask, submit, close):
    complete()
    submit()
    ask()

    close()

    assert [each.number for each in submissions()] == [1]
    assert letters("bid.not_handed_in") == []


def test_without_asking_only_what_is_submitted_counts(complete, close, open_bids):
    complete()

    close()

    assert (submissions(), open_bids()) == ([], [])


def test_what_was_asked_for_can_be_taken_back(bid, lead, complete, ask, close):
    complete()
    ask()
    service.do_not_count_at_closing(bid, by=viewer_of(lead), arrived_at=clock.now())

    close()

    assert (submissions(), bid.declared_for_closing) == ([], None)


def test_withdrawing_takes_it_back_too_and_says_so_before(
    bid, lead, client_for, complete, ask, submit, open_bids
):
    complete()
    ask()
    submit()
    page = client_for(lead).get(f"/bids/{bid.token}/withdraw").text
    assert "The closing time will hand nothing in either" in page
    service.withdraw_bid(bid, by=viewer_of(lead), arrived_at=clock.now())

    assert (open_bids(), bid.stage) == ([], "withdrawn")


def test_a_bid_that_wants_a_certifiers_word_is_handed_in_only_with_it(
    bid, lead, supplier, complete, ask, open_bids
):
    complete()
    service.require_sign_off(bid, True, by=viewer_of(lead), arrived_at=clock.now())
    ask()

    assert open_bids() == []
    assert "not signed off by a certifier" in letters("bid.not_handed_in")[0].text


def test_a_signed_off_bid_is_handed_in(bid, lead, supplier, complete, ask, open_bids):
    certifier = make_person(Role.CERTIFIER, supplier)
    complete()
    service.require_sign_off(bid, True, by=viewer_of(lead), arrived_at=clock.now())
    service.sign_off(
        bid,
        agreed=True,
        reason="",
        revision=bid.revision,
        by=viewer_of(certifier),
        arrived_at=clock.now(),
    )
    ask()

    assert [each.number for each in open_bids()] == [1]


def test_a_cancelled_tender_takes_nothing(tender, complete, ask, close):
    complete()
    ask()
    with transaction():
        tender.stage = "cancelled"

    close()

    assert submissions() == []


@pytest.mark.both_databases
def test_a_closing_time_that_moved_is_waited_for(bid, tender, complete, ask, close, at):
    complete()
    ask()
    before = tender.closes_at
    with transaction():
        tender.closes_at = before + timedelta(days=3)

    at(before + SAFE)
    close(after=SAFE - timedelta(days=3))
    early = submissions()
    waiting = db.session.scalars(select(Job).where(Job.kind == "bid.at_closing")).one().run_at
    close()

    assert (early, waiting) == ([], before + timedelta(days=3) + SAFE)
    assert [each.number for each in submissions()] == [1]


def test_a_closing_time_that_came_earlier_is_made_up_for_at_the_opening(
    tender, complete, ask, open_bids
):
    complete()
    ask()
    with transaction():
        tender.closes_at = clock.now() + timedelta(minutes=10)

    assert [each.number for each in open_bids()] == [1]


def test_the_name_under_the_declaration_is_sealed(bid, ask):
    ask()

    assert "Mara" not in bid.declared_for_closing
    assert seals.open_declaration(bid) == "Mara Voss"


def test_a_bid_lead_asks_for_it_on_a_page_and_sees_what_will_happen(
    client_for, lead, bid, complete
):
    complete()
    client, url = client_for(lead), f"/bids/{bid.token}"
    offered = "lets you ask that the last complete version" in client.get(f"{url}/check").text
    empty = client.post(f"{url}/at-closing", data={})
    form = {"agreed": "yes", "declared_by": "Mara Voss"}

    asked = client.post(f"{url}/at-closing", data=form)

    will = "Not submitted. It will be handed in as it stands at the closing time"
    assert (offered, empty.status_code, asked.location) == (True, 422, f"{url}/check")
    pages = [url, f"{url}/check", f"{url}/questions/SLP-07", f"{url}/at-closing"]
    assert [will in client.get(page).text for page in pages] == [True] * 4
    assert client.post(f"{url}/at-closing/off").location == f"{url}/check"
    assert will not in client.get(url).text


def test_the_pages_say_what_keeps_a_bid_from_being_handed_in(client_for, lead, bid, save, ask):
    save({"SLP-07.f": "offline"})
    ask()
    missing = queries.asked_answers(bid)[1]

    page = client_for(lead).get(f"/bids/{bid.token}").text

    assert (
        "Not submitted. It will not be handed in at the closing time, because "
        f"{missing} required answers are missing" in page
    )


def test_a_tender_that_does_not_offer_it_takes_no_such_wish(client_for, lead, bid, tender):
    offer(tender, False)
    client, url = client_for(lead), f"/bids/{bid.token}"

    page = client.get(f"{url}/at-closing")
    sent = client.post(f"{url}/at-closing", data={"agreed": "yes", "declared_by": "Mara Voss"})

    assert "In this tender only what you submit counts" in page.text
    assert (sent.status_code, bid.counts_at_closing_by_id) == (422, None)
    assert "If you do not submit in time" not in client.get(f"{url}/check").text


def test_only_those_who_may_submit_choose(client_for, supplier, bid):
    contributor = client_for(make_person(Role.CONTRIBUTOR, supplier))
    stranger = client_for(make_person(Role.BID_LEAD))

    assert contributor.get(f"/bids/{bid.token}/at-closing").status_code == 403
    assert stranger.get(f"/bids/{bid.token}/at-closing").status_code == 404


def test_nobody_chooses_after_closing(tender, ask, at):
    at(tender.closes_at)

    with pytest.raises(TooLate):
        ask()


@pytest.mark.parametrize("done", [(), ("complete",), ("complete", "submit")])
def test_the_pages_of_a_bid_that_counts_at_closing_take_at_most_15_statements(
    client_for, lead, bid, ask, done, request, statements_counted
):
    web, url, counts = client_for(lead), f"/bids/{bid.token}", {}
    ask()
    for step in done:
        request.getfixturevalue(step)()
    web.get(url)  # what never changes is read once per process

    for path in ("", "/questions/SLP-07", "/check", "/at-closing"):
        db.session.expunge_all()
        with statements_counted() as statements:
            page = web.get(f"{url}{path}")
        assert page.status_code == 200
        counts[path] = len(statements)

    assert {path: number for path, number in counts.items() if number > 15} == {}
