"""The contract schedules of all bids of a tender: asked for, made part by part, taken away.

Whoever asks for them or takes them away sees every bid at that moment. What was made of them so
far stands in the row with the wish; a worker that was killed is followed by one that goes on there.
A large archive is made in lanes, each a stretch of the bids and a job of its own, so that several
workers make it at once.
"""

from __future__ import annotations

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
from records.models import MadeRecord
from records.pack.items import slug
from records.rules.kinds import RecordKind
from records.schedule_batch import (
    Part,
    Wished,
    bids_to_make,
    ends_of_lanes,
)
from scoring.queries.ranked import must_not_mark_alone
from supplier_portal.queries import must_see_all
from tenders.models import Tender
from tenders.queries import works_on

# The job of an archive, which also makes its first lane, and that of each other lane.
MAKE, MAKE_LANE = "schedules.make", "schedules.lane"
NEEDED = (Permission.SCHEDULE_READ, Permission.DOCUMENT_DOWNLOAD)
SWITCHES = ("notes", "departures")


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
                "lanes": ends_of_lanes(tender),
                "parts": [],
            },
            asked_at=clock.now(),
            asked_by_id=by.person_id,
        )
        db.session.add(row)
        db.session.flush()
        note("schedules.asked", tender, by, record=row.token)
        jobs.enqueue(MAKE, row.token)
        for lane in range(1, len(lanes_of(row))):
            jobs.enqueue(MAKE_LANE, f"{row.token}/{lane}")
    return row


def forget_parts(row: MadeRecord) -> list[str]:
    """Forget what is kept of an unfinished archive; return the names of the files to remove."""
    parts = parts_of(row)
    if parts:
        row.options = {**(row.options or {}), "parts": []}
    return [part.name for part in parts]


def lanes_of(row: MadeRecord) -> list[tuple[int, int | None]]:
    """Return each lane: after which bid it begins, and its last; the last lane has no end."""
    ends = list((row.options or {}).get("lanes", ()))
    return list(zip([0, *ends], [*ends, None], strict=True))


def parts_of(row: MadeRecord) -> list[Part]:
    """Return what is kept of an archive that is not finished, in the order of the bids."""
    parts = [Part.read(plain) for plain in (row.options or {}).get("parts", ())]
    return sorted(parts, key=lambda part: part.last)


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


def row_at(token: str) -> MadeRecord | None:
    return db.session.scalars(
        select(MadeRecord).where(MadeRecord.token == token, MadeRecord.kind == RecordKind.SCHEDULES)
    ).one_or_none()


def row_to_change(token: str) -> MadeRecord:
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


def note(action: str, tender: Tender, by: Viewer, **details: Any) -> None:
    subject = ("tender", tender.token)
    audit.record(action, actor=by.person_token, subject=subject, **details)
