"""What is planned before publication: the outcome, the sheets of the plan, known risks, notices."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token


class OutcomeStatement(Base):
    """What an officer wrote about the outcome of a tender before its questions were chosen."""

    __tablename__ = "outcome_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), unique=True)
    # Canonical JSON by field (rules.outcome); publishing freezes it in words if it is shown.
    text: Mapped[str] = mapped_column(Text)
    # Counts the times it was saved.
    version: Mapped[int]
    shown_to_suppliers: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class PlanningSheet(Base):
    """One sheet of the plan as it was saved: the timetable, the conflict assessment and others.

    Rows are only added; the highest version of a topic counts, the earlier ones show how it was
    kept under review.
    """

    __tablename__ = "planning_sheet"
    __table_args__ = (UniqueConstraint("tender_id", "topic", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    topic: Mapped[str]
    version: Mapped[int]
    # Canonical JSON by field of the sheet.
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class TenderRisk(Base):
    """A risk seen before publication: treated by the contract, or known and published as such."""

    __tablename__ = "tender_risk"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text)
    # What is done about it, in words.
    treatment: Mapped[str] = mapped_column(Text)
    # Whether the contract cannot address it, so that the notice names it, and why it cannot.
    is_known_risk: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")
    # Counts the times it was saved.
    version: Mapped[int] = mapped_column(default=1)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None]


class Notice(Base):
    """A notice an officer published elsewhere, as recorded here. Only struck out, never changed."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    # Such as UK4, as content/notices.yml calls it.
    kind: Mapped[str]
    # The number it got, such as 012345-2026; and that of the whole procurement, such as
    # ocds-h6vhtk-012345.
    number: Mapped[str]
    ocid: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    published_on: Mapped[date]
    # The fingerprint of the amendment it (re)published; empty for other notices.
    amendment: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    struck_at: Mapped[datetime | None]
    struck_because: Mapped[str | None]
