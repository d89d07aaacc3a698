"""Files made of the record: asked for on a page, made by a job, kept encrypted, taken away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Organisation, Person
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import audit, clock, files, jobs, keys
from foundation.canonical import sha256_hex
from foundation.chunks import ChunkReader
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from records.exporting import exported
from records.models import MadeRecord
from records.pack.contents import items, readme
from records.pack.items import slug
from records.pack.reader import reader
from records.pack.zipping import PiecesSource, Writer
from records.rules.kinds import RecordKind
from records.withheld import Proposal, held_in, proposals
from scoring.queries.evaluators import given_to
from scoring.queries.interests import barriers_of
from scoring.queries.ranked import OwnMarksFirst, must_not_mark_alone
from supplier_portal.queries import must_see_all
from supplier_portal.rules.barriers import KeptAway, MustDeclareFirst
from tenders.models import Tender

MAKE = "record.make"
NEEDED = {
    RecordKind.AUDIT: Permission.RECORD_READ,
    RecordKind.PUBLIC: Permission.RECORD_DECIDE,
    RecordKind.EXPORT: Permission.RECORD_READ,
}


@dataclass(frozen=True)
class Made:
    """A file of the record as its page lists it."""

    row: MadeRecord
    by: str

    @property
    def name(self) -> str:
        """Return the name it is saved under."""
        day = f"{self.row.asked_at:%Y-%m-%d}"
        ending = "json" if self.row.kind is RecordKind.EXPORT else "zip"
        return f"record-{self.row.kind}-{day}-{slug(self.row.token[:6])}.{ending}"


class NotLookedAt(DomainError):
    """What could be withheld is undecided, and nobody said that it shall be given out."""


def ask_for_record(
    tender: Tender, kind: RecordKind, *, by: Viewer, looked_at: Collection[str] = ()
) -> MadeRecord:
    """Ask for a file of one tender's record; a job makes it. Raises NoResultFound, and what
    must_see_record does.

    What is given out while proposals are undecided needs their fingerprint in ``looked_at``:
    raises NotLookedAt without, also where another came up since.
    """
    if not by.may(NEEDED[kind], tender_id=tender.id):
        raise NoResultFound
    must_see_record(by, tender)
    if kind is RecordKind.PUBLIC:
        undecided = proposals(tender, by)
        if undecided and fingerprint_of(undecided) not in looked_at:
            named = (
                "this 1 proposal" if len(undecided) == 1 else f"these {len(undecided)} proposals"
            )
            raise NotLookedAt(
                f"Decide on {named} of what to withhold, or tick that you have looked at them and "
                "give them out",
                field="looked",
            )
    return _ask(kind, tender.authority_id, by, ("tender", tender.token), tender.id)


def fingerprint_of(undecided: Iterable[Proposal]) -> str:
    """Return what tells a list of proposals from one with another on it."""
    return sha256_hex("\n".join(sorted(one.item for one in undecided)))


def ask_for_export(*, by: Viewer) -> MadeRecord:
    """Ask for everything the viewer's authority owns. Raises NoResultFound, and what
    must_see_everything does."""
    if not by.may_everywhere(NEEDED[RecordKind.EXPORT]):
        raise NoResultFound
    must_see_everything(by)
    subject = ("organisation", by.organisation_token)
    return _ask(RecordKind.EXPORT, by.organisation_id, by, subject, None)


def make_record(subject: str, _payload: Mapping[str, Any]) -> None:
    """Do the job "record.make": a second time it finds the file there and does nothing."""
    row = db.session.scalars(select(MadeRecord).where(MadeRecord.token == subject)).one_or_none()
    if row is None or row.made_at is not None or row.failed_because:
        return
    viewer = reader(row.asked_by_id, row.authority_id)
    if viewer is None or not viewer.may(NEEDED[row.kind], tender_id=row.tender_id):
        with transaction():
            row.failed_because = "Whoever asked for it may not read the record any more"
        return
    try:
        _must_see(row, viewer)
    except DomainError as error:
        with transaction():
            row.failed_because = str(error)
        return
    key = keys.new_data_key()
    stored = files.store(PiecesSource(_pieces(row, viewer)), key=key, context=f"record:{row.token}")
    with transaction():
        row.made_at = clock.now()
        row.stored_name, row.size, row.sha256 = stored.name, stored.size, stored.sha256
        row.wrapped_key = keys.wrap(key, purpose=f"record:{row.token}")
        _record("record.made", row, viewer, sha256=stored.sha256)


def made_of(tender: Tender) -> list[Made]:
    """Return the files made or being made of a tender's record, the newest first."""
    return _listed((MadeRecord.tender_id == tender.id) & MadeRecord.kind.in_(NEEDED))


def exports_of(viewer: Viewer) -> list[Made]:
    return _listed(
        (MadeRecord.authority_id == viewer.organisation_id) & (MadeRecord.kind == RecordKind.EXPORT)
    )


def made_file(viewer: Viewer, token: str) -> tuple[Made, ChunkReader]:
    """Return a file and its bytes. Raises NoResultFound, also where the viewer may not have it, and
    what must_see_record and must_see_everything do."""
    found = _listed(
        (MadeRecord.authority_id == viewer.organisation_id)
        & (MadeRecord.token == token)
        & MadeRecord.kind.in_(NEEDED)
    )
    if not found or not viewer.may(NEEDED[found[0].row.kind], tender_id=found[0].row.tender_id):
        raise NoResultFound
    row = found[0].row
    if row.stored_name is None or row.wrapped_key is None:
        raise NoResultFound
    _must_see(row, viewer)
    key = keys.unwrap(row.wrapped_key, purpose=f"record:{row.token}")
    return found[0], files.open_stored(row.stored_name, key=key, context=f"record:{row.token}")


def must_see_record(viewer: Viewer, tender: Tender) -> None:
    """Raise MustDeclareFirst or KeptAway for who may not read every bid of an opened tender, and
    OwnMarksFirst for who still marks alone in it."""
    if tender.opened_at is not None:
        must_see_all(viewer, tender)
        must_not_mark_alone(viewer, tender, "make or take away the record")


def must_see_everything(viewer: Viewer) -> None:
    """Raise the same where it holds of any tender whose bids are in what the authority owns."""
    opened = db.session.scalars(
        select(Tender).where(
            Tender.authority_id == viewer.organisation_id,
            Tender.opened_at.is_not(None),
            Tender.content_destroyed_at.is_(None),
        )
    ).all()
    barriers, given = barriers_of(viewer, opened), given_to(viewer.person_id)
    for tender in opened:
        if barriers[tender.id].must_declare:
            raise MustDeclareFirst(tender.token)
        if not barriers[tender.id].is_open:
            raise KeptAway(tender.token)
        if tender.id in given:
            must_not_mark_alone(viewer, tender, "make or take away the export")


def why_no_record(viewer: Viewer, tender: Tender) -> str:
    """Return as a sentence why the record of a tender would be refused; "" where it would not, and
    where its page leads to the declaration of interests first."""
    try:
        return why_refused(lambda: must_see_record(viewer, tender), "the record")
    except MustDeclareFirst:
        return ""


def why_no_export(viewer: Viewer) -> str:
    """Return the same of everything the viewer's authority owns. Where a declaration is missing it
    says so: nobody can be led to several."""
    try:
        return why_refused(lambda: must_see_everything(viewer), "the export")
    except MustDeclareFirst as error:
        return f"{error}."


def why_refused(must_see: Callable[[], None], what: str) -> str:
    try:
        must_see()
    except OwnMarksFirst as error:
        return f"{error}."
    except KeptAway:
        return (
            f"You cannot make or take away {what} because it is made of all bids, and you are kept "
            "away from one or more of them."
        )
    return ""


def _must_see(row: MadeRecord, viewer: Viewer) -> None:
    if row.tender_id is None:
        must_see_everything(viewer)
    else:
        must_see_record(viewer, db.session.get_one(Tender, row.tender_id))


def pieces_of_pack(
    tender: Tender, kind: RecordKind, viewer: Viewer, made_at: datetime
) -> Iterator[bytes]:
    """Return a pack piece by piece; the public one without what is withheld now."""
    held = held_in(tender) if kind is RecordKind.PUBLIC else []
    told = readme(tender, kind, made_at, viewer.name)
    title = f"The record of {tender.reference}"
    return Writer(told, held, title=title).pieces(items(tender, viewer))


def _pieces(row: MadeRecord, viewer: Viewer) -> Iterator[bytes]:
    if row.tender_id is None:
        return exported(db.session.get_one(Organisation, row.authority_id), clock.now())
    tender = db.session.get_one(Tender, row.tender_id)
    return pieces_of_pack(tender, row.kind, viewer, clock.now())


def _ask(
    kind: RecordKind, authority_id: int, by: Viewer, subject: audit.Subject, tender_id: int | None
) -> MadeRecord:
    with transaction():
        row = MadeRecord(
            token=new_token(),
            authority_id=authority_id,
            tender_id=tender_id,
            kind=kind,
            asked_at=clock.now(),
            asked_by_id=by.person_id,
        )
        db.session.add(row)
        audit.record(
            "record.asked", actor=by.person_token, subject=subject, record=row.token, kind=kind
        )
        jobs.enqueue(MAKE, row.token)
    return row


def _record(action: str, row: MadeRecord, by: Viewer, **details: Any) -> None:
    subject = ("organisation", by.organisation_token)
    if row.tender_id is not None:
        subject = ("tender", db.session.get_one(Tender, row.tender_id).token)
    audit.record(action, actor=by.person_token, subject=subject, record=row.token, **details)


def _listed(which: Any) -> list[Made]:
    rows = db.session.execute(
        select(MadeRecord, Person.name)
        .join(Person, Person.id == MadeRecord.asked_by_id)
        .where(which)
        .order_by(MadeRecord.id.desc())
    )
    return [Made(row, name) for row, name in rows]
