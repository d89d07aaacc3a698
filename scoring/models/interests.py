"""Interests of the people who evaluate: what each declared, and what was decided about it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base


class InterestDeclaration(Base):
    """What somebody declared about a tender. Only added; the highest number counts.

    One made before the opening names no bidder, because nobody knows them yet. One made after it
    was made with the list of bidders in view.
    """

    __tablename__ = "interest_declaration"
    __table_args__ = (UniqueConstraint("tender_id", "person_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # 1, 2, 3 … for the person and the tender.
    number: Mapped[int]
    bidders_known: Mapped[bool]
    # Whether there is anything to declare at all, and what: actual, potential or perceived.
    has_interest: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    declared_at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class InterestInBid(Base):
    """A bidder that a declaration names."""

    __tablename__ = "interest_in_bid"
    __table_args__ = (UniqueConstraint("declaration_id", "bid_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("interest_declaration.id"))
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    # What connects the two: a word of rules.interests.
    nature: Mapped[str]
    words: Mapped[str] = mapped_column(Text)


class InterestDecision(Base):
    """The chair's decision whether somebody may work on a bid. Only added.

    ``bid_id`` None: on every bid of the tender.
    """

    __tablename__ = "interest_decision"
    __table_args__ = (UniqueConstraint("tender_id", "person_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    bid_id: Mapped[int | None] = mapped_column(ForeignKey("bid.id"), index=True)
    # 1, 2, 3 … for the person and the tender.
    number: Mapped[int]
    # Whether he is kept away from it; else he works on, with the safeguards in the reason.
    barred: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person] = relationship(foreign_keys=[decided_by_id])
