"""The standing answers of a company. For its own pages only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.models import Person
from foundation.database import db
from question_bank.loader import edition
from question_bank.rules.questions import Part
from supplier_portal import seals
from supplier_portal.models import Bid, StandingAnswer
from tenders.models import Tender
from tenders.queries import questionnaire_of


@dataclass(frozen=True, slots=True)
class Standing:
    """An answer of the profile: what it says, since when, and the question it was given to."""

    part_id: str
    value: Any
    version: int
    author: str
    saved_at: datetime
    # The edition of the bank the question was read in, where it was answered in the profile.
    edition: str
    from_bid: Bid | None

    @property
    def origin(self) -> str:
        return self.from_bid.tender.title if self.from_bid is not None else ""

    def part(self) -> Part | None:
        """Return the part as it was asked then."""
        if self.from_bid is not None:
            return questionnaire_of(self.from_bid.tender).parts.get(self.part_id)
        return edition(self.edition).bank.parts.get(self.part_id)


def standing_answers(supplier_id: int) -> Mapping[str, Standing]:
    """Return the company's standing answers by part, in two statements however many."""
    key = seals.company_key(supplier_id)
    if key is None:
        return {}
    rows = db.session.execute(
        select(StandingAnswer, Person.name, Bid)
        .join(Person, Person.id == StandingAnswer.kept_by_id)
        .outerjoin(Bid, Bid.id == StandingAnswer.from_bid_id)
        .options(joinedload(Bid.tender).joinedload(Tender.authority))
        .where(StandingAnswer.supplier_id == supplier_id)
    )
    found = {}
    for row, author, bid in rows:
        held = seals.open_company(f"standing:{row.part_id}:{row.version}", key, row.sealed)
        if held["value"] is not None:
            found[row.part_id] = Standing(
                row.part_id,
                held["value"],
                row.version,
                author,
                row.kept_at,
                held["edition"],
                bid,
            )
    return found
