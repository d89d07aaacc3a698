"""The tables of tenders: what is asked, what changed in it, and what suppliers asked about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.database import Base
from foundation.tokens import new_token
from tenders.rules.clarifications import ClarificationState
from tenders.rules.lifecycle import Stage


class Tender(Base):
    __tablename__ = "tender"
    __table_args__ = (
        CheckConstraint("quality_weight BETWEEN 0 AND 100", name="quality_weight"),
        UniqueConstraint("authority_id", "reference"),
        # Suppliers are shown what is open, soonest to close first.
        Index("ix_tender_stage_closes_at", "stage", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # The authority's own name for the tender; two authorities may use the same.
    reference: Mapped[str]
    title: Mapped[str]
    # As last recorded: what people see is queries.effective_stage(), which asks the clock.
    stage: Mapped[Stage] = mapped_column(default=Stage.DRAFT)
    # Percent of the final score; price gets the rest.
    quality_weight: Mapped[int] = mapped_column(default=60)
    # The first moment too late to submit. None until the officer has decided.
    closes_at: Mapped[datetime | None]
    # Which ready-made questionnaire was chosen; the questions themselves are frozen below.
    pack_id: Mapped[str]
    # Fact id → value as stored (question_bank kinds); the closing date is not among them.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Canonical JSON of the draft's own questionnaire (rules.plan), with its SHA-256; None where the
    # pack is asked as it is. A published tender goes by what is frozen below.
    plan_text: Mapped[str | None] = mapped_column(Text, deferred=True)
    plan_sha256: Mapped[str | None]
    # Canonical JSON of everything the tender is run by; None until it is published. Half a
    # megabyte, so it is loaded only by whoever asks for it.
    questionnaire_text: Mapped[str | None] = mapped_column(Text, deferred=True)
    questionnaire_sha256: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime | None]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # The tender's data key, wrapped for the purpose "tender:<token>". What is sealed with it
    # opens for the buying side, from opening on.
    sealing_key: Mapped[str]
    # The first moment too late to ask a clarification; None: until the bids close.
    questions_until: Mapped[datetime | None]
    # May a bid qualify the terms; may the last complete saved version count at the closing time.
    allows_qualifications: Mapped[bool] = mapped_column(default=False)
    last_saved_counts: Mapped[bool] = mapped_column(default=False)
    # Bids are taken on another portal, and brought in here after the closing time.
    runs_elsewhere: Mapped[bool] = mapped_column(default=False)
    # Since when an amendment is being prepared (in plan_text); None while there is none.
    amending_since: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    authority: Mapped[Organisation] = relationship()


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


class Amendment(Base):
    """A change to a published tender, as suppliers were told of it. Never changed."""

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    # What is asked from now on, and what was asked before, each with its fingerprint; the same
    # where only the closing time moved.
    text_before: Mapped[str] = mapped_column(Text, deferred=True)
    sha256_before: Mapped[str]
    sha256_after: Mapped[str]
    closed_before: Mapped[datetime]
    closes_after: Mapped[datetime]
    # The parts whose answers have to be confirmed again.
    affected_parts: Mapped[list[str]] = mapped_column(JSON)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Clarification(Base):
    """A question about the tender from one who may bid, and the answer everyone gets."""

    __tablename__ = "clarification"
    __table_args__ = (
        UniqueConstraint("tender_id", "number"),
        Index("ix_clarification_tender_id_state", "tender_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    state: Mapped[ClarificationState]
    # Who asked is for the asker's own pages only: the buying side and other suppliers never see it.
    asked_for_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    # The question of the questionnaire it is about; empty for the tender as a whole.
    question_id: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(Text)
    # As published: numbered from 1 within the tender, reworded so that it names nobody.
    number: Mapped[int | None]
    published_text: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    # Why it was not answered to all, told to the asker alone.
    declined_because: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
