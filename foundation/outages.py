"""When the service was running, and when it was not: told by the beats its workers leave."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base
from foundation.tokens import new_token


class ServiceRun(Base):
    """A worker process from its start to the last beat it left."""

    __tablename__ = "service_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)


class Outage(Base):
    """A time in which no worker left a beat, noticed by the first one after it."""

    __tablename__ = "outage"
    __table_args__ = (Index("ix_outage_began_at_ended_at", "began_at", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    # The last beat before, and the first after.
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    noticed_at: Mapped[datetime]
