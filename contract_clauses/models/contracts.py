"""The contract that follows from a successful bid, and what happened to it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base
from foundation.tokens import new_token


class Contract(Base):
    """A contract an authority has with a supplier after award; of those who bought together each
    keeps its own.

    The dates are those its last events set (ContractEvent), kept here to be asked for in SQL.
    """

    __tablename__ = "contract"
    __table_args__ = (UniqueConstraint("bid_id", "authority_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    reference: Mapped[str]
    signed_on: Mapped[date]
    starts_on: Mapped[date]
    # None until the service went live.
    live_on: Mapped[date | None]
    # The last day without any extension, and with those taken up.
    ends_on: Mapped[date]
    ended_on: Mapped[date | None]
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    manager: Mapped[Person | None] = relationship()


class ContractEvent(Base):
    """Something recorded of a contract: signed, gone live, extended, handed over, ended."""

    __tablename__ = "contract_event"
    __table_args__ = (UniqueConstraint("contract_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    number: Mapped[int]
    # Of contract_clauses.rules.contracts.
    kind: Mapped[str]
    # Dates, tokens and the value, which the contract details notice publishes.
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()


class OutcomeReading(Base):
    """What the tender's outcome measure was found to be, on one of its dates. Only added."""

    __tablename__ = "outcome_reading"
    __table_args__ = (UniqueConstraint("contract_id", "due_on", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    # The date it was to be measured on, by the plan; and when it was.
    due_on: Mapped[date]
    number: Mapped[int]
    measured_on: Mapped[date]
    value: Mapped[Decimal | None]
    words: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()
