"""Whoever is kept away from a bid, or still marks alone, finds nothing of its contract schedule."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from sqlalchemy import func, select

from accounts.rules.roles import Role
from contract_clauses import today
from contract_clauses.loader import raw_library
from contract_clauses.models import (
    ClauseDecision,
    ClauseEvent,
    ClauseRedraft,
    DeviationDecision,
    NegotiatedDecision,
    NegotiatedSchedule,
    VariableValue,
)
from contract_clauses.queries.deviations import raised_deviations
from contract_clauses.queries.issuing import issues_of_bid
from foundation import clock, files, jobs, keys
from foundation.database import db, transaction
from foundation.mail import messages_to
from foundation.tokens import new_token
from records import schedules_making
from records.models import MadeRecord
from records.rules.kinds import RecordKind
from scoring import service as scoring
from scoring.models import MarkLock
from tests import contracting
from tests.documents.contract_clauses.coming_back import Edited
from tests.factories import make_person, make_tender, publish, viewer_of
from tests.pages.scoring.conftest import CLOSES_AT

SECRET, NAME = "Plumtree Wharf", "Zephyrine Telemetry"
NEGOTIABLE = {"procedure": "competitive-flexible", "negotiation_allowed": "yes"}
WRITTEN = (
    ClauseDecision, ClauseEvent, ClauseRedraft, DeviationDecision, NegotiatedDecision,
    NegotiatedSchedule, VariableValue, MadeRecord,
)  # fmt: skip


@pytest.fixture
def tender(officer):
    facts = contracting.FACTS | NEGOTIABLE
    tender = make_tender(officer, closes_at=CLOSES_AT, facts=facts)
    publish(tender, officer, raw_library)
    return tender


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid(NAME, best=False)
    make_bid("Larkfield")
    opened()
    return bid


@pytest.fixture
def alma(authority):
    return make_person(Role.OFFICER, authority, name="Alma Away")


@pytest.fixture
def keep_away(officer):
    def bar(person, bid):
        reason = "Her brother is a director of the bidder"
        scoring.decide_interest(
            bid.tender, person.id, bid, barred=True, reason=reason, by=viewer_of(officer)
        )

    return bar


def at(bid, rest=""):
    return f"/schedules/{bid.token}{rest}"


def work_on(client, bid):
    """Comment on a clause, rewrite it, and take in a version that came back."""
    comment = client.post(at(bid, "/clauses/C13/comments"), data={"comment": f"Why {SECRET}?"})
    words = {"action": "save", "reason": SECRET, "based_on": "0", "words-1": f"Call {SECRET}."}
    written = client.post(at(bid, "/clauses/C13/words"), data=words)
    edited = Edited(client.get(at(bid, "/schedule.docx")).data)
    edited.say("SA_C13_1", SECRET, f"{SECRET} at noon")
    back = client.post(
        at(bid, "/negotiated"),
        data={"file": (BytesIO(edited.saved()), f"{SECRET}.docx"), "remark": SECRET},
        content_type="multipart/form-data",
    )
    assert [page.status_code for page in (comment, written, back)] == [302] * 3
    return back.location


def pdf_of(bid, person):
    """Return the address of a PDF as if LibreOffice had made it."""
    token, key = new_token(), keys.new_data_key()
    context = f"record:{token}"
    stored = files.store(SECRET.encode(), key=key, context=context)
    with transaction():
        db.session.add(
            MadeRecord(
                token=token,
                authority_id=bid.tender.authority_id,
                tender_id=bid.tender_id,
                bid_id=bid.id,
                kind=RecordKind.SCHEDULE_PDF,
                options={"issue": "", "day": "2026-12-01", "pages": {}},
                asked_at=clock.now(),
                asked_by_id=person.id,
                made_at=clock.now(),
                stored_name=stored.name,
                size=stored.size,
                sha256=stored.sha256,
                wrapped_key=keys.wrap(key, purpose=context),
            )
        )
    return at(bid, f"/files/{token}")


def archive_of(app, client, bid):
    """Have the archive of all bids made; return where it is taken away."""
    where = f"/tenders/{bid.tender.token}/schedules"
    assert client.post(where).status_code == 302
    jobs.run_due_jobs(app.extensions["job_handlers"])
    return re.search(rf'href="({where}/[^"]+)"', client.get(where).text)[1]


def addresses(bid, officer, version, *more):
    raised = raised_deviations(contracting.read(bid, officer))[0].deviation
    rest = (
        "", "/clauses/C13", "/clauses/C13/words", "/clauses/C13/assigned",
        "/clauses/C13/values/notify_hours", "/deviations",
        f"/deviations/{raised.clause}/{raised.variable}", "/preview", "/preview/C13",
        "/preview/all", "/documents", "/schedule.docx", "/schedule.docx?with=departures",
        "/commitments.docx", "/side-letter.docx", "/response.docx", "/files", "/negotiated",
        "/issue",
    )  # fmt: skip
    found = [at(bid, one) for one in rest]
    return [*found, version, f"{version}/file", f"{version}/clauses/C13", *more]


def everything_sent(bid, officer, version):
    """Return (address, form) of whatever somebody may send about a schedule."""
    raised = raised_deviations(contracting.read(bid, officer))[0].deviation
    clause = "/clauses/C13"
    said = {"reason": "Mine", "based_on": "0", "action": "save", "words-1": "Mine"}
    return [
        (at(bid, clause), {"wish": "exclude", **said}),
        (at(bid, f"{clause}/comments"), {"comment": "Mine"}),
        (at(bid, f"{clause}/comments/settled"), {"number": "1"}),
        (at(bid, f"{clause}/assigned"), {"person": officer.token}),
        (at(bid, f"{clause}/words"), {**said, "based_on": "1"}),
        (at(bid, f"{clause}/values/notify_hours"), {**said, "value": "3"}),
        (at(bid, f"/deviations/{raised.clause}/{raised.variable}"), {"outcome": "minimum", **said}),
        (at(bid, "/issue"), {"sha256": "0" * 64}),
        (at(bid, "/files"), {"version": "draft"}),
        (at(bid, "/negotiated"), {"remark": "Mine"}),
        (f"{version}/clauses/C13", {"decision": "accept", **said}),
        (f"/tenders/{bid.tender.token}/schedules", {}),
    ]


def tasks_of(person, bid, app):
    with app.test_request_context():
        tasks = today.contracts(viewer_of(person), [bid.tender], clock.now())
        return [task.words for task in tasks]


def rows():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in WRITTEN]


def test_whoever_is_kept_away_reads_nothing_of_it_and_says_nothing_about_it(
    app, client_for, officer, alma, bid, keep_away
):
    web = client_for(alma)
    version = work_on(client_for(officer), bid)
    archive = archive_of(app, web, bid)
    listed = addresses(bid, officer, version, pdf_of(bid, alma), archive)
    assert [one for one in listed if web.get(one).status_code != 200] == []

    keep_away(alma, bid)
    before = rows()
    pages = {one: web.get(one) for one in [*listed, f"/tenders/{bid.tender.token}/schedules"]}
    sent = {one: web.post(one, data=form) for one, form in everything_sent(bid, officer, version)}

    seen = {one: page.status_code for one, page in pages.items() if page.status_code < 400}
    taken = {one: page.status_code for one, page in sent.items() if page.status_code < 400}
    assert (seen, taken) == ({}, {})
    told = [page.text for page in (*pages.values(), *sent.values())]
    assert [text for text in told if SECRET in text or NAME in text] == []
    assert rows() == before


def test_whoever_marks_alone_reads_nothing_of_it_and_says_nothing_about_it(
    app, client_for, officer, alma, bid
):
    web = client_for(alma)
    version = work_on(client_for(officer), bid)
    archive = archive_of(app, web, bid)
    listed = addresses(bid, officer, version, pdf_of(bid, alma), archive)

    scoring.allocate(bid.tender, ["SLP-01"], [alma.id], by=viewer_of(officer))
    before = rows()
    # What the supplier handed in is there to be marked.
    pages = {one: web.get(one) for one in listed if not one.endswith("/response.docx")}
    sent = {one: web.post(one, data=form) for one, form in everything_sent(bid, officer, version)}

    assert {one: page.status_code for one, page in (pages | sent).items()} == dict.fromkeys(
        pages | sent, 409
    )
    told = [page.text for page in (*pages.values(), *sent.values())]
    assert [text for text in told if SECRET in text] == []
    assert rows() == before


def test_nobody_kept_away_is_offered_asked_or_told(app, client_for, officer, alma, bid, keep_away):
    client = client_for(officer)
    assigned = at(bid, "/clauses/C13/assigned")
    offered = client.get(assigned).text
    asked = client.post(assigned, data={"person": alma.token, "asked": SECRET})
    waits = tasks_of(alma, bid, app)
    keep_away(alma, bid)
    letters = len(messages_to(alma.email))

    page = client.get(assigned).text
    refused = client.post(assigned, data={"person": alma.token})

    assert ("Alma Away" in offered, alma.token in page) == (True, False)
    assert (asked.status_code, refused.status_code) == (302, 422)
    assert len(messages_to(alma.email)) == letters
    assert waits == ["A clause of a contract schedule is yours to look at"]
    assert tasks_of(alma, bid, app) == []


def test_whoever_was_given_more_to_mark_after_locking_is_not_asked(client_for, officer, alma, bid):
    scoring.allocate(bid.tender, ["SLP-01"], [alma.id], by=viewer_of(officer))
    with transaction():
        db.session.add(
            MarkLock(
                tender_id=bid.tender_id,
                person_id=alma.id,
                number=1,
                last_mark_id=0,
                marks=0,
                sha256="0" * 64,
                locked_at=clock.now(),
            )
        )

    page = client_for(officer).post(at(bid, "/clauses/C13/assigned"), data={"person": alma.token})

    told = [message.kind for message in messages_to(alma.email)]
    assert (page.status_code, "clause.assigned" in told) == (422, False)


def test_nobody_kept_away_hears_that_a_schedule_waits_or_what_became_of_it(
    authority, officer, alma, bid, keep_away
):
    away, ruth = (
        make_person(Role.REVIEWER, authority, name=name)
        for name in ("Away Reviewer", "Ruth Okafor")
    )
    keep_away(away, bid)
    contracting.award_to(bid)
    contracting.settle(bid, officer)

    letters = len(messages_to(away.email))
    contracting.ask(bid, alma)
    keep_away(alma, bid)
    decided = [message.kind for message in messages_to(alma.email)]
    contracting.approve(bid, ruth)

    assert len(messages_to(away.email)) == letters
    assert "schedule.issue_asked" in [message.kind for message in messages_to(ruth.email)]
    assert [message.kind for message in messages_to(alma.email)] == decided
    assert [issue.is_approved for issue in issues_of_bid(bid.id)] == [True]


def test_an_archive_asked_for_before_being_kept_away_is_not_made(
    app, client_for, alma, bid, keep_away
):
    where = f"/tenders/{bid.tender.token}/schedules"
    assert client_for(alma).post(where).status_code == 302

    keep_away(alma, bid)
    jobs.run_due_jobs(app.extensions["job_handlers"])

    row = db.session.scalars(
        select(MadeRecord).where(MadeRecord.kind == RecordKind.SCHEDULES)
    ).one()
    assert (row.made_at, row.failed_because) == (None, schedules_making.NO_LONGER)
