"""Evaluation workbooks too big to be made while somebody waits: asked for, made, taken away.

Whoever takes one away sees all bids and all marks at that moment, not only when it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import audit, clock, files, jobs, keys
from foundation.chunks import ChunkReader
from foundation.database import db, transaction
from foundation.errors import DomainError
from records.models import MadeRecord
from records.pack.reader import reader
from records.pack.zipping import PiecesSource
from records.rules.kinds import RecordKind
from scoring.evaluation_file import workbook_of
from scoring.queries.ranked import must_be_shown_ranking
from tenders.models import Tender

MAKE = "evaluation_workbook.make"
NAME = "evaluation"
NO_LONGER = "Whoever asked for it may not see all bids and marks any more"


@dataclass(frozen=True)
class MadeWorkbook:
    """A workbook as the page lists it: made, being made, or why not."""

    row: MadeRecord
    by: str

    @property
    def name(self) -> str:
        return f"{NAME}-{self.row.asked_at:%Y-%m-%d}-{self.row.token[:6]}.xlsx"


def ask_for_workbook(tender: Tender, *, by: Viewer) -> MadeRecord:
    """Ask for the workbook of a tender; one that is being made for the same people is enough.

    Raises MustDeclareFirst, KeptAway and OwnMarksFirst.
    """
    must_be_shown_ranking(by, tender)
    with transaction():
        waiting = _rows(tender, by, MadeRecord.made_at.is_(None), MadeRecord.failed_because == "")
        if waiting:
            return waiting[0].row
        row = MadeRecord(
            authority_id=by.organisation_id,
            tender_id=tender.id,
            kind=RecordKind.EVALUATION,
            asked_at=clock.now(),
            asked_by_id=by.person_id,
        )
        db.session.add(row)
        db.session.flush()
        _record("evaluation_workbook.asked", tender, by, record=row.token)
        jobs.enqueue(MAKE, row.token)
    return row


def make_workbook(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job: a second time it finds the file there and does nothing."""
    row = db.session.scalars(select(MadeRecord).where(MadeRecord.token == subject)).one_or_none()
    if row is None or row.made_at is not None or row.failed_because:
        return
    tender = db.session.get_one(Tender, row.tender_id)
    viewer = reader(row.asked_by_id, row.authority_id)
    try:
        if viewer is None or not viewer.may(Permission.MARK_READ, tender_id=tender.id):
            raise NoResultFound
        pieces = workbook_of(tender, viewer, clock.now())
    except (DomainError, NoResultFound):
        with transaction():
            row.failed_because = NO_LONGER
        return
    key = keys.new_data_key()
    context = f"record:{row.token}"
    stored = files.store(PiecesSource(pieces), key=key, context=context)
    with transaction():
        row.made_at = clock.now()
        row.stored_name, row.size, row.sha256 = stored.name, stored.size, stored.sha256
        row.wrapped_key = keys.wrap(key, purpose=context)
        _record("evaluation_workbook.made", tender, viewer, record=row.token, sha256=stored.sha256)


def workbooks_of(tender: Tender, viewer: Viewer) -> list[MadeWorkbook]:
    """Return the workbooks made or being made for the viewer's authority, the newest first."""
    return _rows(tender, viewer)


def workbook_file(tender: Tender, viewer: Viewer, token: str) -> tuple[MadeWorkbook, ChunkReader]:
    """Return a workbook and its bytes. Raises NoResultFound, and as ``ask_for_workbook`` does."""
    must_be_shown_ranking(viewer, tender)
    found = _rows(tender, viewer, MadeRecord.token == token)
    if not found:
        raise NoResultFound
    row = found[0].row
    if row.stored_name is None or row.wrapped_key is None:
        raise NoResultFound
    context = f"record:{row.token}"
    key = keys.unwrap(row.wrapped_key, purpose=context)
    return found[0], files.open_stored(row.stored_name, key=key, context=context)


def _rows(tender: Tender, viewer: Viewer, *which: Any) -> list[MadeWorkbook]:
    rows = db.session.execute(
        select(MadeRecord, Person.name)
        .join(Person, Person.id == MadeRecord.asked_by_id)
        .where(
            MadeRecord.tender_id == tender.id,
            MadeRecord.authority_id == viewer.organisation_id,
            MadeRecord.kind == RecordKind.EVALUATION,
            *which,
        )
        .order_by(MadeRecord.id.desc())
    )
    return [MadeWorkbook(row, name) for row, name in rows]


def _record(action: str, tender: Tender, by: Viewer, **details: Any) -> None:
    subject = ("tender", tender.token)
    audit.record(action, actor=by.person_token, subject=subject, **details)
