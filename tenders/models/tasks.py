"""Tasks the service gives an organisation of itself: something falls due, or runs out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation, Person
from foundation.database import Base
from foundation.tokens import new_token
from tenders.models.tenders import Tender


class GivenTask(Base):
    """One thing to do, given once for each (organisation, kind, subject, day) and then done."""

    __tablename__ = "given_task"
    __table_args__ = (
        UniqueConstraint("organisation_id", "kind", "subject", "due_on"),
        Index("ix_given_task_open", "organisation_id", "done_at", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # None for what a company keeps for all its bids.
    tender_id: Mapped[int | None] = mapped_column(ForeignKey("tender.id"), index=True)
    # What noticed it, such as "certificate-runs-out"; and the token or id of what it is about.
    kind: Mapped[str]
    subject: Mapped[str]
    due_on: Mapped[date]
    # Ids, dates and choices only, to word the task with; never what a bid says. "bid": id of the
    # bid it is about, of which nothing is told to those who are kept away from it.
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    given_at: Mapped[datetime]
    # How many days before the day people were last written to, or were to be.
    told: Mapped[int | None]
    # Done by somebody, or of itself when what it waited for happened (no person then).
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text, default="")

    organisation: Mapped[Organisation] = relationship()
    tender: Mapped[Tender | None] = relationship()
    done_by: Mapped[Person | None] = relationship()
