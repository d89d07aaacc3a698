"""Bids that came too late, kept sealed and unread; and whom an outage of the service met."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token


class LateSubmission(Base):
    """A bid handed in after the closing time. Never changed, and no submission until admitted."""

    __tablename__ = "late_submission"
    __table_args__ = (
        UniqueConstraint("bid_id", "number"),
        Index("uq_late_submission_form_key", "bid_id", "form_key", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    # The version of the bid, counted on from those handed in before; the highest is decided on.
    number: Mapped[int]
    revision: Mapped[int]
    # As models.bids.Submission has them, each sealed for this place.
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sealed_salt: Mapped[bytes] = mapped_column(LargeBinary)
    content_hash: Mapped[str]
    commitment: Mapped[str]
    audit_hash: Mapped[str]
    arrived_at: Mapped[datetime]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    form_key: Mapped[str | None]
    # Why it is late, in the company's words, sealed under the bid's key.
    sealed_why: Mapped[bytes] = mapped_column(LargeBinary)
    # The bid's key under the tender's own, which the bid gets if this is admitted.
    key_for_tender: Mapped[str]


class OutageMet(Base):
    """A bid that was being worked on shortly before an outage. Readable after opening."""

    __tablename__ = "outage_met"
    __table_args__ = (UniqueConstraint("outage_id", "bid_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outage_id: Mapped[int] = mapped_column(ForeignKey("outage.id"))
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    # When the company last changed it before the outage.
    last_changed_at: Mapped[datetime]
