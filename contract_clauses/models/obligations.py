"""Obligations of a contract: what is due, by whom and when, and what was shown for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from contract_clauses.rules.obligations import Bound, DueState, Origin
from foundation.database import Base
from foundation.tokens import new_token


class Obligation(Base):
    """One duty of the issued schedule, or one promise of the bid that it takes up.

    Made when the contract is recorded; a later issue of the schedule ends those it no longer has
    (``ended_on``) and adds what is new.
    """

    __tablename__ = "obligation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"), index=True)
    # The approved request it comes from; None for one added by hand.
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("issued_schedule.id"))
    origin: Mapped[Origin]
    # Where it stands: clause topic ("C14"), place in the schedule ("14.6") or row of the annex.
    clause_id: Mapped[str]
    place: Mapped[str]
    bound: Mapped[Bound]
    # Canonical JSON under the bid's key: what, when in words, evidence asked for, clause title.
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)
    # {"parts": [...], "variables": [...]}: the answers it comes from, ids only.
    sources: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Comes round again after so many months; None: once, or whenever something happens.
    every_months: Mapped[int | None]
    owner: Mapped[str] = mapped_column(default="")
    ended_on: Mapped[date | None]


class ObligationDue(Base):
    """One time at which an obligation falls due; its state is that of its last event."""

    __tablename__ = "obligation_due"
    __table_args__ = (UniqueConstraint("obligation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"))
    number: Mapped[int]
    # None: the day hangs on something that has not happened yet, such as go-live.
    due_on: Mapped[date | None] = mapped_column(index=True)
    state: Mapped[DueState] = mapped_column(default=DueState.OPEN)


class ObligationEvent(Base):
    """What was done about one due obligation: shown, confirmed, sent back, put off. Only added."""

    __tablename__ = "obligation_event"
    __table_args__ = (UniqueConstraint("due_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    due_id: Mapped[int] = mapped_column(ForeignKey("obligation_due.id"))
    number: Mapped[int]
    state: Mapped[DueState]
    # The day it was put off to; None for other events.
    due_on: Mapped[date | None]
    # Canonical JSON under the bid's key: what the person wrote.
    sealed_words: Mapped[bytes] = mapped_column(LargeBinary)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()


class ObligationFile(Base):
    """A file shown for a due obligation, stored as evidence of the bid is (foundation.files)."""

    __tablename__ = "obligation_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    due_id: Mapped[int] = mapped_column(ForeignKey("obligation_due.id"), index=True)
    # Sealed JSON under the bid's key: title, name of the file, issued, valid until, SHA-256.
    sealed_about: Mapped[bytes] = mapped_column(LargeBinary)
    stored_name: Mapped[str]
    size: Mapped[int]
    kind: Mapped[str]
    wrapped_key: Mapped[str] = mapped_column(Text)
    # Until when it holds, to be asked for in SQL; None where it does not run out.
    valid_to: Mapped[date | None]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]
