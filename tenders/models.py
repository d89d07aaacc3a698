"""The table of tenders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.database import Base
from foundation.tokens import new_token
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
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    authority: Mapped[Organisation] = relationship()
