"""From ranking to award: prices, ties, the model tried, the decision, letters, the standstill."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Person
from foundation.database import Base
from foundation.tokens import new_token


class BidStanding(Base):
    """What the ranking needs of a bid, worked out from the rows that decide it.

    The only table here that changes: it can be made again from the others at any time
    (``flask evaluation rebuild``), and the ranking then is the same.
    """

    __tablename__ = "bid_standing"

    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"), primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"), index=True)
    # Requirements that the answers do not meet or that nothing checked: {"SLP-02": "not met"}.
    requirements: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The agreed marks by question, and the exact score of quality as a decimal; None: not all.
    marks: Mapped[dict[str, Any]] = mapped_column(JSON)
    quality: Mapped[str | None]
    # The exact score of each section, 0 to 100, by its id; one not fully marked is left out.
    sections: Mapped[dict[str, Any]] = mapped_column(JSON)
    # How many questions still need an agreed mark; one disregarded for an exclusion needs none.
    unmarked: Mapped[int]
    # The newest of its agreed marks (agreed_mark.id), 0 without any: a later one opens quality
    # again, and is found without looking at all marks.
    last_agreed_id: Mapped[int] = mapped_column(default=0, server_default="0")
    # Why it has no rank, in words; empty for one that has.
    why_unranked: Mapped[str] = mapped_column(Text)
    # Whether somebody decided that it is out: its price then moves nobody's points.
    disregarded: Mapped[bool]
    # The total of the price schedule, as a decimal; None until prices are seen.
    price: Mapped[str | None]
    worked_out_at: Mapped[datetime]


class LowPriceEvent(Base):
    """A step of looking into a price that seems abnormally low. Only added.

    Where the case stands follows from its events (rules.low_prices; Procurement Act 2023, s.19).
    """

    __tablename__ = "low_price_event"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    number: Mapped[int]
    # raised, asked, replied, decided or not_needed.
    kind: Mapped[str]
    outcome: Mapped[str]
    # The letter, the reply, the reason: canonical JSON under the bid's key.
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    due_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class PriceOpening(Base):
    """That prices were opened once quality was agreed, by whom and when. Only added.

    One more is added when they are opened again, as after a late bid was admitted.
    """

    __tablename__ = "price_opening"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    # {token of bid: {"found", "number", "commitment"}}: how each was found, never a price.
    bids: Mapped[dict[str, Any]] = mapped_column(JSON)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    opened_by: Mapped[Person] = relationship()


class LotsDrawn(Base):
    """Lots drawn before a witness between bids that nothing else told apart. Only added."""

    __tablename__ = "lots_drawn"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    # Tokens of the bids, in the order drawn: the first takes the place.
    bids: Mapped[list[str]] = mapped_column(JSON)
    how: Mapped[str] = mapped_column(Text)
    witness: Mapped[str]
    drawn_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class ModelTest(Base):
    """The scoring model tried on made-up bids before publication, kept as evidence. Only added."""

    __tablename__ = "model_test"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    # What was tried and what came of it: canonical JSON.
    tried: Mapped[str] = mapped_column(Text)
    found: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Recommendation(Base):
    """What is recommended on the record as it stands, and who approved it. Only added."""

    __tablename__ = "recommendation"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    # {token of bid: "successful" | "unsuccessful"}; empty: to award nothing.
    outcomes: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    # Why the contract goes to more than one supplier; "" where it does not.
    several_because: Mapped[str] = mapped_column(Text, default="")
    # Of everything it rests on: marks, decisions, prices (rules.recommending).
    sha256: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]

    made_by: Mapped[Person] = relationship()


class OutcomeLetter(Base):
    """A version of the letter to one bidder, in the outbox until all are released. Only added."""

    __tablename__ = "outcome_letter"
    __table_args__ = (UniqueConstraint("bid_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True, default=new_token)
    bid_id: Mapped[int] = mapped_column(ForeignKey("bid.id"))
    number: Mapped[int]
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"))
    # The letter and what is withheld from it with the reasons: canonical JSON, the bid's key.
    sealed_text: Mapped[bytes] = mapped_column(LargeBinary)
    # Whether this version was read and found right, by whom and when.
    reviewed: Mapped[bool]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]


class StandstillEvent(Base):
    """A step between results and contract: standstill begun, skipped or held, award. Only added."""

    __tablename__ = "standstill_event"
    __table_args__ = (UniqueConstraint("tender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tender_id: Mapped[int] = mapped_column(ForeignKey("tender.id"))
    number: Mapped[int]
    # begun, skipped, held, resumed or awarded: a word of rules.standstill.
    kind: Mapped[str]
    # The award notice it runs from (tenders.models.Notice), its last day, and the reason; of an
    # award the day the contract was signed, and who signed it.
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    ends_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
