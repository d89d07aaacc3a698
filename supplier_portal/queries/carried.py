"""A company's answers in its earlier bids, and those it took over. For its own pages only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from accounts.queries import Viewer
from foundation.database import db
from question_bank.rules.questions import Part
from question_bank.rules.reuse import Reuse
from supplier_portal import seals
from supplier_portal.models import Answer, Bid, CarriedAnswer
from supplier_portal.queries.own import my_bids
from supplier_portal.rules.carrying import is_taken_at_once, offer
from tenders.models import Tender
from tenders.queries import questionnaire_of


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """The company's latest answer to a part in another bid, and what changed in it since."""

    part: Part
    value: Any
    saved_at: datetime
    tender: str
    from_bid_id: int
    reuse: Reuse

    @property
    def taken_at_once(self) -> bool:
        return is_taken_at_once(self.reuse)


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An answer taken over that nobody confirmed yet."""

    part_id: str
    version: int
    tender: str
    carried_at: datetime


def earlier_answers(
    viewer: Viewer, bid: Bid, wanted: Iterable[Part]
) -> Mapping[str, EarlierAnswer]:
    """Return, for each of the parts that has one, the latest answer that can be offered."""
    others = {other.id: other for other in my_bids(viewer) if other.id != bid.id}
    parts = {part.id: part for part in wanted}
    if not others or not parts:
        return {}
    rows = db.session.execute(
        select(Answer.bid_id, Answer.part_id, Answer.version, Answer.sealed, Answer.saved_at)
        .where(Answer.bid_id.in_(others), Answer.part_id.in_(parts))
        .order_by(Answer.saved_at.desc(), Answer.id.desc())
    )
    keys = {bid_id: seals.supplier_key(other) for bid_id, other in others.items()}
    found: dict[str, EarlierAnswer] = {}
    for bid_id, part_id, version, sealed, saved_at in rows:
        if part_id in found:
            continue
        other, now = others[bid_id], parts[part_id]
        before = questionnaire_of(other.tender).parts.get(part_id)
        value = seals.open_answer(other, keys[bid_id], part_id, version, sealed)
        reuse = offer(before, now, value) if before else None
        if reuse is not None:
            found[part_id] = EarlierAnswer(now, value, saved_at, other.tender.title, bid_id, reuse)
    return found


def unconfirmed(bid: Bid) -> Mapping[str, Unconfirmed]:
    """Return the answers taken over that stand as they were taken, by part."""
    earlier = aliased(Bid)
    rows = db.session.execute(
        select(CarriedAnswer.part_id, CarriedAnswer.version, Tender.title, CarriedAnswer.carried_at)
        .join(
            Answer,
            (Answer.bid_id == CarriedAnswer.bid_id)
            & (Answer.part_id == CarriedAnswer.part_id)
            & (Answer.version == CarriedAnswer.version),
        )
        .join(earlier, earlier.id == CarriedAnswer.from_bid_id)
        .join(Tender, Tender.id == earlier.tender_id)
        .where(CarriedAnswer.bid_id == bid.id, CarriedAnswer.confirmed_at.is_(None))
    )
    return {row.part_id: Unconfirmed(*row) for row in rows}
