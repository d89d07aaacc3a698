"""Tables of what officers decide about a schedule: which clauses, which values, and its issue.

Rows are only ever added: the highest number counts, the earlier ones stay. Until it is issued a
schedule is drawn up afresh from the bid each time it is read; what is issued is kept under the
bid's key, word for word.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from contract_clauses.rules.selection import Wish
from foundation.database import Base
from foundation.tokens import new_token


class ClauseDecision(Base):
    """An officer's wish about one clause topic of one bid, with the reason.

    Or about a check that stops the schedule, under its id (X14): to include is to let it go out all
    the same, to leave it to the rule is to hold it back again.
    """

    __tablename__ = "clause_decision"
    __table_args__ = (UniqueConstraint("bid_id", "clause_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    clause_id: Mapped[str]
    # 1, 2, 3 … for the clause; the highest counts.
    number: Mapped[int]
    wish: Mapped[Wish]
    reason: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    decided_by: Mapped[Person] = relationship()


class VariableValue(Base):
    """A value an officer entered into a clause, with the reason."""

    __tablename__ = "variable_value"
    __table_args__ = (UniqueConstraint("bid_id", "clause_id", "name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    clause_id: Mapped[str]
    name: Mapped[str]
    number: Mapped[int]
    # As the kind of the variable stores it; JSON null takes an earlier value back.
    value: Mapped[Any] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]

    entered_by: Mapped[Person] = relationship()


class IssuedSchedule(Base):
    """A schedule as it went into the contract, asked for by one person and approved by another.

    A row without ``approved_by_id`` is a request; the approval is a row of its own with the same
    hash, so that nothing is ever changed.
    """

    __tablename__ = "issued_schedule"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    # 1, 2, 3 … for the bid, requests and approvals alike.
    number: Mapped[int]
    # The request a row approves or turns down; None for a request.
    answers_id: Mapped[int | None] = mapped_column(ForeignKey("issued_schedule.id"))
    # None for a request; else whether it was approved.
    approved: Mapped[bool | None]
    # Canonical JSON of the schedule under the bid's key; only with a request. Large, so it is
    # loaded only by whoever asks for it.
    sealed_text: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str]
    words: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()
