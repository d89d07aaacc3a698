"""What a company says once and uses again: answers of earlier bids, its standing answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class CarriedAnswer(Base):
    """An answer taken over from what the company said before, until somebody confirms it.

    It is about one version: whoever saves other words has answered anew.
    """

    __tablename__ = "carried_answer"
    __table_args__ = (UniqueConstraint("bid_id", "part_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    part_id: Mapped[str]
    version: Mapped[int]
    # None: from the company's assurance profile.
    from_bid_id: Mapped[int | None] = mapped_column(ForeignKey("bid.id"))
    carried_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    carried_at: Mapped[datetime]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime | None]


class StandingAnswer(Base):
    """An answer a company keeps in its assurance profile, to be offered to every bid."""

    __tablename__ = "standing_answer"
    __table_args__ = (UniqueConstraint("supplier_id", "part_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    part_id: Mapped[str]
    # Sealed JSON under the company's key: the value, and the part as it was asked.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int]
    from_bid_id: Mapped[int | None] = mapped_column(ForeignKey("bid.id"))
    kept_at: Mapped[datetime]
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class PlatformRecord(Base):
    """What a bid records of the Central Digital Platform: identifiers and share codes."""

    __tablename__ = "platform_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), unique=True)
    # Sealed JSON under the bid's key: a list of suppliers with role, PPON, share code, dates.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class BidTerms(Base):
    """Whether the company accepts the terms its answers lead to, or with which qualifications."""

    __tablename__ = "bid_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), unique=True)
    # Sealed JSON under the bid's key: accepted or not, and the qualifications by clause.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Reconfirmation(Base):
    """Somebody's word that an answer still stands after the question was amended."""

    __tablename__ = "reconfirmation"
    __table_args__ = (UniqueConstraint("bid_id", "part_id", "amendment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    part_id: Mapped[str]
    amendment_id: Mapped[int] = mapped_column(ForeignKey("amendment.id"))
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[datetime]
