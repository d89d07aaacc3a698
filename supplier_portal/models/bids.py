"""Bids, their answers and submissions. What a bid says is ciphertext: SQL never reads an answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
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
    # Who asked that the last complete saved version be handed in at the closing time, where the
    # tender allows it, and the name given for the declaration, sealed; None for nobody.
    counts_at_closing_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declared_for_closing: Mapped[str | None]
    # Whether the authority may be told which answers were assured elsewhere already.
    shares_assurance: Mapped[bool] = mapped_column(default=False)
    # The officer who brought the bid in from another portal; None where it was made here.
    brought_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    tender: Mapped[Tender] = relationship()
    supplier: Mapped[Organisation] = relationship()


class BroughtBid(Base):
    """How a bid made on another portal came in: its workbook, and what that portal recorded."""

    __tablename__ = "brought_bid"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), unique=True)
    # Sealed JSON under the bid's key: the workbook's name and hash, the cells that could not be
    # read, who signed for the company, when the other portal received the bid.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


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


class Submission(Base):
    """A bid as it was handed in. Never changed; the highest number counts."""

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("bid_id", "number"),
        Index("uq_submission_form_key", "bid_id", "form_key", unique=True),
    )

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
    # What the form that was sent is known by, so that one sent twice is one submission.
    form_key: Mapped[str | None]
    # Handed in by the clock, because the company asked for that.
    by_the_clock: Mapped[bool] = mapped_column(default=False)
