"""The risk register: rows as proposed, and every decision on them.

What a bid says stays sealed, so causes hold rules and parts alone and their words are worked out
again when they are shown.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base
from foundation.tokens import new_token
from scoring.rules.register import RiskState, Treatment


class RiskRow(Base):
    """A risk of the library in the register of one bid, as it was proposed."""

    __tablename__ = "risk_row"
    __table_args__ = (UniqueConstraint("bid_id", "risk_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    risk_id: Mapped[str]
    # [{"rule", "severity", "sources"}]; kept up to date until somebody decides the risk.
    causes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    likelihood: Mapped[int]
    impact: Mapped[int]
    bank_version: Mapped[str]
    raised_at: Mapped[datetime]
    # None for a risk the rules proposed; else the officer, and why.
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    raised_because: Mapped[str] = mapped_column(Text, default="")

    raised_by: Mapped[Person | None] = relationship()


class RiskDecision(Base):
    """What an officer made of a risk: the whole row as decided, and why."""

    __tablename__ = "risk_decision"
    __table_args__ = (UniqueConstraint("risk_row_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_row_id: Mapped[int] = mapped_column(ForeignKey("risk_row.id"))
    number: Mapped[int]
    state: Mapped[RiskState]
    cause: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    consequence: Mapped[str] = mapped_column(Text)
    likelihood: Mapped[int]
    impact: Mapped[int]
    treatment: Mapped[Treatment]
    actions: Mapped[str] = mapped_column(Text)
    owner: Mapped[str]
    due: Mapped[date | None]
    residual_likelihood: Mapped[int | None]
    residual_impact: Mapped[int | None]
    target_likelihood: Mapped[int | None]
    target_impact: Mapped[int | None]
    review_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    decided_by: Mapped[Person] = relationship()


class OwnRiskDecision(Base):
    """How one authority deals with a risk of a contract it shares with others. Only added.

    Begins after the results of a joint tender: what was decided in the evaluation stays common.
    """

    __tablename__ = "own_risk_decision"
    __table_args__ = (UniqueConstraint("risk_row_id", "authority_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_row_id: Mapped[int] = mapped_column(ForeignKey("risk_row.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    # 1, 2, 3 … for the authority, so that gaps tell nothing of another's.
    number: Mapped[int]
    treatment: Mapped[Treatment]
    actions: Mapped[str] = mapped_column(Text)
    owner: Mapped[str]
    due: Mapped[date | None]
    residual_likelihood: Mapped[int | None]
    residual_impact: Mapped[int | None]
    target_likelihood: Mapped[int | None]
    target_impact: Mapped[int | None]
    review_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text)
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]

    decided_by: Mapped[Person] = relationship()
