"""A company's answers in its earlier bids, and those it took over. For its own pages only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from accounts.queries import Viewer
from foundation.database import db
from question_bank.rules.questions import Part
from question_bank.rules.reuse import Reuse
from supplier_portal import seals
from supplier_portal.models import Answer, Bid, CarriedAnswer
from supplier_portal.queries.own import my_bids
from supplier_portal.queries.profile import standing_answers
from supplier_portal.rules.carrying import is_taken_at_once, offer
from tenders.models import Tender
from tenders.queries import questionnaire_of


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """The company's latest answer to a part in another bid, and what changed in it since."""

    part: Part
    value: Any
    saved_at: datetime
    # The tender it was given in; empty for a standing answer of the assurance profile.
    tender: str
    from_bid_id: int | None
    reuse: Reuse

    @property
    def origin(self) -> str:
        return f"“{self.tender}”" if self.tender else "your assurance profile"

    @property
    def taken_at_once(self) -> bool:
        return is_taken_at_once(self.reuse)


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An answer taken over that nobody confirmed yet."""

    part_id: str
    version: int
    # Empty where it came from the assurance profile.
    tender: str
    carried_at: datetime

    @property
    def origin(self) -> str:
        return f"“{self.tender}”" if self.tender else "your assurance profile"


def earlier_answers(
    viewer: Viewer, bid: Bid, wanted: Iterable[Part]
) -> Mapping[str, EarlierAnswer]:
    """Return, for each of the parts that has one, the latest answer that can be offered: of an
    earlier bid, or of the company's assurance profile."""
    parts = {part.id: part for part in wanted}
    if not parts:
        return {}
    found = _of_earlier_bids(viewer, bid, parts)
    for part_id, standing in standing_answers(bid.supplier_id).items():
        now, before = parts.get(part_id), standing.part()
        if now is None or before is None:
            continue
        reuse = offer(before, now, standing.value)
        latest = found.get(part_id)
        if reuse is not None and (latest is None or latest.saved_at <= standing.saved_at):
            found[part_id] = EarlierAnswer(now, standing.value, standing.saved_at, "", None, reuse)
    return found


def _of_earlier_bids(
    viewer: Viewer, bid: Bid, parts: Mapping[str, Part]
) -> dict[str, EarlierAnswer]:
    others = {other.id: other for other in my_bids(viewer) if other.id != bid.id}
    if not others:
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


_EARLIER = aliased(Bid)
# Asked at every page of a question, so put together once.
_UNCONFIRMED = (
    select(CarriedAnswer.part_id, CarriedAnswer.version, Tender.title, CarriedAnswer.carried_at)
    .join(
        Answer,
        (Answer.bid_id == CarriedAnswer.bid_id)
        & (Answer.part_id == CarriedAnswer.part_id)
        & (Answer.version == CarriedAnswer.version),
    )
    .outerjoin(_EARLIER, _EARLIER.id == CarriedAnswer.from_bid_id)
    .outerjoin(Tender, Tender.id == _EARLIER.tender_id)
    .where(CarriedAnswer.bid_id == bindparam("bid"), CarriedAnswer.confirmed_at.is_(None))
)


def unconfirmed(bid: Bid) -> Mapping[str, Unconfirmed]:
    """Return the answers taken over that stand as they were taken, by part."""
    rows = db.session.execute(_UNCONFIRMED, {"bid": bid.id})
    return {
        part_id: Unconfirmed(part_id, version, title or "", carried_at)
        for part_id, version, title, carried_at in rows
    }
