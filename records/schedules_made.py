"""The contract schedules of all bids of a tender: asked for, made part by part, taken away.

Whoever asks for them or takes them away sees every bid at that moment. What was made of them so
far stands in the row with the wish; a worker that was killed is followed by one that goes on there.
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
from contract_clauses.queries import NoLibrary
from foundation import audit, clock, files, jobs, keys
from foundation.chunks import ChunkReader
from foundation.database import db, transaction
from foundation.errors import DomainError
from records.models import MadeRecord
from records.pack.items import slug
from records.pack.reader import reader
from records.pack.zipping import PiecesSource
from records.rules.kinds import RecordKind
from records.schedule_batch import Part, Wished, archive, bids_to_make, kept_part, next_bids
from scoring.queries.ranked import must_not_mark_alone
from supplier_portal.queries import must_see_all
from tenders.models import Tender
from tenders.queries import works_on
from tenders.seals import ContentDestroyed, must_not_be_destroyed

MAKE = "schedules.make"
NO_LONGER = "Whoever asked for it may not see the schedules of all bids any more"
NEEDED = (Permission.SCHEDULE_READ, Permission.DOCUMENT_DOWNLOAD)
SWITCHES = ("notes", "departures")


class TakenOver(RuntimeError):
    """Another worker has gone on with the same archive: this one stops."""


@dataclass(frozen=True)
class MadeSchedules:
    """An archive as the page lists it: made, being made, or why not."""

    row: MadeRecord
    by: str
    reference: str = ""

    @property
    def name(self) -> str:
        about = slug(self.reference)
        return f"schedules-{about}-{self.row.asked_at:%Y-%m-%d}-{slug(self.row.token[:6])}.zip"

    @property
    def of(self) -> int:
        return int((self.row.options or {}).get("of", 0))

    @property
    def done(self) -> int:
        """Return how many bids are done."""
        if self.row.made_at is not None:
            return self.of
        return sum(part.bids for part in parts_of(self.row))

    @property
    def held(self) -> int:
        """Return for how many bids a check kept the schedule from being written."""
        kept = (self.row.options or {}).get("held")
        return int(kept or 0) or sum(part.held for part in parts_of(self.row))

    @property
    def wished(self) -> Wished:
        return Wished.read(self.row.options or {}, self.row.asked_at)


def may_take(viewer: Viewer, tender: Tender) -> bool:
    return works_on(viewer, tender) and all(viewer.may(one, tender_id=tender.id) for one in NEEDED)


def must_see_schedules(viewer: Viewer, tender: Tender) -> None:
    """Raise NoResultFound before the opening and for who has no business with the schedules; else
    MustDeclareFirst, KeptAway or OwnMarksFirst for who may not see all of them yet."""
    if tender.opened_at is None or not may_take(viewer, tender):
        raise NoResultFound
    must_see_all(viewer, tender)
    must_not_mark_alone(viewer, tender, "make or take away the schedules of all bids")


def ask_for_schedules(tender: Tender, wished: Wished, *, by: Viewer) -> MadeRecord:
    """Ask for the archive; one that is being made of the same wish is enough.

    Raises as ``must_see_schedules`` does.
    """
    must_see_schedules(by, tender)
    switches = {name: getattr(wished, name) for name in SWITCHES}
    with transaction():
        waiting = MadeRecord.made_at.is_(None) & (MadeRecord.failed_because == "")
        for one in _rows(tender, by, waiting):
            if {name: one.row.options.get(name) for name in SWITCHES} == switches:  # type: ignore[union-attr]
                return one.row
        row = MadeRecord(
            authority_id=by.organisation_id,
            tender_id=tender.id,
            kind=RecordKind.SCHEDULES,
            options={
                **switches,
                "day": wished.day.isoformat(),
                "of": bids_to_make(tender),
                "parts": [],
            },
            asked_at=clock.now(),
            asked_by_id=by.person_id,
        )
        db.session.add(row)
        db.session.flush()
        _record("schedules.asked", tender, by, record=row.token)
        jobs.enqueue(MAKE, row.token)
    return row


def make_schedules(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job from where it was left: one part a turn, so that mail and whatever else is due
    is not kept waiting by a large archive; the last turn puts the parts together."""
    row = _row(subject)
    if row is None or row.made_at is not None or row.failed_because:
        return
    try:
        if not _made_another_part(subject):
            _put_together(subject)
    except (ContentDestroyed, NoLibrary) as error:
        _give_up(subject, str(error))
    except (DomainError, NoResultFound):
        _give_up(subject, NO_LONGER)


def _made_another_part(token: str) -> bool:
    row, tender, viewer = _at_work(token)
    parts = parts_of(row)
    ids = next_bids(tender, parts[-1].last if parts else 0)
    if not ids:
        return False
    part = kept_part(tender, viewer, ids, Wished.read(row.options or {}, row.asked_at))
    with transaction():
        current = _row_to_change(token)
        options = dict(current.options or {})
        if len(options["parts"]) != len(parts) or current.made_at is not None:
            raise TakenOver
        options["parts"] = [*options["parts"], part.plain]
        options["of"] = max(options["of"], sum(one["bids"] for one in options["parts"]))
        current.options = options
        jobs.enqueue(MAKE, token)
    return True


def _put_together(token: str) -> None:
    row, tender, viewer = _at_work(token)
    parts, key, context = parts_of(row), keys.new_data_key(), f"record:{token}"
    pieces = archive(tender, parts, Wished.read(row.options or {}, row.asked_at))
    stored = files.store(PiecesSource(pieces), key=key, context=context)
    with transaction():
        current = _row_to_change(token)
        if current.made_at is not None or len(parts_of(current)) != len(parts):
            raise TakenOver
        current.made_at = clock.now()
        current.stored_name, current.size = stored.name, stored.size
        current.sha256, current.wrapped_key = stored.sha256, keys.wrap(key, purpose=context)
        must_not_be_destroyed(db.session.get_one(Tender, tender.id, populate_existing=True))
        made = sum(one.bids for one in parts)
        held = sum(one.held for one in parts)
        current.options = {**(current.options or {}), "of": made, "held": held, "parts": []}
        _record("schedules.made", tender, viewer, record=token, sha256=stored.sha256)
    _remove(parts)


def _at_work(token: str) -> tuple[MadeRecord, Tender, Viewer]:
    """Return the row, its tender and whoever asked, with the roles held now. Raises as
    ``must_see_schedules`` does."""
    row = _row(token)
    if row is None:
        raise NoResultFound
    tender = db.session.get_one(Tender, row.tender_id)
    viewer = reader(row.asked_by_id, row.authority_id)
    if viewer is None:
        raise NoResultFound
    must_not_be_destroyed(tender)
    must_see_schedules(viewer, tender)
    return row, tender, viewer


def _give_up(token: str, why: str) -> None:
    db.session.rollback()
    with transaction():
        row = _row_to_change(token)
        parts = parts_of(row)
        row.failed_because = why
        row.options = {**(row.options or {}), "parts": []}
    _remove(parts)


def forget_parts(row: MadeRecord) -> list[str]:
    """Forget what is kept of an unfinished archive; return the names of the files to remove."""
    parts = parts_of(row)
    if parts:
        row.options = {**(row.options or {}), "parts": []}
    return [part.name for part in parts]


def _remove(parts: list[Part]) -> None:
    for part in parts:
        files.remove(part.name)


def parts_of(row: MadeRecord) -> list[Part]:
    """Return what is kept of an archive that is not finished."""
    return [Part.read(plain) for plain in (row.options or {}).get("parts", ())]


def schedules_of(tender: Tender, viewer: Viewer) -> list[MadeSchedules]:
    """Return the archives made or being made for the viewer's authority, the newest first."""
    return _rows(tender, viewer)


def schedules_file(tender: Tender, viewer: Viewer, token: str) -> tuple[MadeSchedules, ChunkReader]:
    """Return an archive and its bytes. Raises NoResultFound, and as ``must_see_schedules``."""
    must_see_schedules(viewer, tender)
    found = _rows(tender, viewer, MadeRecord.token == token)
    if not found or found[0].row.stored_name is None or found[0].row.wrapped_key is None:
        raise NoResultFound
    row, context = found[0].row, f"record:{token}"
    key = keys.unwrap(found[0].row.wrapped_key, purpose=context)
    return found[0], files.open_stored(str(row.stored_name), key=key, context=context)


def _row(token: str) -> MadeRecord | None:
    return db.session.scalars(
        select(MadeRecord).where(MadeRecord.token == token, MadeRecord.kind == RecordKind.SCHEDULES)
    ).one_or_none()


def _row_to_change(token: str) -> MadeRecord:
    return db.session.scalars(
        select(MadeRecord)
        .where(MadeRecord.token == token)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _rows(tender: Tender, viewer: Viewer, *which: Any) -> list[MadeSchedules]:
    rows = db.session.execute(
        select(MadeRecord, Person.name)
        .join(Person, Person.id == MadeRecord.asked_by_id)
        .where(
            MadeRecord.tender_id == tender.id,
            MadeRecord.authority_id == viewer.organisation_id,
            MadeRecord.kind == RecordKind.SCHEDULES,
            *which,
        )
        .order_by(MadeRecord.id.desc())
    )
    return [MadeSchedules(row, name, tender.reference) for row, name in rows]


def _record(action: str, tender: Tender, by: Viewer, **details: Any) -> None:
    subject = ("tender", tender.token)
    audit.record(action, actor=by.person_token, subject=subject, **details)
