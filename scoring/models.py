"""Tables of marks, requirement decisions and the risk register.

Marks and decisions are only ever added: the highest number counts, the earlier ones stay. What
evaluators write is theirs; what a bid says stays sealed, so causes hold rules and parts alone and
their words are worked out again when they are shown.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base
from foundation.tokens import new_token
from scoring.rules.register import RiskState, Treatment


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


class RiskRow(Base):
    """A risk of the library in the register of one bid, as it was proposed."""

    __tablename__ = "risk_row"
    __table_args__ = (UniqueConstraint("bid_id", "risk_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    risk_id: Mapped[str]
    # [{"rule", "severity", "sources"}]; kept up to date until somebody decides the risk.
    causes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    likelihood: Mapped[int]
    impact: Mapped[int]
    bank_version: Mapped[str]
    raised_at: Mapped[datetime]
    # None for a risk the rules proposed; else the officer, and why.
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    raised_because: Mapped[str] = mapped_column(Text, default="")

    raised_by: Mapped[Person | None] = relationship()


class RiskDecision(Base):
    """What an officer made of a risk: the whole row as decided, and why."""

    __tablename__ = "risk_decision"
    __table_args__ = (UniqueConstraint("risk_row_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_row_id: Mapped[int] = mapped_column(ForeignKey("risk_row.id"))
    number: Mapped[int]
    state: Mapped[RiskState]
    cause: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    consequence: Mapped[str] = mapped_column(Text)
    likelihood: Mapped[int]
    impact: Mapped[int]
    treatment: Mapped[Treatment]
    actions: Mapped[str] = mapped_column(Text)
    owner: Mapped[str]
    due: Mapped[date | None]
    residual_likelihood: Mapped[int | None]
    residual_impact: Mapped[int | None]
    target_likelihood: Mapped[int | None]
    target_impact: Mapped[int | None]
    review_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    decided_by: Mapped[Person] = relationship()


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


class ExclusionParty(Base):
    """Somebody whose exclusion has to be looked at: a supplier, a person or company with it."""

    __tablename__ = "exclusion_party"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    # Under the bid's key, because bids name them.
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    # supplier, connected person, associated person or intended subcontractor.
    role: Mapped[str]
    # Where the name comes from: the register of suppliers, an answer, or an officer.
    found_in: Mapped[str]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ExclusionEvent(Base):
    """A step of looking at a party: a check, a notice, a reply, a replacement, a decision.

    Only added; where a party stands follows from its events (rules.exclusions).
    """

    __tablename__ = "exclusion_event"
    __table_args__ = (UniqueConstraint("party_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    party_id: Mapped[int] = mapped_column(ForeignKey("exclusion_party.id"))
    # 1, 2, 3 … for the party.
    number: Mapped[int]
    kind: Mapped[str]
    # What was found, asked or decided: a word of rules.exclusions.
    outcome: Mapped[str]
    # What was looked at, what was said, why: canonical JSON under the bid's key.
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    # The day it was done, and the day by which something has to follow; None where nothing has to.
    done_on: Mapped[date]
    due_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
