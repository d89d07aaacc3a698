"""Tables of bids. What a bid says is ciphertext: SQL never reads an answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.database import Base
from foundation.tokens import new_token
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender


class Bid(Base):
    """One supplier's response to one tender."""

    __tablename__ = "bid"
    __table_args__ = (UniqueConstraint("tender_id", "supplier_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    stage: Mapped[BidStage] = mapped_column(default=BidStage.DRAFT)
    # The bid's data key, wrapped for the purpose "supplier:<token>".
    key_for_supplier: Mapped[str]
    # The same key under the tender's own, from submission on; None while nothing is submitted.
    key_for_tender: Mapped[str | None]
    # Counts the changes to answers, so that a submission knows whether more came after it.
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    # Whether the company wants a certifier's word before anything is handed in.
    needs_sign_off: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship()
    supplier: Mapped[Organisation] = relationship()


class Answer(Base):
    """The answer to a part as it stands; an answer taken back keeps its row and its versions."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("bid_id", "part_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    part_id: Mapped[str]
    version: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class AnswerVersion(Base):
    """Every version an answer ever had. Rows are only added."""

    __tablename__ = "answer_version"
    __table_args__ = (UniqueConstraint("bid_id", "part_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    part_id: Mapped[str]
    version: Mapped[int]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]


class Evidence(Base):
    """A file that supports answers; which parts it supports, the answers to those parts say."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # Sealed JSON: title, name, issued, SHA-256 of the file as sent.
    sealed_about: Mapped[bytes] = mapped_column(LargeBinary)
    # Where the encrypted bytes lie: the hash of what is stored (foundation.files).
    stored_name: Mapped[str]
    size: Mapped[int]
    kind: Mapped[str]
    # The file's own key, under the key of the bid.
    wrapped_key: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Submission(Base):
    """A bid as it was handed in. Never changed; the highest number counts."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    number: Mapped[int]
    # The bid's revision that was handed in.
    revision: Mapped[int]
    # The canonical text of the bid, sealed; and the salt of its commitment, sealed.
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sealed_salt: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[str]
    commitment: Mapped[str]
    # The hash of this submission's entry in the bid's audit chain.
    audit_hash: Mapped[str]
    # The instant the request came in: what decided whether the bid was in time.
    arrived_at: Mapped[datetime]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


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


class CarriedAnswer(Base):
    """An answer taken over from an earlier bid of the company, until somebody confirms it.

    It is about one version: whoever saves other words has answered anew.
    """

    __tablename__ = "carried_answer"
    __table_args__ = (UniqueConstraint("bid_id", "part_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    part_id: Mapped[str]
    version: Mapped[int]
    from_bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    carried_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    carried_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]
