"""What people do to the clauses of one schedule: redraft them, talk about them, approve them.

Rows are only ever added: the highest number counts, the earlier ones stay.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from contract_clauses.rules.editing import ClauseStep, DeviationOutcome
from contract_clauses.rules.library import Depth
from foundation.database import Base


class ClauseRedraft(Base):
    """One clause of one bid in another depth, or in words of somebody's own, with the reason."""

    __tablename__ = "clause_redraft"
    __table_args__ = (UniqueConstraint("bid_id", "clause_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    clause_id: Mapped[str]
    number: Mapped[int]
    # None: the depth of the whole schedule.
    depth: Mapped[Depth | None]
    # Canonical JSON under the bid's key of what was changed, removed and added
    # (rules.redrafts_kept); None: the library's words.
    sealed_words: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Of the frozen library it was written against.
    library_fingerprint: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()


class ClauseEvent(Base):
    """A comment on a clause, its being assigned, approved or sent back."""

    __tablename__ = "clause_event"
    __table_args__ = (UniqueConstraint("bid_id", "clause_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    clause_id: Mapped[str]
    number: Mapped[int]
    step: Mapped[ClauseStep]
    # The number of the comment that is settled; None for other steps.
    about: Mapped[int | None]
    # Who is to look at the clause; None where nobody is any more, and for other steps.
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # SHA-256 of the clause as approved; None for other steps.
    sha256: Mapped[str | None]
    # Canonical JSON under the bid's key: what was written; for an approval also what the clause
    # rested on, so that it can be said later what has changed.
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship(foreign_keys=[done_by_id])
    assigned_to: Mapped[Person | None] = relationship(foreign_keys=[assigned_to_id])


class DeviationDecision(Base):
    """What was decided where a bid falls short of the minimum of one value of a clause."""

    __tablename__ = "deviation_decision"
    __table_args__ = (UniqueConstraint("bid_id", "clause_id", "name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    clause_id: Mapped[str]
    # The variable of the clause.
    name: Mapped[str]
    number: Mapped[int]
    outcome: Mapped[DeviationOutcome]
    # Which deviation it was: another value or another minimum is something new to decide.
    about_sha256: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()
