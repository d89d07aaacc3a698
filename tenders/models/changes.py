"""What changed in a published tender, and what suppliers asked about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token
from tenders.rules.clarifications import ClarificationState


class Amendment(Base):
    """A change to a published tender, as suppliers were told of it. Never changed."""

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    # What is asked from now on, and what was asked before, each with its fingerprint; the same
    # where only the closing time moved.
    text_before: Mapped[str] = mapped_column(Text, deferred=True)
    sha256_before: Mapped[str]
    sha256_after: Mapped[str]
    closed_before: Mapped[datetime]
    closes_after: Mapped[datetime]
    # The parts whose answers have to be confirmed again.
    affected_parts: Mapped[list[str]] = mapped_column(JSON)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Clarification(Base):
    """A question about the tender from one who may bid, and the answer everyone gets."""

    __tablename__ = "clarification"
    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        Index("ix_clarification_tender_id_state", "tender_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    state: Mapped[ClarificationState]
    # Who asked is for the asker's own pages only: the buying side and other suppliers never see it.
    asked_for_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    # The question of the questionnaire it is about; empty for the tender as a whole.
    question_id: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text)
    # As published: numbered from 1 within the tender, reworded so that it names nobody.
    number: Mapped[int | None]
    published_text: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    # The number of the amendment it led to; given while that is prepared, gone if it is dropped.
    amendment_number: Mapped[int | None]
    # The number of the published answer that answers it as well, where others had asked the same.
    answered_with: Mapped[int | None]
    # Why it was not answered to all, told to the asker alone.
    declined_because: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
