"""Having files looked at for malicious software, without anybody waiting for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from foundation import audit, clock, jobs
from foundation.audit import Subject
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.scanning import ScannerDown, Verdict, scanner
from supplier_portal.models import Bid, FileScan
from supplier_portal.queries.scanning import file_to_scan, refused_in
from supplier_portal.rules.scanning import ScanState, wait_before_asking_again

SCAN = "file.scan"
SYSTEM = "system"


class RefusedFileNamed(DomainError):
    """An answer names a file in which the scanner found malicious software."""


def ask_for_scan(stored_name: str, *, asked_at: datetime) -> None:
    """Note that a file is to be looked at, in the transaction that saves the row naming it.

    A stored file is looked at once, however many rows name it.
    """
    if db.session.scalars(select(FileScan.id).where(FileScan.stored_name == stored_name)).first():
        return
    wanted = scanner() is not None
    db.session.add(
        FileScan(
            stored_name=stored_name,
            state=ScanState.WAITING if wanted else ScanState.SCANNER_ABSENT,
            asked_at=asked_at,
            decided_at=None if wanted else asked_at,
        )
    )
    db.session.flush()
    if wanted:
        jobs.enqueue(SCAN, stored_name)


def scan_file(stored_name: str, payload: Mapping[str, Any]) -> None:
    """Have a file looked at and note the result. A scanner that does not answer is asked again."""
    row = _waiting(stored_name)
    to_scan = file_to_scan(stored_name) if row is not None else None
    if to_scan is None:
        return
    # Nothing of the database is held while the scanner looks.
    db.session.rollback()
    found = scanner()
    try:
        with to_scan.file as file:
            verdict = found.scan(file) if found is not None else None
    except ScannerDown:
        _ask_again(stored_name, int(payload.get("tries", 0)))
        return
    _settle(stored_name, verdict, to_scan.subject)


def scan_again() -> int:
    """Ask for every file that nobody could look at before; return how many these are."""
    with transaction():
        rows = db.session.scalars(
            select(FileScan).where(
                FileScan.state.in_(
                    (ScanState.WAITING, ScanState.SCANNER_ABSENT, ScanState.CANNOT_BE_SCANNED)
                )
            )
        ).all()
        for row in rows:
            row.state, row.detail, row.decided_at = ScanState.WAITING, "", None
            jobs.enqueue(SCAN, row.stored_name)
    return len(rows)


def must_name_no_refused_file(bid: Bid, answers: Mapping[str, Any]) -> None:
    """Raises RefusedFileNamed: a bid is submitted without such a file, never with it."""
    for file, part_id in refused_in(bid, answers):
        raise RefusedFileNamed(
            f"You cannot submit the bid with {file.name} because the scanner found malicious "
            f"software in it ({file.scan.detail}). Remove it from {part_id}, and add a clean copy "
            "if you have one"
        )


def _waiting(stored_name: str) -> FileScan | None:
    return db.session.scalars(
        select(FileScan)
        .where(FileScan.stored_name == stored_name, FileScan.state == ScanState.WAITING)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _ask_again(stored_name: str, tries: int) -> None:
    with transaction():
        row = _waiting(stored_name)
        if row is None:
            return
        row.detail = row.detail or clock.now().isoformat()
        jobs.enqueue(
            SCAN,
            stored_name,
            {"tries": tries + 1},
            run_at=clock.now() + wait_before_asking_again(tries),
        )


def _settle(stored_name: str, verdict: Verdict | None, subject: Subject) -> None:
    with transaction():
        row = _waiting(stored_name)
        if row is None:
            return
        row.state, row.detail = _state_and_detail(verdict)
        row.decided_at = clock.now()
        audit.record(
            "file.scanned",
            actor=SYSTEM,
            subject=subject,
            stored=stored_name,
            state=row.state.value,
            scanner=verdict.by if verdict else "",
        )


def _state_and_detail(verdict: Verdict | None) -> tuple[ScanState, str]:
    if verdict is None:
        return ScanState.SCANNER_ABSENT, ""
    if verdict.found:
        return ScanState.REFUSED, verdict.found
    if verdict.unable:
        return ScanState.CANNOT_BE_SCANNED, verdict.unable
    return ScanState.CLEAN, ""
