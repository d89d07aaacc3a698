"""A schedule that came back from the other side as Word, and what was decided of its changes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base
from foundation.tokens import new_token


class NegotiatedSchedule(Base):
    """A negotiated .docx with what was read of it. Only added; the highest number is the latest."""

    __tablename__ = "negotiated_schedule"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    number: Mapped[int]
    # The issue it is compared with; None: the draft as it stood when it was sent in.
    issued_id: Mapped[int | None] = mapped_column(ForeignKey("issued_schedule.id"))
    # JSON under the bid's key: name of the file, and a remark.
    sealed_about: Mapped[bytes] = mapped_column(LargeBinary)
    # Canonical JSON under the bid's key: what it was compared with, and each clause as read.
    sealed_read: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    # The file as it came: SHA-256, and where it lies (foundation.files).
    sha256: Mapped[str]
    size: Mapped[int]
    stored_name: Mapped[str]
    wrapped_key: Mapped[str] = mapped_column(Text)
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]

    added_by: Mapped[Person] = relationship()


class NegotiatedDecision(Base):
    """Whether one clause of a negotiated schedule is accepted as it came back. Only added."""

    __tablename__ = "negotiated_decision"
    __table_args__ = (UniqueConstraint("negotiated_id", "clause", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    negotiated_id: Mapped[int] = mapped_column(ForeignKey("negotiated_schedule.id"))
    # The id of the clause; for one that only the negotiated text has, "new1", "new2" ….
    clause: Mapped[str]
    number: Mapped[int]
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()
