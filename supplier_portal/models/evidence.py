"""Files: the library of a company, what a bid names of it, whether each was scanned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from foundation.database import Base
from foundation.tokens import new_token
from supplier_portal.rules.scanning import ScanState


class CompanyKey(Base):
    """The key of what a company keeps across its bids, wrapped for "company:<its token>"."""

    __tablename__ = "company_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    wrapped: Mapped[str]


class Document(Base):
    """A certificate, policy or report in a company's library; its files are its revisions."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    # Sealed JSON under the company's key: title, what kind of document, certificate details.
    sealed_about: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # No longer offered to new answers; the bids that name it keep it.
    retired_at: Mapped[datetime | None]


class DocumentRevision(Base):
    """One file a document had, or has. Rows are only added; the highest number counts."""

    __tablename__ = "document_revision"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    number: Mapped[int]
    # Sealed JSON: name of the file, issued, valid from, valid to, SHA-256 of the file as sent.
    sealed_about: Mapped[bytes] = mapped_column(LargeBinary)
    stored_name: Mapped[str]
    size: Mapped[int]
    kind: Mapped[str]
    # The file's own key, under the company's.
    wrapped_key: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Evidence(Base):
    """A file that supports answers; which parts it supports, the answers to those parts say."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # Sealed JSON: title, name, issued, SHA-256 of the file as sent.
    sealed_about: Mapped[bytes] = mapped_column(LargeBinary)
    # Where the encrypted bytes lie: the hash of what is stored (foundation.files).
    stored_name: Mapped[str]
    size: Mapped[int]
    kind: Mapped[str]
    # The file's own key, under the key of the bid.
    wrapped_key: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # The revision of a document in the company's library that this is; None for a file of its own.
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("document_revision.id"))
    # One scan serves every row that names the stored file; None where nobody ever asked.
    scan: Mapped[FileScan | None] = relationship(
        primaryjoin="foreign(Evidence.stored_name) == FileScan.stored_name", viewonly=True
    )


class FileScan(Base):
    """What the scanner for malicious software said of a stored file."""

    __tablename__ = "file_scan"

    id: Mapped[int] = mapped_column(primary_key=True)
    stored_name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[ScanState]
    # What the scanner called it, or why it could not look; while waiting, since when the scanner
    # does not answer (ISO 8601), or empty.
    detail: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class ConfidentialMark(Base):
    """A passage or a file that the company asks to be kept from others, and why."""

    __tablename__ = "confidential_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    part_id: Mapped[str]
    # Sealed JSON under the bid's key: passage or evidence token, reason, until when.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
