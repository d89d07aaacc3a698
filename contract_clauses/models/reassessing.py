"""The yearly look at a contract: what may have changed since the bid is asked again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from contract_clauses.rules.reassessing import Step
from foundation.database import Base
from foundation.tokens import new_token


class Reassessment(Base):
    """One round: which parts are asked again, and until when they are to be answered."""

    __tablename__ = "reassessment"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    # [{"part", "because"}]: ids and rules, never what was answered.
    asked: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    due_on: Mapped[date]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ReassessmentAnswer(Base):
    """What the supplier says of one part now. Only added; the highest version counts."""

    __tablename__ = "reassessment_answer"
    __table_args__ = (UniqueConstraint("reassessment_id", "part_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reassessment_id: Mapped[int] = mapped_column(ForeignKey("reassessment.id"))
    part_id: Mapped[str]
    version: Mapped[int]
    # Whether the earlier answer is still right; the value then is that answer's.
    unchanged: Mapped[bool]
    # JSON under the bid's key: the value, and what the company says about it.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime]

    answered_by: Mapped[Person] = relationship()


class ReassessmentFile(Base):
    """A file sent in a round, stored as evidence of the bid is (foundation.files). Only added:
    which files an answer names, the answer says."""

    __tablename__ = "reassessment_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    reassessment_id: Mapped[int] = mapped_column(ForeignKey("reassessment.id"), index=True)
    # The part it was sent for.
    part_id: Mapped[str]
    # Sealed JSON under the bid's key: title, name of the file, issued, SHA-256.
    sealed_about: Mapped[bytes] = mapped_column(LargeBinary)
    stored_name: Mapped[str]
    size: Mapped[int]
    kind: Mapped[str]
    wrapped_key: Mapped[str] = mapped_column(Text)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class ReassessmentEvent(Base):
    """A round handed in, sent back or settled, with what was written. Only added."""

    __tablename__ = "reassessment_event"
    __table_args__ = (UniqueConstraint("reassessment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reassessment_id: Mapped[int] = mapped_column(ForeignKey("reassessment.id"))
    number: Mapped[int]
    step: Mapped[Step]
    # Words of the person, and what was handed in, under the bid's key.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()
