"""The handover pack of a contract: what whoever keeps it needs, in one zip made by a job.

Whoever takes it away may read the contract at that moment, not only when it was asked for. An event
of the contract says that it was asked for, by whom, and which file it became.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen, contract_seen
from contract_clauses.service.contracts import locked, note
from contract_clauses.service.obligations_made import add_event
from foundation import clock, files, jobs, keys
from foundation.chunks import ChunkReader
from foundation.database import db, transaction
from foundation.errors import DomainError
from records.handover_items import items, readme
from records.models import MadeRecord
from records.pack.items import slug
from records.pack.reader import reader
from records.pack.zipping import PiecesSource, Writer
from records.rules.kinds import RecordKind
from scoring.queries.ranked import must_not_mark_alone

MAKE = "handover.make"
EVENT = "handover pack asked for"
NO_LONGER = "Whoever asked for it may not read the contract any more"


@dataclass(frozen=True)
class MadePack:
    """A pack as its page lists it: made, being made, or why not."""

    row: MadeRecord
    by: str
    name: str


def ask_for_pack(seen: ContractSeen, *, by: Viewer) -> MadeRecord:
    """Ask for the pack of a contract; one that is being made is enough. Raises NoResultFound."""
    with transaction():
        contract = locked(seen.contract)
        now = contract_for(by, contract.token)
        waiting = [
            one.row
            for one in packs_of(now)
            if one.row.made_at is None and not one.row.failed_because
        ]
        if waiting:
            return waiting[0]
        row = MadeRecord(
            authority_id=contract.authority_id,
            tender_id=contract.tender_id,
            kind=RecordKind.HANDOVER,
            asked_at=clock.now(),
            asked_by_id=by.person_id,
        )
        db.session.add(row)
        db.session.flush()
        add_event(contract, EVENT, {"record": row.token}, "", by=by)
        note("handover.asked", contract, by, record=row.token)
        jobs.enqueue(MAKE, row.token, {"contract": contract.token})
    return row


def make_pack(subject: str, payload: Mapping[str, Any]) -> None:
    """Do the job: a second time it finds the file there and does nothing."""
    row = db.session.scalars(select(MadeRecord).where(MadeRecord.token == subject)).one_or_none()
    if row is None or row.made_at is not None or row.failed_because:
        return
    viewer = reader(row.asked_by_id, row.authority_id)
    try:
        if viewer is None:
            raise NoResultFound
        seen = contract_for(viewer, payload["contract"])
        pieces = pieces_of(seen, viewer)
        key, context = keys.new_data_key(), f"record:{row.token}"
        stored = files.store(PiecesSource(pieces), key=key, context=context)
    except (DomainError, NoResultFound):
        with transaction():
            row.failed_because = NO_LONGER
        return
    with transaction():
        row.made_at = clock.now()
        row.stored_name, row.size, row.sha256 = stored.name, stored.size, stored.sha256
        row.wrapped_key = keys.wrap(key, purpose=context)
        note("handover.made", seen.contract, viewer, record=row.token, sha256=stored.sha256)


def pieces_of(seen: ContractSeen, viewer: Viewer) -> Iterator[bytes]:
    """Return the zip piece by piece."""
    told = readme(seen, viewer, clock.now())
    title = f"Handover pack of contract {seen.reference}"
    return Writer(told, [], title=title).pieces(items(seen, viewer))


def packs_of(seen: ContractSeen) -> list[MadePack]:
    """Return the packs made or being made of a contract, the newest first."""
    tokens = [one.details.get("record", "") for one in seen.events if one.kind == EVENT]
    rows = db.session.execute(
        select(MadeRecord, Person.name)
        .join(Person, Person.id == MadeRecord.asked_by_id)
        .where(MadeRecord.token.in_(tokens), MadeRecord.kind == RecordKind.HANDOVER)
        .order_by(MadeRecord.id.desc())
    )
    return [MadePack(row, name, _name(seen, row)) for row, name in rows]


def pack_file(seen: ContractSeen, token: str) -> tuple[MadePack, ChunkReader]:
    """Return a pack of this contract and its bytes. Raises NoResultFound."""
    found = [one for one in packs_of(seen) if one.row.token == token]
    if not found or found[0].row.stored_name is None or found[0].row.wrapped_key is None:
        raise NoResultFound
    row, context = found[0].row, f"record:{token}"
    key = keys.unwrap(found[0].row.wrapped_key, purpose=context)
    return found[0], files.open_stored(
        found[0].row.stored_name, key=key, context=f"record:{row.token}"
    )


def contract_for(viewer: Viewer, token: str) -> ContractSeen:
    """Return a contract whose files the viewer may take away. Raises NoResultFound, OwnMarksFirst
    and MustDeclareFirst."""
    seen = contract_seen(viewer, token)
    if not viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=seen.tender.id):
        raise NoResultFound
    must_not_mark_alone(viewer, seen.tender, "take away the handover pack")
    return seen


def _name(seen: ContractSeen, row: MadeRecord) -> str:
    return f"handover-{slug(seen.reference)}-{row.asked_at:%Y-%m-%d}-{slug(row.token[:6])}.zip"
