"""What is published and kept of a tender: open data, what is withheld, how long it is kept."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class OpenDataRelease(Base):
    """An OCDS release about one event of a tender. Never changed."""

    __tablename__ = "open_data_release"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    # 1, 2, 3 … for the tender.
    number: Mapped[int]
    # What happened, such as tender, tenderUpdate or award, and the hash or token of just that.
    tag: Mapped[str]
    about: Mapped[str]
    # Canonical JSON and its SHA-256.
    text: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str]
    made_at: Mapped[datetime]


class Withheld(Base):
    """A part of the record that is not given out, by which exemption and why."""

    __tablename__ = "withheld"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    # The path of the part in the pack, or the beginning of several paths.
    item: Mapped[str]
    # An id of content/exemptions.yml.
    exemption: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None]


class Retention(Base):
    """Until when the content of a tender is kept, and that it was destroyed then. Only added;
    the highest id of a tender counts."""

    __tablename__ = "retention"

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    keep_until: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    # Set in a row of its own: from then on only hashes are left.
    destroyed_at: Mapped[datetime | None]
