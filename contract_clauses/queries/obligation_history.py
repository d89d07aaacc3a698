"""What was done about an obligation, each time it fell due: events in words, and files shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from contract_clauses import seals
from contract_clauses.models import (
    Contract,
    Obligation,
    ObligationDue,
    ObligationEvent,
    ObligationFile,
)
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.obligations import DueSeen, ObligationSeen
from contract_clauses.rules.obligations import DueState
from foundation import clock
from foundation import files as stored_files
from foundation.chunks import ChunkReader
from foundation.database import db
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries.scanning import ToScan, scans_of
from supplier_portal.rules.scanning import NEVER_SCANNED, Scan, must_not_be_refused


@dataclass(frozen=True)
class ShownFile:
    """A file shown for something due, as its supplier described it."""

    row: ObligationFile
    title: str
    name: str
    sha256: str
    issued: date | None
    scan: Scan

    @property
    def token(self) -> str:
        return self.row.token

    @property
    def had_run_out(self) -> bool:
        """Whether the last day it holds was past when it was shown."""
        until = self.row.valid_to
        return until is not None and until < clock.london(self.row.added_at).date()


@dataclass(frozen=True)
class Happened:
    """One step, in words."""

    state: DueState
    due_on: date | None
    words: str
    by: str
    at: datetime
    # The kind of step, such as "put off"; empty where the state says it.
    step: str = ""


@dataclass(frozen=True)
class DueHistory:
    due: DueSeen
    events: tuple[Happened, ...]
    files: tuple[ShownFile, ...]


def obligation_in(seen: ContractSeen, token: str) -> ObligationSeen:
    """Return one obligation of a contract. Raises NoResultFound."""
    for one in seen.obligations:
        if one.token == token:
            return one
    raise NoResultFound


def due_in(
    seen: ContractSeen, token: str, *, of: str | None = None
) -> tuple[ObligationSeen, DueSeen]:
    """Return one time an obligation of a contract falls due: the obligation ``of``, if it is named.

    Raises NoResultFound.
    """
    for one in seen.obligations:
        for due in one.dues:
            if due.token == token and of in (None, one.token):
                return one, due
    raise NoResultFound


def history_of(seen: ContractSeen, obligation: ObligationSeen) -> tuple[DueHistory, ...]:
    """Return what was done about an obligation, the last time first. Three statements."""
    return tuple(reversed([entry for _one, entry in histories_of(seen, [obligation])]))


def histories_of(
    seen: ContractSeen, obligations: Iterable[ObligationSeen]
) -> list[tuple[ObligationSeen, DueHistory]]:
    """Return each time each of these fell due, with what was done, in order. Three statements."""
    dues = [(one, due) for one in obligations for due in one.dues]
    events = _events(seen, {due.row.id: due.token for _one, due in dues})
    files = files_of(seen, [due.row.id for _one, due in dues])
    return [
        (
            one,
            DueHistory(due, tuple(events.get(due.row.id, ())), tuple(files.get(due.row.id, ()))),
        )
        for one, due in dues
    ]


def _events(seen: ContractSeen, tokens: Mapping[int, str]) -> Mapping[int, list[Happened]]:
    found: dict[int, list[Happened]] = {}
    for row in db.session.scalars(
        select(ObligationEvent)
        .options(joinedload(ObligationEvent.done_by, innerjoin=True))
        .where(ObligationEvent.due_id.in_(list(tokens)))
        .order_by(ObligationEvent.due_id, ObligationEvent.number)
    ):
        name = seals.event_name(tokens[row.due_id], row.number)
        said = seals.opened(seals.EVENT, name, seen.key, row.sealed_words)
        found.setdefault(row.due_id, []).append(
            Happened(
                row.state,
                row.due_on,
                said["words"],
                row.done_by.name,
                row.done_at,
                said.get("step", ""),
            )
        )
    return found


def files_of(seen: ContractSeen, due_ids: Iterable[int]) -> Mapping[int, list[ShownFile]]:
    """Return the files shown for things due, by id, with what the scanner said. Two statements."""
    rows = db.session.scalars(
        select(ObligationFile)
        .where(ObligationFile.due_id.in_(list(due_ids)))
        .order_by(ObligationFile.id)
    ).all()
    scans = scans_of(row.stored_name for row in rows) if rows else {}
    found: dict[int, list[ShownFile]] = {}
    for row in rows:
        shown = _shown(row, seen.key, scans.get(row.stored_name, NEVER_SCANNED))
        found.setdefault(row.due_id, []).append(shown)
    return found


def file_shown(seen: ContractSeen, token: str) -> tuple[ShownFile, ChunkReader]:
    """Return a file of a contract. Raises NoResultFound, and FileRefused for malicious software."""
    row = db.session.scalars(
        select(ObligationFile)
        .join(ObligationDue, ObligationDue.id == ObligationFile.due_id)
        .join(Obligation, Obligation.id == ObligationDue.obligation_id)
        .where(ObligationFile.token == token, Obligation.contract_id == seen.contract.id)
    ).one()
    scan = scans_of([row.stored_name]).get(row.stored_name, NEVER_SCANNED)
    shown = _shown(row, seen.key, scan)
    must_not_be_refused(shown.scan, shown.name)
    return shown, _open(row, seen.key)


def file_to_scan(stored_name: str) -> ToScan | None:
    """Return a file shown for an obligation, for the scanner; app.py plugs this in."""
    found = db.session.execute(
        select(ObligationFile, Bid, Contract.token)
        .join(ObligationDue, ObligationDue.id == ObligationFile.due_id)
        .join(Obligation, Obligation.id == ObligationDue.obligation_id)
        .join(Contract, Contract.id == Obligation.contract_id)
        .join(Bid, Bid.id == Contract.bid_id)
        .where(ObligationFile.stored_name == stored_name)
        .limit(1)
    ).first()
    if found is None:
        return None
    row, bid, contract = found
    return ToScan(_open(row, bid_seals.supplier_key(bid)), ("contract", contract))


def _open(row: ObligationFile, key: bytes) -> ChunkReader:
    return stored_files.open_stored(
        row.stored_name,
        key=bid_seals.unwrapped_file_key(row.token, row.wrapped_key, key),
        context=bid_seals.file_context(row.token),
    )


def _shown(row: ObligationFile, key: bytes, scan: Scan) -> ShownFile:
    about = seals.opened(seals.FILE, row.token, key, row.sealed_about)
    issued = about.get("issued") or ""
    return ShownFile(
        row,
        about["title"],
        about["name"],
        about["sha256"],
        date.fromisoformat(issued) if issued else None,
        scan,
    )
