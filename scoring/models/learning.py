"""What a decided tender taught about each question it asked: counts alone, of nobody by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class QuestionLesson(Base):
    """Counts of one question in one tender, made after its decision. Only added.

    They stay when what the bids said is destroyed, since they say nothing of any bid.
    """

    __tablename__ = "question_lesson"
    __table_args__ = (UniqueConstraint("tender_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    question_id: Mapped[str]
    title: Mapped[str]
    # Bids with an agreed mark, and the lowest and highest of these.
    bids: Mapped[int]
    lowest: Mapped[int]
    highest: Mapped[int]
    # Published questions about it, with those that one answer answered as well.
    clarifications: Mapped[int]
    # Bids that called something of it not applicable; None where bids could no longer be read.
    not_applicable: Mapped[int | None]
    # Bids that two or more evaluators marked; by how much they were apart in all, and in how many
    # of these bids by two or more.
    several: Mapped[int]
    apart: Mapped[int]
    far_apart: Mapped[int]
    # By how much the suggested level and the agreed mark differ in all; bids with two or more.
    away: Mapped[int]
    far_away: Mapped[int]
    counted_at: Mapped[datetime]
