"""The table of tenders, and that of the procurements whose lots they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Organisation
from foundation.database import Base
from foundation.tokens import new_token
from tenders.rules.lifecycle import Stage


class Procurement(Base):
    """What an authority buys in lots; each lot is a tender of its own within it."""

    __tablename__ = "procurement"
    __table_args__ = (
        UniqueConstraint("authority_id", "reference"),
        CheckConstraint("most_bid > 0 AND most_won > 0", name="limits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reference: Mapped[str]
    title: Mapped[str]
    # Why it is divided as it is (Procurement Act 2023, section 18).
    reason: Mapped[str] = mapped_column(Text, default="")
    # For how many lots one supplier may bid, and how many it may win; None: for all.
    most_bid: Mapped[int | None]
    most_won: Mapped[int | None]
    # Which lots a supplier wins that would win more than it may.
    how_won: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Tender(Base):
    __tablename__ = "tender"
    __table_args__ = (
        CheckConstraint("quality_weight BETWEEN 0 AND 100", name="quality_weight"),
        UniqueConstraint("authority_id", "reference"),
        UniqueConstraint("procurement_id", "lot_number"),
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
    # Three named officers hold the opening key in parts, two of which must be brought.
    opens_strictly: Mapped[bool] = mapped_column(default=False)
    # What bids are then sealed to; and, from the opening on, what opens them, sealed under the
    # tender's data key.
    opening_public_key: Mapped[str | None]
    opening_key: Mapped[str | None]
    # Officers are shown before opening how many bids were handed in, and suppliers know of it.
    shows_count: Mapped[bool] = mapped_column(default=False)
    # Any company may register to bid by the tender's link; else only those invited.
    registration_open: Mapped[bool] = mapped_column(default=True)
    # The procurement this tender is a lot of, and its number there from 1.
    procurement_id: Mapped[int | None] = mapped_column(ForeignKey("procurement.id"), index=True)
    lot_number: Mapped[int | None]
    # Why what is bought is not divided into lots; None while nobody has said.
    undivided_because: Mapped[str | None] = mapped_column(Text)
    # Why it was cancelled, as everybody is told, and when.
    cancelled_because: Mapped[str | None] = mapped_column(Text)
    cancelled_at: Mapped[datetime | None]
    # Since when only hashes are left of what bids said; the record says by whom and under what.
    content_destroyed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    authority: Mapped[Organisation] = relationship()
    procurement: Mapped[Procurement | None] = relationship()


class ParticipatingAuthority(Base):
    """Another authority that buys with the one that runs the tender, once it has agreed."""

    __tablename__ = "participating_authority"
    __table_args__ = (UniqueConstraint("tender_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_because: Mapped[str] = mapped_column(Text, default="")
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_because: Mapped[str] = mapped_column(Text, default="")
    # When it declined, left or was let go, by whom and why; by the leading authority or itself.
    left_at: Mapped[datetime | None]
    left_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    left_because: Mapped[str] = mapped_column(Text, default="")
    ended_by_lead: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship()
