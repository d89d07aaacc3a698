"""What an authority adds to the shipped library: clauses of its own, and its Word templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from contract_clauses.rules.editing import OwnClauseStatus
from foundation.database import Base
from foundation.tokens import new_token


class OwnClause(Base):
    """A clause of an authority's own, as it is now; see ``rules.own_clauses`` for ``raw``."""

    __tablename__ = "own_clause"
    __table_args__ = (UniqueConstraint("authority_id", "clause_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    clause_id: Mapped[str]
    version: Mapped[int]
    status: Mapped[OwnClauseStatus]
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    changed_by: Mapped[Person] = relationship()


class OwnClauseVersion(Base):
    """What an own clause was each time it was saved, with what changed in words. Never changed.

    ``number`` counts the times it was saved, ``version`` the times it was made ready.
    """

    __tablename__ = "own_clause_version"
    __table_args__ = (UniqueConstraint("own_clause_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    own_clause_id: Mapped[int] = mapped_column(ForeignKey("own_clause.id"))
    number: Mapped[int]
    version: Mapped[int]
    status: Mapped[OwnClauseStatus]
    raw: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    saved_by: Mapped[Person] = relationship()


class WordTemplate(Base):
    """A .docx of the authority's that its schedules are written on, as it was sent. Only added."""

    __tablename__ = "word_template"
    __table_args__ = (UniqueConstraint("authority_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    title: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    # Our style → the template's, by name; and what was found when it was looked into.
    styles: Mapped[dict[str, Any]] = mapped_column(JSON)
    findings: Mapped[dict[str, Any]] = mapped_column(JSON)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]

    added_by: Mapped[Person] = relationship()


class WordTemplateChoice(Base):
    """On which template an authority's schedules are written from now on. Only added."""

    __tablename__ = "word_template_choice"
    __table_args__ = (UniqueConstraint("authority_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    # None: the service's own.
    template_id: Mapped[int | None] = mapped_column(ForeignKey("word_template.id"))
    reason: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    template: Mapped[WordTemplate | None] = relationship()
    done_by: Mapped[Person] = relationship()
