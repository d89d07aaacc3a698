"""Who marks what, the marks of each evaluator, the agreed marks, and decisions on requirements.

Rows are only ever added. What evaluators write is theirs; a passage they cite is kept as its place
in the answer, because what a bid says stays sealed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base


class AllocationEvent(Base):
    """A question given to an evaluator, declined by him, or taken away. Only added.

    Who marks what follows from the events in order (rules.allocation).
    """

    __tablename__ = "allocation_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    question_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # None: in every bid; else in this one alone, as when somebody stands in for another.
    bid_id: Mapped[int | None] = mapped_column(ForeignKey("bid.id"))
    # given, declined, kept (after declining) or taken: a word of rules.allocation.
    kind: Mapped[str]
    # Why it was declined: a word of rules.allocation; empty for every other step.
    ground: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Mark(Base):
    """One evaluator's mark for one question of one bid, given alone, with its reasons."""

    __tablename__ = "mark"
    __table_args__ = (
        UniqueConstraint("bid_id", "question_id", "evaluator_id", "number"),
        CheckConstraint("mark BETWEEN 0 AND 5", name="mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[str]
    # 1, 2, 3 … for the question and the evaluator; the highest counts.
    number: Mapped[int]
    mark: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    # For the bidder; and what stays inside: two fields from the first keystroke.
    feedback: Mapped[str] = mapped_column(Text)
    internal_comment: Mapped[str] = mapped_column(Text)
    # What the structured answers suggested when the mark was given.
    suggested: Mapped[int]
    # The published points of the descriptors found met: {"4.1": true, "4.2": false}.
    points: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The passages it rests on: [{"part", "from", "to"}], places and not words.
    cites: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # What the evaluator was warned of and saved all the same: words of rules.guards.
    warned: Mapped[list[str]] = mapped_column(JSON)
    evaluator_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    saved_at: Mapped[datetime]

    evaluator: Mapped[Person] = relationship()


class MarkLock(Base):
    """An evaluator's word that his marks are final: all he gave up to then stay as they are."""

    __tablename__ = "mark_lock"
    __table_args__ = (UniqueConstraint("tender_id", "person_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # 1, 2, 3 … for the person; a second one only for what came to him after the first.
    number: Mapped[int]
    # The last mark it covers (mark.id), how many it covers, and their SHA-256 (rules.locking).
    last_mark_id: Mapped[int]
    marks: Mapped[int]
    sha256: Mapped[str]
    locked_at: Mapped[datetime]


class AgreedMark(Base):
    """The mark the panel agreed for one question of one bid, signed by its chair. Only added.

    It is what scores, risks, clauses and bidders follow. The marks of evaluators stay beside it.
    """

    __tablename__ = "agreed_mark"
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
    # For the bidder; why not the next mark up; and what stays inside.
    feedback: Mapped[str] = mapped_column(Text)
    why_not_higher: Mapped[str] = mapped_column(Text)
    internal_comment: Mapped[str] = mapped_column(Text)
    # Why it moved from whose mark; empty where every evaluator gave it.
    why_moved: Mapped[str] = mapped_column(Text)
    suggested: Mapped[int]
    points: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Who was there: tokens of people; and the marks that were on the table (mark.id).
    present: Mapped[list[str]] = mapped_column(JSON)
    considered: Mapped[list[int]] = mapped_column(JSON)
    # What the panel was warned of and signed all the same: words of rules.guards.
    warned: Mapped[list[str]] = mapped_column(JSON)
    # Why an agreed mark was taken up again; empty for the first.
    reopened_because: Mapped[str] = mapped_column(Text)
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]

    signed_by: Mapped[Person] = relationship()


class QualityAgreed(Base):
    """That the quality of every bid is agreed: from here on prices are seen. Only added.

    ``sha256`` is that of every agreed mark (rules.locking); a second row follows a mark that was
    taken up again.
    """

    __tablename__ = "quality_agreed"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    sha256: Mapped[str]
    # The last agreed mark it covers (agreed_mark.id): with one after that quality is open again.
    last_mark_id: Mapped[int]
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]


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
