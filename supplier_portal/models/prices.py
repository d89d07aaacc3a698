"""The prices a company offers, apart from its answers: seen by the council later than they are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base


class PriceOffer(Base):
    """A version of a bid's price schedule. Never changed; the submission names the one it means.

    The text of a submission holds no price, only the number and the hash of this.
    """

    __tablename__ = "price_offer"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    # 1, 2, 3 … for the bid; the highest is what the company works on.
    number: Mapped[int]
    # The lines as canonical JSON, under the bid's key.
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    saved_at: Mapped[datetime]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
