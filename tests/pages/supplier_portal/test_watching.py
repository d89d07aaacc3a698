"""A company is told what runs out in its library, and nobody else learns anything of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from foundation.audit import AuditEntry
from foundation.database import db
from foundation.mail import Message
from supplier_portal.models import Document
from supplier_portal.queries import library
from supplier_portal.rules.library import DocumentFacts, DocumentKind
from supplier_portal.service import NewFile
from supplier_portal.service import library as service
from tenders.models import GivenTask
from tests.factories import viewer_of
from tests.pages.supplier_portal.test_library import PDF
from tests.watching import letters, on, tasks

TITLE = "Velvet-Harpsichord certificate"


@pytest.fixture
def keep(app, lead, at):
    at(datetime(2026, 12, 1, 9, tzinfo=UTC))

    def add(valid_to, title=TITLE):
        by = viewer_of(lead)
        facts = DocumentFacts(title, DocumentKind.OTHER, valid_to=valid_to)
        document = service.add_document(facts, by=by)
        kept = library.document_of(by, document.token)
        service.add_revision(kept, NewFile(f"{title}.pdf", PDF), by=by)
        return library.document_of(by, document.token)

    return add


def test_a_document_is_told_of_sixty_thirty_and_seven_days_ahead_and_on_the_day(keep, lead, at):
    keep("2027-03-10")
    told = []
    on(at, "2026-12-31")
    for day in ("2027-01-09", "2027-01-10", "2027-01-11", "2027-02-07", "2027-02-08", "2027-03-02"):
        before = len(letters())
        on(at, day)
        told += [day] * (len(letters()) - before)
    on(at, "2027-03-03")
    on(at, "2027-03-10")

    assert told == ["2027-01-09", "2027-02-08"]
    assert [address for address, _subject in letters()] == [lead.email] * 4
    # One task at a time: the newest says what runs out.
    assert len(tasks()) == 1


def test_weeks_without_the_service_cost_no_reminder_and_double_none(keep, at):
    keep("2027-03-10")
    on(at, "2027-01-01")
    on(at, "2027-02-20")
    on(at, "2027-02-21")

    assert len(letters()) == 1


def test_a_newer_document_and_a_retired_one_end_the_task(keep, lead, at):
    first = keep("2027-03-10")
    on(at, "2027-01-08")
    on(at, "2027-01-09")
    assert len(tasks()) == 1
    facts = DocumentFacts(TITLE, DocumentKind.OTHER, valid_to="2028-03-10")
    service.edit_document(first, facts, by=viewer_of(lead))
    on(at, "2027-01-10")

    assert tasks() == []


def test_neither_the_task_nor_the_letter_nor_the_record_says_which_or_when(keep, app, at):
    keep("2027-03-10")
    on(at, "2027-01-08")
    on(at, "2027-01-09")

    rows = db.session.scalars(select(GivenTask)).all()
    said = [f"{row.subject} {row.due_on} {row.details}" for row in rows]
    said += [f"{one.subject} {one.text}" for one in db.session.scalars(select(Message))]
    said += list(db.session.scalars(select(AuditEntry.details)))
    found = [one for one in said if "Velvet" in one or "2027-03-10" in one or "10 March" in one]
    assert (len(rows), found) == (1, [])
    # The Monday of the week in which it was noticed.
    assert rows[0].due_on.isoformat() == "2027-01-04"
    stored = [path for path in Path(app.instance_path).rglob("*") if path.is_file()]
    assert [path.name for path in stored if b"Velvet" in path.read_bytes()] == []


def test_the_page_of_the_task_reads_the_library_for_people_of_the_company(
    keep, lead, supplier, client_for, at
):
    keep("2027-03-10")
    on(at, "2027-01-08")
    on(at, "2027-01-09")
    (task,) = db.session.scalars(select(GivenTask)).all()
    page = client_for(lead).get(f"/tenders/tasks/{task.token}").text
    officer = client_for(Role.OFFICER).get(f"/tenders/tasks/{task.token}")
    of_another = client_for(Role.BID_LEAD).get(f"/tenders/tasks/{task.token}")

    assert f"{TITLE}, 10 March 2027" in page
    assert (officer.status_code, of_another.status_code) == (404, 404)


def test_a_library_whose_document_was_added_late_is_told_at_the_next_step(keep, at):
    on(at, "2027-02-20")
    keep("2027-03-10")
    at(datetime(2027, 2, 20, 9, tzinfo=UTC))
    on(at, "2027-03-02")
    assert tasks() == []
    on(at, "2027-03-03")

    assert len(tasks()) == 1
    assert db.session.query(Document).count() == 1
