"""The risk register: rows as proposed, and every decision on them.

What a bid says stays sealed, so causes hold rules and parts alone and their words are worked out
again when they are shown.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base
from foundation.tokens import new_token
from scoring.rules.register import ActionState, ControlKind, RiskState, Treatment
from scoring.rules.reopening import Thing


class RiskRow(Base):
    """A risk of the library in the register of one bid, as it was proposed.

    One that an authority added to the register of its contract belongs to that authority alone:
    whoever reads rows asks for ``authority_id``.
    """

    __tablename__ = "risk_row"
    __table_args__ = (
        UniqueConstraint("bid_id", "authority_id", "risk_id"),
        # Two empty values count as different, so what is common needs a rule of its own.
        Index(
            "uq_risk_row_common",
            "bid_id",
            "risk_id",
            unique=True,
            sqlite_where=text("authority_id IS NULL"),
            postgresql_where=text("authority_id IS NULL"),
        ),
    )

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
    # A risk of an officer's own, which no library holds ("OWN-1"): its title and category. Its
    # words stand in its decisions.
    own_title: Mapped[str] = mapped_column(Text, default="")
    own_category: Mapped[str] = mapped_column(default="")
    # Whose register of the contract it stands in ("ADDED-1"); None for a risk of the evaluation,
    # which all who buy together have in common.
    authority_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)

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
    # The risk of the same bid ("R09") this one became part of; empty unless it was merged.
    merged_into: Mapped[str] = mapped_column(default="")
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
    # Accepted while None; treated or closed later.
    state: Mapped[RiskState | None]
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


class RiskAction(Base):
    """One thing to be done about a risk, as last set. Only added; the highest number counts."""

    __tablename__ = "risk_action"
    __table_args__ = (UniqueConstraint("action", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_row_id: Mapped[int] = mapped_column(ForeignKey("risk_row.id"), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # The token of the action, the same in all its rows.
    action: Mapped[str]
    number: Mapped[int]
    state: Mapped[ActionState]
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str]
    due: Mapped[date | None]
    # What the person said when it was set, done or dropped.
    words: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()


class RiskControl(Base):
    """What holds a risk down: in place, or to be brought about by a clause. Only added."""

    __tablename__ = "risk_control"
    __table_args__ = (UniqueConstraint("control", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_row_id: Mapped[int] = mapped_column(ForeignKey("risk_row.id"), index=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # The token of the control, the same in all its rows.
    control: Mapped[str]
    number: Mapped[int]
    kind: Mapped[ControlKind]
    words: Mapped[str] = mapped_column(Text)
    # The clause that makes it binding ("C14"); empty for a control in place.
    clause_id: Mapped[str]
    is_taken_out: Mapped[bool]
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()


class RiskAcceptance(Base):
    """Somebody's word that a risk above the appetite is borne until a day, or no longer.

    Only added; the highest number of the authority counts.
    """

    __tablename__ = "risk_acceptance"
    __table_args__ = (UniqueConstraint("risk_row_id", "authority_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    risk_row_id: Mapped[int] = mapped_column(ForeignKey("risk_row.id"))
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    # False where an earlier acceptance is taken back.
    accepted: Mapped[bool]
    # The rating that was accepted, and the appetite it is above.
    likelihood: Mapped[int]
    impact: Mapped[int]
    appetite: Mapped[int]
    until: Mapped[date | None]
    # As whom: the role the authority's scale demands for this rating.
    role: Mapped[str]
    why: Mapped[str] = mapped_column(Text)
    done_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person] = relationship()


class RiskScale(Base):
    """The matrix and the appetite of an authority, as set. Only added; a tender is rated by the
    scale that counted when its bids were opened."""

    __tablename__ = "risk_scale"
    __table_args__ = (UniqueConstraint("authority_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    # Canonical JSON: words of the levels, bands, appetite by category, who may accept what.
    text: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]

    set_by: Mapped[Person] = relationship()


class Reopening(Base):
    """An answer, a risk or a clause to be looked at again, because of something that ran out."""

    __tablename__ = "reopening"
    __table_args__ = (
        UniqueConstraint("bid_id", "authority_id", "thing", "subject", "rule", "cause"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), index=True)
    # Who looks at it: of authorities that bought together each for its own contract.
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    thing: Mapped[Thing]
    # The part, the risk or the clause, by its id.
    subject: Mapped[str]
    # What noticed it, such as "certificate-runs-out", and what it noticed: ids and dates only.
    rule: Mapped[str]
    cause: Mapped[str]
    due_on: Mapped[date]
    raised_at: Mapped[datetime]


class ReopeningSettled(Base):
    """That somebody looked at a reopened thing, and what follows; or that its cause is gone."""

    __tablename__ = "reopening_settled"

    id: Mapped[int] = mapped_column(primary_key=True)
    reopening_id: Mapped[int] = mapped_column(ForeignKey("reopening.id"), unique=True)
    words: Mapped[str] = mapped_column(Text)
    # None where the service did, because something newer was shown.
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime]

    done_by: Mapped[Person | None] = relationship()
