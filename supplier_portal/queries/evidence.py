"""The files of a bid: what they are called, and their bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from foundation import files
from foundation.chunks import ChunkReader
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, Evidence, FileScan
from supplier_portal.rules.scanning import NEVER_SCANNED, Scan, ScanState, must_not_be_refused


@dataclass(frozen=True)
class EvidenceFile:
    """A file that supports answers, as its supplier described it."""

    token: str
    name: str
    title: str
    issued: str
    sha256: str
    kind: str
    size: int
    added_at: datetime
    scan: Scan
    record: Evidence
    # What the stored bytes are bound to: the record the file was first added as, which is that
    # of the library where the bid uses a document from there (seals.file_context).
    sealed_as: str


def evidence_rows(bid_ids: list[int]) -> list[Evidence]:
    found = db.session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.scan))
        .where(Evidence.bid_id.in_(bid_ids))
        .order_by(Evidence.id)
    )
    return list(found)


def described(rows: Iterable[Evidence], key: bytes) -> dict[str, EvidenceFile]:
    return {row.token: evidence_file(row, key) for row in rows}


def evidence_file(row: Evidence, key: bytes) -> EvidenceFile:
    about = seals.open_about(row, key)
    return EvidenceFile(
        token=row.token,
        name=about["name"],
        title=about["title"],
        issued=about["issued"],
        sha256=about["sha256"],
        kind=row.kind,
        size=row.size,
        added_at=row.added_at,
        scan=scan_of(row.scan),
        record=row,
        sealed_as=about.get("file") or row.token,
    )


def open_file(row: Evidence, key: bytes) -> ChunkReader:
    """Return the bytes of the file, to be read as they are needed."""
    return files.open_stored(
        row.stored_name,
        key=seals.unwrap_file_key(row, key),
        context=seals.file_context(evidence_file(row, key).sealed_as),
    )


def file_to_hand_out(bid: Bid, token: str, key: bytes) -> tuple[EvidenceFile, ChunkReader]:
    """Return a file of the bid. Raises NoResultFound, and FileRefused if the scanner found
    malicious software in it."""
    row = db.session.scalars(
        select(Evidence)
        .options(joinedload(Evidence.scan))
        .where(Evidence.bid_id == bid.id, Evidence.token == token)
    ).one()
    about = evidence_file(row, key)
    must_not_be_refused(about.scan, about.name)
    return about, open_file(row, key)


def scan_of(row: FileScan | None) -> Scan:
    if row is None:
        return NEVER_SCANNED
    if row.state is ScanState.WAITING:
        since = datetime.fromisoformat(row.detail) if row.detail else None
        return Scan(row.state, silent_since=since)
    return Scan(row.state, row.detail)
