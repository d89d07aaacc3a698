"""Daily duties: what the service does of itself each day, once, and later if it was down.

A duty is a function of the days it has to make up for; it comes to the same result if it is done
twice, for the service may stop at any moment.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class DutyDone(Base):
    """Through which day a duty is done. Days it was not are made up for at the next run."""

    __tablename__ = "duty_done"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    through: Mapped[date]
    done_at: Mapped[datetime]
