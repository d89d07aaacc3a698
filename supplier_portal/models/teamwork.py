"""How a company shares the work on its bid: nothing here is ever handed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token


class QuestionWork(Base):
    """Who answers a question of a bid, and who said that it is complete."""

    __tablename__ = "question_work"
    __table_args__ = (UniqueConstraint("bid_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[str]
    given_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    complete_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    complete_at: Mapped[datetime | None]


class BidComment(Base):
    """A remark from one colleague to others: under the bid's key, and in no submission."""

    __tablename__ = "bid_comment"
    __table_args__ = (Index("ix_bid_comment_bid_id_question_id", "bid_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


class SignOff(Base):
    """A certifier's word on the bid as it stood at one revision. Never changed."""

    __tablename__ = "sign_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    revision: Mapped[int]
    agreed: Mapped[bool]
    sealed_reason: Mapped[bytes] = mapped_column(LargeBinary)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]


class Presence(Base):
    """Who has a question open: so that colleagues do not write over each other's work."""

    __tablename__ = "presence"
    __table_args__ = (UniqueConstraint("bid_id", "question_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    question_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    seen_at: Mapped[datetime]


class TypedDraft(Base):
    """What a person typed on a page and did not save yet; gone once it is saved.

    It belongs to a bid or, on the pages of no bid, to the company: to one of the two.
    """

    __tablename__ = "typed_draft"
    __table_args__ = (
        UniqueConstraint("bid_id", "person_id", "page"),
        # Nulls are distinct, so neither constraint speaks of the other's drafts.
        UniqueConstraint("supplier_id", "person_id", "page"),
        CheckConstraint("(bid_id IS NULL) <> (supplier_id IS NULL)", name="of_bid_or_company"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int | None] = mapped_column(ForeignKey("bid.id"))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # The page within the bid or the company: "questions/SLP-05/SLP-05.b/rows/3".
    page: Mapped[str]
    # The form's fields, under the key of the bid or the company.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
