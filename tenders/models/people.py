"""Two people for what one must not do alone; and who is asked to bid."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token
from tenders.rules.approvals import ApprovalKind, ApprovalState


class Approval(Base):
    """What one officer asks to do and another, not the same, has to agree to."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("decided_by_id <> asked_by_id", name="two_people"),
        # One thing of a kind waits at a time.
        Index(
            "uq_approval_waiting",
            "tender_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    kind: Mapped[ApprovalKind]
    # SHA-256 of what is to be done; if that changes the approval is overtaken.
    about: Mapped[str]
    state: Mapped[ApprovalState] = mapped_column(default=ApprovalState.WAITING)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    # From here on nobody can agree any more; None: no limit.
    lapses_at: Mapped[datetime | None]
    # What the first brings with it until the second comes, wrapped; empty afterwards.
    held: Mapped[str | None] = mapped_column(Text)
    # By the second person; by the first where it was taken back (state withdrawn: None).
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")


class OpeningPart(Base):
    """One of the three parts of a strict opening: whose, and what it opens with each other part.

    The part itself is shown once to its officer and not kept here.
    """

    __tablename__ = "opening_part"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    # 1 to 3.
    number: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # What is sealed to it only the part opens, and it tells at once whether a part typed is the
    # right one; None until the part was taken.
    public_key: Mapped[str | None]
    # The tender's opening key sealed to this part and the next one (3: and the first) together.
    pair_sealed: Mapped[str | None] = mapped_column(Text)
    taken_at: Mapped[datetime | None]


class SupplierInvited(Base):
    """An e-mail address that was invited to bid. Whether anybody came of it is not kept."""

    __tablename__ = "supplier_invited"
    __table_args__ = (UniqueConstraint("tender_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    email: Mapped[str]
    company: Mapped[str]
    invited_at: Mapped[datetime]
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # When the message was written; None until the tender is published.
    written_at: Mapped[datetime | None]
