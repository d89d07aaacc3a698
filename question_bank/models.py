"""Tables of what an authority makes of the shared bank, and of changes proposed to it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token


class OwnStatus(StrEnum):
    """Whether an own question may be asked yet, or still."""

    DRAFT = "draft"
    READY = "ready"
    RETIRED = "retired"


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class AuthorityBank(Base):
    """Which edition of the bank an authority works with, and how its own ids begin."""

    __tablename__ = "authority_bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), unique=True)
    # Own questions are called PREFIX-01, PREFIX-02, …; chosen once, unique among authorities.
    prefix: Mapped[str | None] = mapped_column(unique=True)
    # None: the newest edition at any time. Otherwise the one the authority chose to stay with.
    edition: Mapped[str | None]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class OwnQuestion(Base):
    """A question of an authority's own, as it is now; ``raw`` has the form of the bank's YAML."""

    __tablename__ = "own_question"
    __table_args__ = (UniqueConstraint("authority_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    question_id: Mapped[str]
    version: Mapped[int]
    status: Mapped[OwnStatus]
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Where it came from if it was imported: authority, its version, the file's fingerprint.
    provenance: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class OwnQuestionVersion(Base):
    """Every version an own question ever had. Never changed."""

    __tablename__ = "own_question_version"
    __table_args__ = (UniqueConstraint("own_question_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    own_question_id: Mapped[int] = mapped_column(ForeignKey("own_question.id"))
    version: Mapped[int]
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class OwnPack(Base):
    """A pack of an authority's own; ``raw`` has the form of a shipped pack."""

    __tablename__ = "own_pack"
    __table_args__ = (UniqueConstraint("authority_id", "pack_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    pack_id: Mapped[str]
    version: Mapped[int]
    # The edition of the bank its shipped questions are taken from.
    edition: Mapped[str]
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
    provenance: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Proposal(Base):
    """A change somebody proposes to a question of the shared bank."""

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_state_id", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    edition: Mapped[str]
    question_id: Mapped[str]
    # What it is about: a path in it, such as ``levels.3`` or ``parts.SLP-07.f.label``.
    place: Mapped[str]
    # What stands there in that edition, and what should; empty where it is a remark.
    present: Mapped[str] = mapped_column(Text)
    suggestion: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[ProposalState]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_reason: Mapped[str | None] = mapped_column(Text)
