"""Adding files to a bid, and to the parts they support."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, files, keys
from foundation.chunks import Source
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from foundation.uploads import check_upload, must_fit, shown_name
from question_bank.rules.kinds.rows import MOST_FILES
from question_bank.rules.questions import Part
from supplier_portal import seals
from supplier_portal.models import Bid, Evidence
from supplier_portal.queries.evidence import evidence_file
from supplier_portal.queries.room import bytes_of_bid
from supplier_portal.service.answers import stored_answers, write_answers
from supplier_portal.service.bids import current
from supplier_portal.service.scanning import ask_for_scan

ADD = "add a file"
WHOSE = "this bid"
Entry = dict[str, Any]


class TooManyFiles(DomainError):
    """A part has as many files as it may have."""


@dataclass(frozen=True)
class NewFile:
    """A file as sent; ``issued`` is the date on the document as "2026-03-27", or empty."""

    name: str
    data: bytes | Source
    title: str = ""
    issued: str = ""


def add_evidence(
    bid: Bid, part: Part, new: NewFile, *, by: Viewer, arrived_at: datetime
) -> Evidence:
    """Keep a file and name it in the answer to ``part``. Raises UploadRefused and TooLate."""
    evidence = _stored(bid, new, field=part.id, by=by, arrived_at=arrived_at)
    with transaction():
        bid = _added(bid, evidence, field=part.id, by=by, arrived_at=arrived_at)
        _name_in_answer(bid, part, evidence, by=by, arrived_at=arrived_at)
    return evidence


def keep_file(
    bid: Bid,
    new: NewFile,
    *,
    field: str,
    by: Viewer,
    arrived_at: datetime,
    then: Callable[[Bid, Evidence], None] | None = None,
) -> Evidence:
    """Keep a file that no answer names; ``then`` belongs to the same change.

    Raises UploadRefused naming ``field``, and TooLate.
    """
    evidence = _stored(bid, new, field=field, by=by, arrived_at=arrived_at)
    with transaction():
        added_to = _added(bid, evidence, field=field, by=by, arrived_at=arrived_at)
        if then is not None:
            then(added_to, evidence)
    return evidence


def _stored(bid: Bid, new: NewFile, *, field: str, by: Viewer, arrived_at: datetime) -> Evidence:
    """Store the bytes, before and outside the transaction that adds the row naming them.

    Left over by a failure in between, they are ciphertext whose key was never kept. What has no
    room is refused here, before a byte is stored, and once more when its row is added.
    """
    must_fit(bytes_of_bid(bid), new.data, whose=WHOSE, field=field)
    kind = check_upload(new.name, new.data, field=field)
    token, file_key, bid_key = new_token(), keys.new_data_key(), seals.supplier_key(bid)
    stored = files.store(new.data, key=file_key, context=seals.file_context(token))
    name = shown_name(new.name)
    about = {
        "name": name,
        "title": new.title.strip() or name,
        "issued": new.issued,
        "sha256": stored.sha256,
    }
    return Evidence(
        token=token,
        bid_id=bid.id,
        supplier_id=bid.supplier_id,
        sealed_about=seals.seal_about(token, bid_key, about),
        stored_name=stored.name,
        size=stored.size,
        kind=kind.value,
        wrapped_key=seals.wrap_file_key(token, bid_key, file_key),
        added_at=arrived_at,
        added_by_id=by.person_id,
    )


def _added(bid: Bid, evidence: Evidence, *, field: str, by: Viewer, arrived_at: datetime) -> Bid:
    """Add the row of a stored file; return the bid as it is now."""
    bid = current(bid, arrived_at=arrived_at, doing=ADD)
    must_fit(bytes_of_bid(bid), evidence.size, whose=WHOSE, field=field)
    db.session.add(evidence)
    db.session.flush()
    ask_for_scan(evidence.stored_name, asked_at=arrived_at)
    audit.record(
        "evidence.added",
        actor=by.person_token,
        subject=("bid", bid.token),
        evidence=evidence.token,
        stored=evidence.stored_name,
    )
    return bid


def attach_evidence(
    bid: Bid, part: Part, tokens: Iterable[str], *, by: Viewer, arrived_at: datetime
) -> None:
    """Name files of the bid in the answer to another part. Raises NoResultFound and TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=ADD)
        for token in tokens:
            evidence = db.session.scalars(
                select(Evidence).where(Evidence.bid_id == bid.id, Evidence.token == token)
            ).one()
            _name_in_answer(bid, part, evidence, by=by, arrived_at=arrived_at)


def remove_evidence(bid: Bid, part: Part, token: str, *, by: Viewer, arrived_at: datetime) -> None:
    """Take a file out of the answer to ``part``; nothing happens if it is not named there.

    The file is kept: an earlier submission may hold it.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="remove a file")
        stands = stored_answers(bid, [part.id])[part.id]
        kept = [entry for entry in stands.rows if entry.get("evidence") != token]
        if kept != stands.rows:
            write_answers(
                bid, {part.id: kept or None}, {part.id: stands}, by=by, arrived_at=arrived_at
            )


def _name_in_answer(
    bid: Bid, part: Part, evidence: Evidence, *, by: Viewer, arrived_at: datetime
) -> None:
    stands = stored_answers(bid, [part.id])[part.id]
    entries: list[Entry] = stands.rows
    if any(entry.get("evidence") == evidence.token for entry in entries):
        return
    if len(entries) >= MOST_FILES:
        raise TooManyFiles(
            f"You cannot add more than {MOST_FILES} files here: remove one first", field=part.id
        )
    entry = entry_of(bid, evidence)
    write_answers(
        bid, {part.id: [*entries, entry]}, {part.id: stands}, by=by, arrived_at=arrived_at
    )


def entry_of(bid: Bid, evidence: Evidence) -> Entry:
    """Return the evidence as the answer of a file part names it (question_bank kinds)."""
    about = evidence_file(evidence, seals.supplier_key(bid))
    entry = {
        "name": about.name,
        "title": about.title,
        "evidence": about.token,
        "sha256": about.sha256,
        "size": str(about.size),
    }
    return entry | ({"issued": about.issued} if about.issued else {})
