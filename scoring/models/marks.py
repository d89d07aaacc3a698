"""Marks of evaluators and decisions on requirements. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base


class Mark(Base):
    """A mark for one question of one bid, with its reasons."""

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("bid_id", "question_id", "number"),
        CheckConstraint("mark BETWEEN 0 AND 5", name="mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[str]
    # 1, 2, 3 … for the question; the highest counts.
    number: Mapped[int]
    mark: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    # For the bidder; and what stays inside: two fields from the first keystroke.
    feedback: Mapped[str] = mapped_column(Text)
    internal_comment: Mapped[str] = mapped_column(Text)
    # What the structured answers suggested when the mark was given.
    suggested: Mapped[int]
    evaluator_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]

    evaluator: Mapped[Person] = relationship()


class RequirementDecision(Base):
    """An officer's decision whether a bid passes a requirement, with the reason."""

    __tablename__ = "requirement_decision"
    __table_args__ = (UniqueConstraint("bid_id", "question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[str]
    number: Mapped[int]
    passed: Mapped[bool]
    # What the rules found when it was decided: met, not met or not checked.
    found: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    decided_by: Mapped[Person] = relationship()
