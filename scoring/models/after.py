"""What follows the opening: questions to bidders, results, decisions on passages and late bids."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base
from foundation.tokens import new_token


class BidQuestion(Base):
    """A question from the officer about an opened bid, and the bidder's answer beside it.

    The answer is appended to the bid and alters none of its words.
    """

    __tablename__ = "bid_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    # The question of the questionnaire it is about; empty for the bid as a whole.
    question_id: Mapped[str]
    # What was asked and answered, each under the bid's key.
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # The first moment too late to answer.
    answer_until: Mapped[datetime]
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # Whether the answer may count for the mark, with the reason; None until decided.
    may_count: Mapped[bool | None]
    may_count_because: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class BidResult(Base):
    """What a bidder is told of the outcome, once it is released. Never changed."""

    __tablename__ = "bid_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), unique=True)
    successful: Mapped[bool]
    # The assessment summary as released: canonical JSON, under the bid's key.
    sealed_summary: Mapped[bytes] = mapped_column(LargeBinary)
    released_at: Mapped[datetime]
    released_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ConfidentialityDecision(Base):
    """An officer's decision on a passage or file that a bid marked confidential. Only added."""

    __tablename__ = "confidentiality_decision"
    __table_args__ = (UniqueConstraint("bid_id", "mark", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    # The token the mark has in the submission.
    mark: Mapped[str]
    # 1, 2, 3 … for the mark; the highest counts.
    number: Mapped[int]
    agreed: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]


class LateDecision(Base):
    """An officer's decision on a late bid under the published rule. Only added."""

    __tablename__ = "late_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    # supplier_portal.models.LateSubmission
    late_submission_id: Mapped[int] = mapped_column(ForeignKey("late_submission.id"), unique=True)
    admitted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    decided_by: Mapped[Person] = relationship()
