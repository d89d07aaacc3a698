"""Files are looked at by a real scanner; people are told honestly what is known of each."""

from __future__ import annotations

import io
import os
from datetime import timedelta

import pytest
from docx import Document
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation import clock, scanning
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.jobs import Job, JobState, run_due_jobs
from scoring import service as scoring_service
from supplier_portal import queries, service
from supplier_portal.models import Evidence, FileScan
from supplier_portal.queries import library as kept_documents
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.rules.scanning import ScanState
from supplier_portal.service import library
from supplier_portal.service.scanning import SCAN, RefusedFileNamed, scan_again
from tenders.queries import questionnaire_of
from tests import clamd
from tests.factories import make_person, viewer_of

PART = "SLP-07.g2"
HANDLERS = {SCAN: service.scanning.scan_file}


@pytest.fixture(scope="module")
def daemon():
    if clamd.program() is None:
        if os.environ.get("CI"):
            pytest.fail("ClamAV is not installed (debian-packages.txt)")
        pytest.skip("ClamAV is not installed (debian-packages.txt)")
    with clamd.daemon() as running:
        yield running


@pytest.fixture
def scanned(app, daemon):
    """The application with a scanner."""
    scanning.init_app(app, daemon.address)
    return app


@pytest.fixture
def add(bid, lead, tender):
    part = questionnaire_of(tender).parts[PART]

    def add_file(name="notes.txt", data=b"our recovery plan"):
        new = service.NewFile(name, data)
        return service.add_evidence(bid, part, new, by=viewer_of(lead), arrived_at=clock.now())

    return add_file


@pytest.fixture
def files_page(client_for, lead, bid):
    def page():
        return client_for(lead).get(f"/bids/{bid.token}/questions/SLP-07/{PART}/files").text

    return page


def state_of(evidence):
    row = db.session.scalars(
        select(FileScan)
        .where(FileScan.stored_name == evidence.stored_name)
        .execution_options(populate_existing=True)
    ).one()
    return row.state, row.detail


def infected_document():
    document, buffer = Document(), io.BytesIO()
    document.add_paragraph("See the picture.")
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.both_databases
def test_a_file_waits_and_is_then_said_to_hold_nothing(scanned, add, files_page, bid):
    evidence = add()

    assert state_of(evidence) == (ScanState.WAITING, "")
    assert "The scanner has not looked at it yet" in files_page()
    run_due_jobs(HANDLERS)
    assert state_of(evidence) == (ScanState.CLEAN, "")
    assert "Scanned: nothing found" in files_page()
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "file.scanned")).one()
    assert (entry.actor, entry.subject_kind, entry.subject) == ("system", "bid", bid.token)


def test_the_scanner_is_given_the_file_as_it_was_sent(scanned, add):
    evidence = add("plan.txt", b"a plan\n" + clamd.EICAR)

    run_due_jobs(HANDLERS)

    assert state_of(evidence) == (ScanState.REFUSED, clamd.NAME)


def test_a_refused_file_is_handed_to_nobody_and_said_how_to_be_rid_of(
    scanned, add, files_page, client_for, lead, bid
):
    evidence = add("plan.txt", clamd.EICAR)
    run_due_jobs(HANDLERS)

    page, sent = files_page(), client_for(lead).get(f"/bids/{bid.token}/evidence/{evidence.token}")

    assert f"/evidence/{evidence.token}" not in page
    assert "Remove it, and add a clean copy if you have one" in page
    assert sent.status_code == 409
    assert "You cannot download plan.txt because the scanner found" in sent.text


def test_a_bid_is_submitted_without_a_refused_file_and_never_with_it(
    scanned, add, client_for, lead, bid, tender
):
    evidence = add("plan.txt", clamd.EICAR)
    run_due_jobs(HANDLERS)
    by, part = viewer_of(lead), questionnaire_of(tender).parts[PART]

    def submit():
        return service.submit_bid(
            bid, by=by, arrived_at=clock.now(), declared_by="Mara Voss", knows_missing=True
        )

    check = client_for(lead).get(f"/bids/{bid.token}/check").text
    assert "Files the scanner refused" in check
    assert f"plan.txt ({PART})" in check
    with pytest.raises(RefusedFileNamed, match=f"with plan.txt because .* Remove it from {PART}"):
        submit()
    service.remove_evidence(bid, part, evidence.token, by=by, arrived_at=clock.now())
    assert submit().number == 1
    assert "Files the scanner refused" not in client_for(lead).get(f"/bids/{bid.token}/check").text


def test_a_file_the_scanner_does_not_take_cannot_be_scanned_and_is_never_clean(
    scanned, add, files_page
):
    evidence = add("notes.txt", b"text " * 500_000)

    run_due_jobs(HANDLERS)

    assert state_of(evidence) == (ScanState.CANNOT_BE_SCANNED, scanning.TOO_LARGE)
    assert "The scanner could not look inside: it is larger than the scanner takes" in files_page()


@pytest.mark.both_databases
def test_while_the_scanner_is_down_a_file_waits_and_people_are_told_since_when(
    scanned, add, files_page, daemon, at
):
    moment = at(clock.now())
    evidence = add()
    daemon.stop()
    try:
        run_due_jobs(HANDLERS)
    finally:
        daemon.start()

    job = db.session.scalars(select(Job).where(Job.kind == SCAN)).one()
    assert (job.state, job.run_at - moment) == (JobState.WAITING, timedelta(seconds=10))
    assert state_of(evidence) == (ScanState.WAITING, moment.isoformat())
    assert f"does not answer since {clock.show_moment(moment)}" in files_page()

    scanning.init_app(scanned, daemon.address)
    at(moment + timedelta(seconds=11))
    run_due_jobs(HANDLERS)
    assert state_of(evidence) == (ScanState.CLEAN, "")


def test_a_scanner_that_stays_silent_is_asked_less_and_less_often_and_for_ever(app, add, at):
    scanning.init_app(app, "/nowhere/at/all")
    moment = at(clock.now())
    evidence = add()
    waits = []
    for _ in range(12):
        run_due_jobs(HANDLERS)
        db.session.expire_all()
        job = db.session.scalars(select(Job).where(Job.kind == SCAN)).one()
        waits.append((job.run_at - clock.now()).seconds)
        at(job.run_at)

    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 600, 600]
    assert state_of(evidence) == (ScanState.WAITING, moment.isoformat())


def test_without_a_scanner_a_file_is_said_not_to_have_been_scanned(app, add, files_page):
    evidence = add()

    assert state_of(evidence) == (ScanState.SCANNER_ABSENT, "")
    assert "Not scanned: this installation has no scanner" in files_page()
    assert db.session.scalars(select(Job).where(Job.kind == SCAN)).all() == []


@pytest.mark.both_databases
def test_files_from_before_there_was_a_scanner_are_scanned_when_asked_for(app, add, daemon):
    evidence = add()
    scanning.init_app(app, daemon.address)

    assert scan_again() == 1
    run_due_jobs(HANDLERS)
    assert state_of(evidence) == (ScanState.CLEAN, "")
    assert scan_again() == 0


def test_the_command_asks_for_them_and_says_where_there_is_no_scanner(app, add, daemon):
    add()
    runner = app.test_cli_runner()

    without = runner.invoke(args=["files", "scan"])
    scanning.init_app(app, daemon.address)
    done = runner.invoke(args=["files", "scan"])

    assert (without.exit_code, "has no scanner. Set ASSURANCE_SCANNER" in without.output) == (1, 1)
    assert done.output == "1 file(s) wait for the scanner; the running service asks it\n"


def test_a_file_of_the_library_is_looked_at_once_for_every_bid_that_names_it(
    scanned, lead, supplier, bid, tender
):
    by = viewer_of(lead)
    document = library.add_document(DocumentFacts("Plan", DocumentKind.POLICY), by=by)
    kept = kept_documents.document_of(by, document.token)
    revision = library.add_revision(kept, service.NewFile("plan.txt", clamd.EICAR), by=by)

    run_due_jobs(HANDLERS)

    assert state_of(revision) == (ScanState.REFUSED, clamd.NAME)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "file.scanned")).one()
    assert (entry.subject_kind, entry.subject) == ("organisation", supplier.token)


def test_a_file_is_looked_at_once_however_often_it_is_asked_for(scanned, add):
    add()
    add()

    run_due_jobs(HANDLERS)
    run_due_jobs(HANDLERS)

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "file.scanned"))
    assert len(entries.all()) == 2
    service.scanning.scan_file(db.session.scalars(select(Evidence.stored_name)).first(), {})
    assert len(db.session.scalars(select(FileScan)).all()) == 2


@pytest.fixture
def officers_link(bid, lead, tender, at, client_for):
    """Submit and open the bid; return the evaluator's browser and the address of the file."""

    def open_bid(evidence):
        service.submit_bid(
            bid,
            by=viewer_of(lead),
            arrived_at=clock.now(),
            declared_by="Mara Voss",
            knows_missing=True,
        )
        at(tender.closes_at + timedelta(minutes=5))
        officer = make_person(Role.OFFICER, tender.authority)
        scoring_service.open_bids(tender, by=viewer_of(officer))
        evaluator = make_person(Role.EVALUATOR, tender.authority)
        return (
            client_for(evaluator),
            f"/evaluation/bids/{bid.token}/files/{evidence.token}",
            f"/evaluation/bids/{bid.token}/questions/SLP-07",
        )

    return open_bid


def test_an_evaluator_gets_a_clean_file_at_once(scanned, add, officers_link):
    evidence = add()
    run_due_jobs(HANDLERS)
    browser, link, question = officers_link(evidence)

    assert "Scanned: nothing found" in browser.get(question).text
    assert browser.get(link).data == b"our recovery plan"


@pytest.mark.parametrize("with_scanner", [True, False], ids=["waiting", "no scanner"])
def test_an_evaluator_gets_a_file_nobody_looked_at_only_after_being_told(
    app, add, officers_link, daemon, with_scanner
):
    scanning.init_app(app, daemon.address if with_scanner else None)
    browser, link, _question = officers_link(add())

    warned = browser.get(link)

    assert "Nobody knows whether this file holds malicious software" in warned.text
    assert f'href="{link}?unscanned=yes"' in warned.text
    assert browser.get(f"{link}?unscanned=yes").data == b"our recovery plan"


def test_an_evaluator_never_gets_a_file_refused_after_it_was_submitted(scanned, add, officers_link):
    evidence = add("plan.txt", clamd.EICAR)
    browser, link, question = officers_link(evidence)
    run_due_jobs(HANDLERS)

    page = browser.get(question).text

    assert "The scanner found malicious software in it" in page
    assert link not in page
    assert browser.get(f"{link}?unscanned=yes").status_code == 409


def test_the_buying_side_reads_the_state_only_of_what_was_handed_in(scanned, add, bid):
    add()
    run_due_jobs(HANDLERS)

    file = next(iter(queries.evidence_of(bid).values()))

    assert (file.scan.state, file.scan.is_refused) == (ScanState.CLEAN, False)
