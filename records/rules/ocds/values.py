"""What a release is made of, as plain values: parties, criteria, notices, the tender, its award."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Party:
    """An organisation. ``ppon``: its identifier on the Central Digital Platform."""

    id: str
    name: str
    roles: tuple[str, ...]
    legal_name: str = ""
    ppon: str = ""
    company_number: str = ""
    scale: str = ""

    @property
    def key(self) -> str:
        """Return the id other parts of a release refer to it by: a registered one if it has any."""
        if self.ppon:
            return f"GB-PPON-{self.ppon}"
        return f"GB-COH-{self.company_number}" if self.company_number else self.id

    @property
    def reference(self) -> dict[str, str]:
        return {"id": self.key, "name": self.name}


@dataclass(frozen=True)
class Criterion:
    """An award criterion with its share of the whole score in percent."""

    kind: str
    name: str
    description: str
    percent: Decimal


@dataclass(frozen=True)
class Noticed:
    """A notice as an officer recorded it. ``struck``: why it was struck out; empty if not."""

    id: str
    kind: str
    title: str
    number: str
    address: str
    published_on: date
    struck: str = ""


@dataclass(frozen=True)
class Plan:
    """What is asked for, as it stood at the event. Without a value where nothing is known."""

    id: str
    title: str
    description: str
    status: str
    lot: str
    lot_title: str
    published_at: datetime
    closes_at: datetime
    questions_end: datetime | None
    procedure: str
    procedure_words: str
    criteria: tuple[Criterion, ...]
    conditions: tuple[str, ...]
    fingerprint: str
    address: str
    value: Decimal | None = None
    above_threshold: bool | None = None
    contract: tuple[datetime | None, datetime | None, datetime | None] = (None, None, None)
    award_on: datetime | None = None
    risks: str = ""
    category: str = ""
    cpv: tuple[str, str] = ("", "")
    suitable_for: Mapping[str, bool] | None = None
    no_lots_because: str = ""
    rationale: str = ""
    status_since: datetime | None = None


@dataclass(frozen=True)
class Winner:
    party: Party
    number: int


@dataclass(frozen=True)
class BidsCounted:
    """How many bids were assessed in the end; None where nobody said."""

    all: int
    sme: int | None = None
    vcse: int | None = None


@dataclass(frozen=True)
class Awarded:
    winners: tuple[Winner, ...]
    counted: BidsCounted
    decided_at: datetime
    standstill: tuple[datetime, datetime] | None = None
    value: Decimal | None = None
    signed_at: datetime | None = None
