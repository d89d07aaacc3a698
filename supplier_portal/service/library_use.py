"""Naming documents of the library in the answers of a bid, and keeping files of a bid in it.

No bytes are copied: a file's own key is wrapped again, under the key of the bid or the company's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from foundation.uploads import must_fit
from question_bank.rules.kinds.rows import MOST_FILES
from question_bank.rules.questions import Part
from supplier_portal import queries, seals
from supplier_portal.models import Bid, DocumentRevision, Evidence
from supplier_portal.queries.evidence import evidence_file
from supplier_portal.queries.library import KeptDocument, KeptFile
from supplier_portal.queries.room import bytes_of_bid
from supplier_portal.rules.library import DocumentFacts
from supplier_portal.service.answers import stored_answers, write_answers
from supplier_portal.service.bids import current
from supplier_portal.service.evidence import ADD, WHOSE, Entry, TooManyFiles, entry_of
from supplier_portal.service.library import must_have_room, new_document


class NothingChosen(DomainError):
    """No document was ticked."""


class NoFileYet(DomainError):
    """The document has no file that an answer could name."""


def use_documents(
    bid: Bid, part: Part, chosen: Sequence[KeptDocument], *, by: Viewer, arrived_at: datetime
) -> None:
    """Name the current file of each document in the answer to ``part``, in one version of it.

    Raises NothingChosen, NoFileYet, TooManyFiles and TooLate.
    """
    if not chosen:
        raise NothingChosen("Select at least one document", field="document")
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=ADD)
        stands = stored_answers(bid, [part.id])[part.id]
        entries: list[Entry] = list(stands.rows)
        named = {entry.get("evidence") for entry in entries}
        for kept in chosen:
            evidence = _evidence_of(bid, kept, by=by, arrived_at=arrived_at)
            if evidence.token not in named:
                entries.append(entry_of(bid, evidence))
                named.add(evidence.token)
        if len(entries) > MOST_FILES:
            raise TooManyFiles(
                f"You cannot add more than {MOST_FILES} files here: select fewer, or remove some",
                field="document",
            )
        if entries != stands.rows:
            write_answers(bid, {part.id: entries}, {part.id: stands}, by=by, arrived_at=arrived_at)


def use_newest(bid: Bid, kept: KeptDocument, *, by: Viewer, arrived_at: datetime) -> None:
    """Name the newest file of the document wherever the bid names an older one.

    Submissions keep what they named. Raises NoFileYet and TooLate.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=ADD)
        newest = _evidence_of(bid, kept, by=by, arrived_at=arrived_at)
        older = _older_evidence(bid, newest)
        answers = queries.answers_of(bid)
        changed = {
            part_id: _replaced(value, older, entry_of(bid, newest))
            for part_id, value in answers.items()
            if isinstance(value, list) and _names_any(value, older)
        }
        if changed:
            stands = stored_answers(bid, changed)
            write_answers(bid, changed, stands, by=by, arrived_at=arrived_at)


def keep_in_library(bid: Bid, token: str, facts: DocumentFacts, *, by: Viewer) -> DocumentRevision:
    """Make a document of a file of the bid. Raises NoResultFound and LibraryFull."""
    with transaction():
        evidence = db.session.scalars(
            select(Evidence)
            .where(Evidence.bid_id == bid.id, Evidence.token == token)
            .with_for_update()
        ).one()
        if evidence.revision_id is not None:
            return db.session.get_one(DocumentRevision, evidence.revision_id)
        key, bid_key = seals.company_key_to_write(by.organisation_id), seals.supplier_key(bid)
        must_have_room(evidence.size, by=by)
        file, revision_token = evidence_file(evidence, bid_key), new_token()
        said = facts if facts.issued else replace(facts, issued=file.issued)
        document = new_document(said, key, by=by)
        about = {
            "name": file.name,
            "sha256": file.sha256,
            "facts": said.as_json(),
            "file": file.sealed_as,
        }
        revision = DocumentRevision(
            token=revision_token,
            document_id=document.id,
            number=1,
            sealed_about=seals.seal_company(f"revision:{revision_token}", key, about),
            stored_name=evidence.stored_name,
            size=evidence.size,
            kind=evidence.kind,
            wrapped_key=seals.wrap_file_key(
                revision_token, key, seals.unwrap_file_key(evidence, bid_key)
            ),
            added_at=clock.now(),
            added_by_id=by.person_id,
        )
        db.session.add(revision)
        db.session.flush()
        evidence.revision_id = revision.id
    return revision


def _evidence_of(bid: Bid, kept: KeptDocument, *, by: Viewer, arrived_at: datetime) -> Evidence:
    """Return the bid's record of the document's current file, made now if there is none."""
    file = kept.current
    if file is None:
        raise NoFileYet(
            f"You cannot use “{kept.facts.title}” here because it has no file yet", field="document"
        )
    there = db.session.scalars(
        select(Evidence).where(Evidence.bid_id == bid.id, Evidence.revision_id == file.record.id)
    ).first()
    return there or _new_evidence(bid, kept, file, by=by, arrived_at=arrived_at)


def _new_evidence(
    bid: Bid, kept: KeptDocument, file: KeptFile, *, by: Viewer, arrived_at: datetime
) -> Evidence:
    key = seals.company_key(by.organisation_id)
    if key is None:
        raise LookupError("A company with documents has no key")
    must_fit(bytes_of_bid(bid), file.size, whose=WHOSE, field="document")
    token, bid_key = new_token(), seals.supplier_key(bid)
    about = {
        "name": file.name,
        "title": kept.facts.title,
        "issued": kept.facts.issued,
        "sha256": file.sha256,
        "file": file.sealed_as,
    }
    evidence = Evidence(
        token=token,
        bid_id=bid.id,
        supplier_id=bid.supplier_id,
        sealed_about=seals.seal_about(token, bid_key, about),
        stored_name=file.record.stored_name,
        size=file.size,
        kind=file.record.kind,
        wrapped_key=seals.wrap_file_key(token, bid_key, seals.unwrap_file_key(file.record, key)),
        added_at=arrived_at,
        added_by_id=by.person_id,
        revision_id=file.record.id,
    )
    db.session.add(evidence)
    db.session.flush()
    audit.record(
        "evidence.added",
        actor=by.person_token,
        subject=("bid", bid.token),
        evidence=token,
        stored=file.record.stored_name,
        revision=file.token,
    )
    return evidence


def _older_evidence(bid: Bid, newest: Evidence) -> set[str]:
    """Return the tokens of the bid's other records of the same document."""
    document = (
        select(DocumentRevision.document_id)
        .where(DocumentRevision.id == newest.revision_id)
        .scalar_subquery()
    )
    found = db.session.scalars(
        select(Evidence.token)
        .join(DocumentRevision, DocumentRevision.id == Evidence.revision_id)
        .where(
            Evidence.bid_id == bid.id,
            Evidence.id != newest.id,
            DocumentRevision.document_id == document,
        )
    )
    return set(found)


def _names_any(entries: Iterable[Any], tokens: set[str]) -> bool:
    return any(isinstance(entry, Mapping) and entry.get("evidence") in tokens for entry in entries)


def _replaced(entries: Iterable[Entry], older: set[str], newest: Entry) -> list[Entry]:
    """Return the entries with the newest file in the place of the first older one, once."""
    replaced: list[Entry] = []
    for entry in entries:
        put = newest if entry.get("evidence") in older else entry
        if put not in replaced:
            replaced.append(put)
    return replaced
