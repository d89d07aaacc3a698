"""Whose exclusion is looked at, and every step of looking."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token


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
