"""What the scanner said of files, and the files themselves for it to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from accounts.models import Organisation
from foundation import files
from foundation.audit import Subject
from foundation.chunks import ChunkReader
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, Document, DocumentRevision, Evidence, FileScan
from supplier_portal.queries.evidence import EvidenceFile, evidence_file, open_file, scan_of
from supplier_portal.queries.library import kept_file
from supplier_portal.rules.scanning import Scan, ScanState

# Files of later stations: app.py lists functions of the name of a stored file to what is scanned.
OTHER_FILES = "other_files_to_scan"


@dataclass(frozen=True)
class ToScan:
    """A stored file to look at, and in whose record the result is noted."""

    file: AbstractContextManager[ChunkReader]
    subject: Subject


def scans_of(stored_names: Iterable[str]) -> dict[str, Scan]:
    """Return what is known of stored files; one that nobody asked about is left out."""
    rows = db.session.scalars(select(FileScan).where(FileScan.stored_name.in_(stored_names)))
    return {row.stored_name: scan_of(row) for row in rows}


def refused_in(bid: Bid, answers: Mapping[str, Any]) -> list[tuple[EvidenceFile, str]]:
    """Return the files the scanner refused that these answers name: (which, the part)."""
    rows = db.session.scalars(
        select(Evidence)
        .join(FileScan, FileScan.stored_name == Evidence.stored_name)
        .options(contains_eager(Evidence.scan))
        .where(Evidence.bid_id == bid.id, FileScan.state == ScanState.REFUSED)
        .order_by(Evidence.id)
    ).all()
    key = seals.supplier_key(bid) if rows else b""
    return [
        (evidence_file(row, key), part_id)
        for row in rows
        for part_id, value in answers.items()
        if _names(value, row.token)
    ]


def file_to_scan(stored_name: str) -> ToScan | None:
    """Return a stored file for the scanner; None if no row names it any more.

    For the worker alone, which looks at files on behalf of those who sent them.
    """
    row = db.session.execute(
        select(Evidence, Bid)
        .join(Bid, Bid.id == Evidence.bid_id)
        .where(Evidence.stored_name == stored_name)
        .limit(1)
    ).first()
    if row is not None:
        evidence, bid = row
        return ToScan(open_file(evidence, seals.supplier_key(bid)), ("bid", bid.token))
    return _revision_to_scan(stored_name) or _other_file(stored_name)


def _other_file(stored_name: str) -> ToScan | None:
    for known in current_app.extensions[OTHER_FILES]:
        found: ToScan | None = known(stored_name)
        if found is not None:
            return found
    return None


def _revision_to_scan(stored_name: str) -> ToScan | None:
    row = db.session.execute(
        select(DocumentRevision, Organisation)
        .join(Document, Document.id == DocumentRevision.document_id)
        .join(Organisation, Organisation.id == Document.supplier_id)
        .where(DocumentRevision.stored_name == stored_name)
        .limit(1)
    ).first()
    if row is None:
        return None
    revision, company = row
    key = seals.company_key(company.id)
    if key is None:
        return None
    file = files.open_stored(
        stored_name,
        key=seals.unwrap_file_key(revision, key),
        context=seals.file_context(kept_file(revision, key).sealed_as),
    )
    return ToScan(file, ("organisation", company.token))


def _names(value: Any, token: str) -> bool:
    return isinstance(value, list) and any(
        isinstance(entry, Mapping) and entry.get("evidence") == token for entry in value
    )
