"""Keeping the documents of a company: what is said of them, and their numbered files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import audit, clock, files, keys
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from foundation.uploads import check_upload, must_fit, shown_name
from supplier_portal import seals
from supplier_portal.models import CompanyKey, Document, DocumentRevision
from supplier_portal.queries.library import KeptDocument
from supplier_portal.queries.room import bytes_of_library
from supplier_portal.rules.library import MOST_DOCUMENTS, DocumentFacts
from supplier_portal.service.evidence import NewFile
from supplier_portal.service.scanning import ask_for_scan

WHOSE = "your library"


class LibraryFull(DomainError):
    """The company keeps as many documents as it may."""


class DocumentRetired(DomainError):
    """The document is no longer offered, so nothing is added to it."""


def add_document(facts: DocumentFacts, *, by: Viewer) -> Document:
    """Keep a document; its file comes afterwards, in a form of its own. Raises LibraryFull."""
    with transaction():
        key = seals.company_key_to_write(by.organisation_id)
        return new_document(facts, key, by=by)


def new_document(facts: DocumentFacts, key: bytes, *, by: Viewer) -> Document:
    """Add the row of a document; call it inside the transaction. Raises LibraryFull."""
    kept = db.session.scalar(
        select(func.count())
        .select_from(Document)
        .where(Document.supplier_id == by.organisation_id, Document.retired_at.is_(None))
    )
    if (kept or 0) >= MOST_DOCUMENTS:
        raise LibraryFull(
            f"You cannot keep more than {MOST_DOCUMENTS} documents: retire one you no longer use"
        )
    token = new_token()
    document = Document(
        token=token,
        supplier_id=by.organisation_id,
        sealed_about=_sealed(token, key, facts.as_json()),
        added_at=clock.now(),
        added_by_id=by.person_id,
    )
    db.session.add(document)
    db.session.flush()
    _note("document.added", document, by)
    return document


def edit_document(kept: KeptDocument, facts: DocumentFacts, *, by: Viewer) -> None:
    """Correct what is said of a document and of its newest file."""
    _say(kept, facts, by=by, action="document.edited", coming=False)


def announce_revision(kept: KeptDocument, facts: DocumentFacts, *, by: Viewer) -> None:
    """Keep what was typed for a newer file, which comes next in a form of its own."""
    _say(kept, facts, by=by, action="document.revision_announced", coming=True)


def add_revision(kept: KeptDocument, new: NewFile, *, by: Viewer) -> DocumentRevision:
    """Add a file to a document; it becomes the current one. Raises UploadRefused.

    The file is stored before the row that names it. Left over by a failure in between, it is
    ciphertext whose key was never kept.
    """
    must_fit(bytes_of_library(by.organisation_id), new.data, whose=WHOSE, field="file")
    kind = check_upload(new.name, new.data, field="file")
    token, file_key = new_token(), keys.new_data_key()
    stored = files.store(new.data, key=file_key, context=seals.file_context(token))
    with transaction():
        document = current_document(kept)
        key = seals.company_key_to_write(by.organisation_id)
        must_have_room(stored.size, by=by)
        about = _about(document, key)
        facts = about.pop("next", None) or _facts_alone(about)
        revision = DocumentRevision(
            token=token,
            document_id=document.id,
            number=next_number(document),
            sealed_about=seals.seal_company(
                f"revision:{token}",
                key,
                {"name": shown_name(new.name), "sha256": stored.sha256, "facts": facts},
            ),
            stored_name=stored.name,
            size=stored.size,
            kind=kind.value,
            wrapped_key=seals.wrap_file_key(token, key, file_key),
            added_at=clock.now(),
            added_by_id=by.person_id,
        )
        db.session.add(revision)
        ask_for_scan(stored.name, asked_at=revision.added_at)
        document.sealed_about = _sealed(document.token, key, facts)
        db.session.flush()
        _note("document.revised", document, by, number=revision.number, stored=stored.name)
    return revision


def retire_document(kept: KeptDocument, *, by: Viewer) -> None:
    """Offer the document to no answer any more. The bids that name it keep it."""
    with transaction():
        document = current_document(kept, retired=True)
        if document.retired_at is None:
            document.retired_at = clock.now()
            _note("document.retired", document, by)


def restore_document(kept: KeptDocument, *, by: Viewer) -> None:
    with transaction():
        document = current_document(kept, retired=True)
        if document.retired_at is not None:
            document.retired_at = None
            _note("document.restored", document, by)


def current_document(kept: KeptDocument, *, retired: bool = False) -> Document:
    """Return the document as it is now, kept from changing until the transaction ends.

    Raises DocumentRetired unless ``retired`` ones will do.
    """
    document = db.session.scalars(
        select(Document)
        .where(Document.id == kept.record.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if document.retired_at is not None and not retired:
        raise DocumentRetired("You cannot change this document because it is retired")
    return document


def must_have_room(size: int, *, by: Viewer) -> None:
    """Raise NoRoom where a file of ``size`` bytes is too much for the library; call it inside the
    transaction: it keeps a second file from coming in at the same time."""
    db.session.scalars(
        select(CompanyKey.id).where(CompanyKey.supplier_id == by.organisation_id).with_for_update()
    ).one_or_none()
    must_fit(bytes_of_library(by.organisation_id), size, whose=WHOSE, field="file")


def next_number(document: Document) -> int:
    last = db.session.scalar(
        select(func.max(DocumentRevision.number)).where(DocumentRevision.document_id == document.id)
    )
    return (last or 0) + 1


def _say(
    kept: KeptDocument, facts: DocumentFacts, *, by: Viewer, action: str, coming: bool
) -> None:
    with transaction():
        document = current_document(kept)
        key = seals.company_key_to_write(by.organisation_id)
        about = _about(document, key)
        said = about | {"next": facts.as_json()} if coming else facts.as_json()
        if not coming and "next" in about:
            said = said | {"next": about["next"]}
        document.sealed_about = _sealed(document.token, key, said)
        _note(action, document, by)


def _about(document: Document, key: bytes) -> dict[str, Any]:
    about: dict[str, Any] = seals.open_company(
        f"document:{document.token}", key, document.sealed_about
    )
    return about


def _facts_alone(about: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if name != "next"}


def _sealed(token: str, key: bytes, about: dict[str, Any]) -> bytes:
    return seals.seal_company(f"document:{token}", key, about)


def _note(action: str, document: Document, by: Viewer, **details: Any) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("organisation", by.organisation_token),
        document=document.token,
        **details,
    )
