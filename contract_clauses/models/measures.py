"""Key performance indicators of a contract, and how they were rated."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from contract_clauses.rules.kpis import Rating
from foundation.database import Base
from foundation.tokens import new_token


class Kpi(Base):
    """What is measured of a contract, as set. Only added; the highest number of a name counts."""

    __tablename__ = "kpi"
    __table_args__ = (UniqueConstraint("contract_id", "name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    # An id of content/kpis.yml, or of the authority's own.
    name: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    target: Mapped[Decimal | None]
    unit: Mapped[str]
    # Whether it is one of those to be published (section 52 of the Act).
    is_published: Mapped[bool]
    is_taken_out: Mapped[bool]
    why: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()


class KpiRating(Base):
    """How one indicator stood over a period. Only added; the highest number counts."""

    __tablename__ = "kpi_rating"
    __table_args__ = (UniqueConstraint("contract_id", "name", "period_to", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("contract.id"))
    name: Mapped[str]
    period_from: Mapped[date]
    period_to: Mapped[date]
    number: Mapped[int]
    # Measured, in the unit of the indicator; None where it could not be.
    value: Mapped[Decimal | None]
    rating: Mapped[Rating]
    words: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()
