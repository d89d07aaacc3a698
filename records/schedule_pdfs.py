"""A contract schedule as PDF: asked for on a page, made by a job, taken away.

It is made in two passes, so that its contents show the pages: the document, the PDF, the document
again with the pages found there. The same numbers go into the Word file beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import WordTemplate
from contract_clauses.queries import ScheduledBid, scheduled_bid
from contract_clauses.queries.issuing import Issue, approval_of, schedule_in
from contract_clauses.queries.known_issues import issues_known
from contract_clauses.queries.templates import template_in_use
from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import DRAFT, Schedule
from contract_clauses.service import refuse_held
from contract_clauses.service.drawing import draw_on, template_of_issue
from contract_clauses.word.pages import pages_of_headings
from foundation import audit, clock, files, jobs, keys, soffice
from foundation.chunks import ChunkReader
from foundation.database import db, transaction
from foundation.errors import DomainError
from records.models import MadeRecord
from records.pack.items import slug
from records.pack.reader import reader
from records.rules.kinds import RecordKind
from supplier_portal import seals as bid_seals

MAKE = "schedule_pdf.make"
NO_LONGER = "Whoever asked for it may not take this schedule away any more"
# The contents take as many lines with numbers as without, so the second pass moves nothing; if it
# should, once more, and else without numbers rather than with wrong ones.
PASSES = 2


@dataclass(frozen=True)
class MadePdf:
    """A PDF as the page lists it; ``version`` 0 for the draft."""

    row: MadeRecord
    by: str
    of: str
    version: int

    @property
    def name(self) -> str:
        return f"{slug(self.of)}-schedule-{self.version_in_words}-{self.row.asked_at:%Y-%m-%d}.pdf"

    @property
    def version_in_words(self) -> str:
        return f"v{self.version}" if self.version else "draft"

    @property
    def pages(self) -> Mapping[str, int]:
        return (self.row.options or {}).get("pages") or {}


@dataclass(frozen=True)
class ToPrint:
    """One schedule as it is to be printed: an issue, or the draft of a day."""

    bid: ScheduledBid
    schedule: Schedule
    approved: Approved | None = None
    issue: Issue | None = None
    template: WordTemplate | None = None

    def drawn(self, pages: Mapping[str, int] | None = None) -> bytes:
        found = self.bid.token
        return draw_on(self.template, self.schedule, self.approved, pages=pages, bid=found).document


def bid_to_print(viewer: Viewer, token: str) -> ScheduledBid:
    """Return the bid whose schedule may be taken away. Raises NoResultFound, MustDeclareFirst and
    OwnMarksFirst."""
    return scheduled_bid(viewer, token, to=Permission.DOCUMENT_DOWNLOAD)


def to_print(
    viewer: Viewer, found: ScheduledBid, issue: str, day: date, at: datetime | None = None
) -> ToPrint:
    """Return an issue by its token, or the draft for "" on the template in use ``at`` a moment.
    Raises NoResultFound, and DomainError for a draft that is held back."""
    if not issue:
        refuse_held(found)
        parties = replace(found.schedule.parties, prepared_on=day)
        draft = replace(found.schedule, status=DRAFT, parties=parties)
        return ToPrint(found, draft, template=template_in_use(found.tender.authority_id, at))
    for one in issues_known(viewer, found):
        if one.request.token == issue:
            key = bid_seals.opened_key(found.evaluated.opened.bid)
            schedule, template = schedule_in(one, key), template_of_issue(one)
            return ToPrint(found, schedule, approval_of(one), one, template)
    raise NoResultFound


def ask_for_pdf(found: ScheduledBid, issue: str, *, by: Viewer) -> MadeRecord:
    """Ask for the PDF of the draft ("") or of an issue; one that is being made is enough.

    Raises NotPresent, NoResultFound and DomainError.
    """
    if not soffice.is_present():
        raise soffice.NotPresent
    today = clock.london(clock.now()).date()
    to_print(by, found, issue, today)
    bid = found.evaluated.opened.bid
    with transaction():
        waiting = MadeRecord.made_at.is_(None) & (MadeRecord.failed_because == "")
        for row, _ in _rows(found, by, waiting):
            if (row.options or {}).get("issue") == issue:
                return row
        row = MadeRecord(
            authority_id=by.organisation_id,
            tender_id=bid.tender_id,
            bid_id=bid.id,
            kind=RecordKind.SCHEDULE_PDF,
            options={"issue": issue, "day": today.isoformat()},
            asked_at=clock.now(),
            asked_by_id=by.person_id,
        )
        db.session.add(row)
        db.session.flush()
        _record("schedule_pdf.asked", found, by, record=row.token)
        jobs.enqueue(MAKE, row.token, {"bid": found.token})
    return row


def make_pdf(subject: str, payload: Mapping[str, Any]) -> None:
    """Do the job: a second time it finds the file there and does nothing."""
    row = db.session.scalars(select(MadeRecord).where(MadeRecord.token == subject)).one_or_none()
    if row is None or row.made_at is not None or row.failed_because:
        return
    viewer = reader(row.asked_by_id, row.authority_id)
    options = dict(row.options or {})
    try:
        if viewer is None:
            raise NoResultFound
        found = bid_to_print(viewer, payload["bid"])
        day = date.fromisoformat(options["day"])
        wanted = to_print(viewer, found, options["issue"], day, row.asked_at)
    except (DomainError, NoResultFound):
        with transaction():
            row.failed_because = NO_LONGER
        return
    # LibreOffice takes its time, and nobody waits for the database meanwhile.
    if wanted.template is not None:
        db.session.refresh(wanted.template, ["content"])
        db.session.expunge(wanted.template)
    db.session.rollback()
    try:
        pdf, pages = as_pdf(wanted)
    except soffice.NotConverted as error:
        with transaction():
            row.failed_because = str(error)
        return
    key, context = keys.new_data_key(), f"record:{subject}"
    stored = files.store(pdf, key=key, context=context)
    with transaction():
        row.made_at = clock.now()
        row.stored_name, row.size, row.sha256 = stored.name, stored.size, stored.sha256
        row.wrapped_key = keys.wrap(key, purpose=context)
        row.options = {**options, "pages": dict(pages)}
        _record("schedule_pdf.made", found, viewer, record=subject, sha256=stored.sha256)


def as_pdf(wanted: ToPrint) -> tuple[bytes, Mapping[str, int]]:
    """Return the PDF, and the page of each heading as its contents show it; no pages where two
    passes disagree. Raises NotPresent and NotConverted."""
    unnumbered = soffice.to_pdf(wanted.drawn())
    pages = pages_of_headings(unnumbered, wanted.schedule)
    for _ in range(PASSES):
        if not pages:
            break
        pdf = soffice.to_pdf(wanted.drawn(pages))
        found = pages_of_headings(pdf, wanted.schedule)
        if found == pages:
            return pdf, pages
        pages = found
    return unnumbered, {}


def pdfs_of(found: ScheduledBid, viewer: Viewer) -> list[MadePdf]:
    """Return the PDFs made or being made that the viewer may know of, the newest first."""
    versions = {one.request.token: one.version for one in issues_known(viewer, found)} | {"": 0}
    return [
        MadePdf(row, name, found.evaluated.name, versions[row.options["issue"]])
        for row, name in _rows(found, viewer)
        if row.options and row.options["issue"] in versions
    ]


def pdf_file(found: ScheduledBid, viewer: Viewer, token: str) -> tuple[MadePdf, ChunkReader]:
    """Return a PDF and its bytes. Raises NoResultFound; and DomainError for the draft of a
    schedule that is held back by now."""
    one = _one(found, viewer, token)
    if one.row.stored_name is None or one.row.wrapped_key is None:
        raise NoResultFound
    if not one.version:
        refuse_held(found)
    context = f"record:{token}"
    key = keys.unwrap(one.row.wrapped_key, purpose=context)
    return one, files.open_stored(one.row.stored_name, key=key, context=context)


def word_beside(found: ScheduledBid, viewer: Viewer, token: str) -> tuple[MadePdf, bytes]:
    """Return the Word file of an issue with the page numbers of its PDF. Raises NoResultFound."""
    one = _one(found, viewer, token)
    if not one.version or not one.pages:
        raise NoResultFound
    options = one.row.options or {}
    day = date.fromisoformat(options["day"])
    wanted = to_print(viewer, found, options["issue"], day)
    return one, wanted.drawn(one.pages)


def _one(found: ScheduledBid, viewer: Viewer, token: str) -> MadePdf:
    for one in pdfs_of(found, viewer):
        if one.row.token == token:
            return one
    raise NoResultFound


def _rows(found: ScheduledBid, viewer: Viewer, *which: Any) -> list[tuple[MadeRecord, str]]:
    rows = db.session.execute(
        select(MadeRecord, Person.name)
        .join(Person, Person.id == MadeRecord.asked_by_id)
        .where(
            MadeRecord.bid_id == found.evaluated.opened.bid.id,
            MadeRecord.authority_id == viewer.organisation_id,
            MadeRecord.kind == RecordKind.SCHEDULE_PDF,
            *which,
        )
        .order_by(MadeRecord.id.desc())
    )
    return [(row, name) for row, name in rows]


def _record(action: str, found: ScheduledBid, by: Viewer, **details: Any) -> None:
    audit.record(action, actor=by.person_token, subject=("bid", found.token), **details)
