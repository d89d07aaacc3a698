"""Reading the documents a company keeps. For that company's own pages only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission, allows
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, Document, DocumentRevision, Evidence, FileScan
from supplier_portal.queries.evidence import scan_of
from supplier_portal.queries.uses import Use, uses_of
from supplier_portal.rules.library import DocumentFacts, Milestones, TooSoon, Validity, too_soon
from supplier_portal.rules.scanning import NEVER_SCANNED, Scan
from tenders.queries import facts_of


@dataclass(frozen=True)
class KeptFile:
    """One numbered file of a document, with its dates as they were said when it was added."""

    token: str
    number: int
    name: str
    facts: DocumentFacts
    sha256: str
    size: int
    added_at: datetime
    added_by: str
    scan: Scan
    record: DocumentRevision
    # What the stored bytes are bound to (seals.file_context).
    sealed_as: str


@dataclass(frozen=True)
class KeptDocument:
    """A document of the library, its files the newest first, and the bids that name one."""

    token: str
    facts: DocumentFacts
    # What was typed for a newer file that has not been added yet; None most of the time.
    next_facts: DocumentFacts | None
    files: tuple[KeptFile, ...]
    uses: tuple[Use, ...]
    added_at: datetime
    retired_at: datetime | None
    record: Document

    @property
    def current(self) -> KeptFile | None:
        return self.files[0] if self.files else None

    def has_newer_than(self, number: int) -> bool:
        """Return whether a draft that names file ``number`` is offered a newer one."""
        newest = self.current
        if newest is None or newest.scan.is_refused:
            return False
        return newest.number > number and self.retired_at is None

    def validity(self, day: date) -> Validity:
        return self.facts.validity(day)

    def facts_of(self, number: int) -> DocumentFacts:
        """Return what is said of one file: of the newest, as last corrected."""
        file = next((file for file in self.files if file.number == number), None)
        if file is None or file == self.current:
            return self.facts
        return file.facts

    @property
    def too_soon(self) -> list[tuple[TooSoon, Bid]]:
        """Return the bids for which what they name expires too soon, the earliest first."""
        found = (
            (too_soon(self.facts_of(use.number).expires, _milestones(use.bid)), use.bid)
            for use in self.uses
        )
        named = [(soon, bid) for soon, bid in found if soon is not None]
        return sorted(named, key=lambda entry: (entry[0].day, entry[1].id))


def may_keep(viewer: Viewer, to: Permission = Permission.BID_READ) -> bool:
    """Return whether the library is open to the viewer: whoever works for the company at large.

    Somebody brought in for one tender sees that bid, not everything the company holds.
    """
    return viewer.kind is OrganisationKind.SUPPLIER and allows(viewer.roles, to)


def library_of(viewer: Viewer) -> list[KeptDocument]:
    """Return the company's documents, what expires first at the head. Raises NoResultFound."""
    if not may_keep(viewer):
        raise NoResultFound
    found = _documents(viewer, Document.supplier_id == viewer.organisation_id)
    return sorted(found, key=_by_expiry)


def offered_of(viewer: Viewer) -> list[KeptDocument]:
    """Return the documents offered to answers: those not retired, without where they are used."""
    mine = (Document.supplier_id == viewer.organisation_id) & Document.retired_at.is_(None)
    records = _records(mine)
    scans = _scans([row.id for row in records])
    found = _described(viewer.organisation_id, records, {}, scans)
    return sorted(found, key=lambda kept: (kept.facts.title.casefold(), kept.record.id))


def document_of(
    viewer: Viewer, token: str, *, to: Permission = Permission.BID_READ
) -> KeptDocument:
    """Return one document of the viewer's company. Raises NoResultFound."""
    if not may_keep(viewer, to):
        raise NoResultFound
    mine = (Document.supplier_id == viewer.organisation_id) & (Document.token == token)
    found = _documents(viewer, mine)
    if not found:
        raise NoResultFound
    return found[0]


def documents_in(bid: Bid) -> dict[str, tuple[KeptDocument, int]]:
    """Return the library's documents that the bid names: token of evidence → (which, number)."""
    rows = db.session.execute(
        select(Evidence.token, DocumentRevision.document_id, DocumentRevision.number)
        .join(DocumentRevision, DocumentRevision.id == Evidence.revision_id)
        .where(Evidence.bid_id == bid.id)
    ).all()
    if not rows:
        return {}
    records = _records(Document.id.in_({document_id for _, document_id, _ in rows}))
    scans = _scans([record.id for record in records])
    known = {kept.record.id: kept for kept in _described(bid.supplier_id, records, {}, scans)}
    return {token: (known[document_id], number) for token, document_id, number in rows}


def _documents(viewer: Viewer, which: ColumnElement[bool]) -> list[KeptDocument]:
    records = _records(which)
    if not records:
        return []
    ids, supplier_id = [row.id for row in records], viewer.organisation_id
    return _described(supplier_id, records, uses_of(supplier_id, ids), _scans(ids))


def _records(which: ColumnElement[bool]) -> list[Document]:
    return list(db.session.scalars(select(Document).where(which).order_by(Document.id)))


def _described(
    supplier_id: int,
    records: Sequence[Document],
    uses: Mapping[int, list[Use]],
    scans: Mapping[str, Scan],
) -> list[KeptDocument]:
    key = seals.company_key(supplier_id)
    if key is None:
        return []
    files = _files(records, key, scans)
    return [_kept(row, key, files.get(row.id, []), uses.get(row.id, [])) for row in records]


def _kept(row: Document, key: bytes, files: list[KeptFile], uses: list[Use]) -> KeptDocument:
    about: dict[str, Any] = seals.open_company(f"document:{row.token}", key, row.sealed_about)
    coming = about.get("next")
    return KeptDocument(
        token=row.token,
        facts=DocumentFacts.stored(about),
        next_facts=DocumentFacts.stored(coming) if coming else None,
        files=tuple(files),
        uses=tuple(uses),
        added_at=row.added_at,
        retired_at=row.retired_at,
        record=row,
    )


def _files(
    records: Sequence[Document], key: bytes, scans: Mapping[str, Scan]
) -> dict[int, list[KeptFile]]:
    rows = db.session.execute(
        select(DocumentRevision, Person.name)
        .join(Person, Person.id == DocumentRevision.added_by_id)
        .where(DocumentRevision.document_id.in_([row.id for row in records]))
        .order_by(DocumentRevision.number.desc())
    )
    found: dict[int, list[KeptFile]] = {}
    for revision, added_by in rows:
        file = kept_file(revision, key, added_by, scans.get(revision.stored_name, NEVER_SCANNED))
        found.setdefault(revision.document_id, []).append(file)
    return found


def kept_file(
    row: DocumentRevision, key: bytes, added_by: str = "", scan: Scan = NEVER_SCANNED
) -> KeptFile:
    about: dict[str, Any] = seals.open_company(f"revision:{row.token}", key, row.sealed_about)
    return KeptFile(
        token=row.token,
        number=row.number,
        name=about["name"],
        facts=DocumentFacts.stored(about["facts"]),
        sha256=about["sha256"],
        size=row.size,
        added_at=row.added_at,
        added_by=added_by,
        scan=scan,
        record=row,
        sealed_as=about.get("file") or row.token,
    )


def _scans(document_ids: list[int]) -> dict[str, Scan]:
    """Return what is known of each stored file of these documents, by its stored name."""
    rows = db.session.scalars(
        select(FileScan)
        .join(DocumentRevision, DocumentRevision.stored_name == FileScan.stored_name)
        .where(DocumentRevision.document_id.in_(document_ids))
    )
    return {row.stored_name: scan_of(row) for row in rows}


def _milestones(bid: Bid) -> Milestones:
    return Milestones.of(facts_of(bid.tender))


def _by_expiry(kept: KeptDocument) -> tuple[date, str, int]:
    """Order what expires first before what expires later, and what never does last."""
    return (kept.facts.expires or date.max, kept.facts.title.casefold(), kept.record.id)
