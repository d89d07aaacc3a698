"""The days that registers of contracts name: reviews, actions, acceptances, by authority."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from contract_clauses.models import Contract
from contract_clauses.queries.watching import DECIDED
from foundation.database import db
from scoring.models import (
    BidResult,
    OwnRiskDecision,
    RiskAcceptance,
    RiskAction,
    RiskDecision,
    RiskRow,
)
from scoring.rules.actions import ActionState
from scoring.rules.register import LEFT_THE_REGISTER, RiskState
from supplier_portal.models import Bid
from tenders.models import Tender


@dataclass(frozen=True, slots=True)
class Kept:
    """A risk of a contract as one authority keeps it; ``number``: of its acceptance."""

    row_id: int
    token: str
    risk_id: str
    bid_id: int
    bid: str
    tender_id: int
    authority_id: int
    review_on: date | None
    accepted_until: date | None
    number: int
    # Open actions with a day: (token, day).
    actions: tuple[tuple[str, date], ...]


def risks_kept(day: date) -> list[Kept]:
    """Return the risks that stand in a register of a contract that has not ended. Six statements,
    however many there are."""
    rows = _rows()
    whose = _authorities({row.bid_id: row.lead for row in rows}, day)
    row_ids = select(RiskRow.id).join(BidResult, BidResult.bid_id == RiskRow.bid_id)
    row_ids = row_ids.where(BidResult.successful)
    common = {one.risk_row_id: one for one in _last(RiskDecision, ["risk_row_id"], row_ids)}
    per = ["risk_row_id", "authority_id"]
    own = {(one.risk_row_id, one.authority_id): one for one in _last(OwnRiskDecision, per, row_ids)}
    accepted = {
        (one.risk_row_id, one.authority_id): one for one in _last(RiskAcceptance, per, row_ids)
    }
    actions: dict[tuple[int, int], list[tuple[str, date]]] = {}
    for one in _last(RiskAction, ["action"], row_ids):
        if one.state is ActionState.OPEN and one.due is not None:
            actions.setdefault((one.risk_row_id, one.authority_id), []).append(
                (one.action, one.due)
            )
    found = []
    for row in rows:
        for authority_id in whose[row.bid_id]:
            if row.added_by not in (None, authority_id):
                continue
            place = (row.id, authority_id)
            said = _said(common.get(row.id), own.get(place))
            if said is None:
                continue
            word = accepted.get(place)
            found.append(
                Kept(
                    row.id,
                    row.token,
                    row.risk_id,
                    row.bid_id,
                    row.bid,
                    row.tender_id,
                    authority_id,
                    said.review_on,
                    word.until if word is not None and word.accepted else None,
                    word.number if word is not None else 0,
                    tuple(actions.get(place, ())),
                )
            )
    return found


def _said(common: RiskDecision | None, own: OwnRiskDecision | None) -> Any:
    """Return the decision that counts for an authority; None where the risk has left."""
    if own is not None:
        return None if own.state in LEFT_THE_REGISTER else own
    if common is None or common.state in (*LEFT_THE_REGISTER, RiskState.PROPOSED):
        return None
    return common


def _rows() -> list[Row[Any]]:
    return list(
        db.session.execute(
            select(
                RiskRow.id,
                RiskRow.token,
                RiskRow.risk_id,
                RiskRow.bid_id,
                RiskRow.authority_id.label("added_by"),
                Bid.token.label("bid"),
                Tender.id.label("tender_id"),
                Tender.authority_id.label("lead"),
            )
            .join(Bid, Bid.id == RiskRow.bid_id)
            .join(BidResult, BidResult.bid_id == Bid.id)
            .join(Tender, Tender.id == Bid.tender_id)
            .where(
                BidResult.successful,
                Tender.stage.in_(DECIDED),
                Tender.content_destroyed_at.is_(None),
            )
            .order_by(RiskRow.id)
        )
    )


def _authorities(leads: Mapping[int, int], day: date) -> dict[int, list[int]]:
    """Return whose registers there are of each bid: of the authority that leads, and of those with
    a contract; never of one whose contract is over."""
    running: dict[int, set[int]] = {bid_id: {lead} for bid_id, lead in leads.items()}
    over: dict[int, set[int]] = {}
    for contract in db.session.scalars(select(Contract)):
        ends_on = contract.ended_on or contract.ends_on
        where = running if ends_on >= day else over
        where.setdefault(contract.bid_id, set()).add(contract.authority_id)
    return {bid_id: sorted(running[bid_id] - over.get(bid_id, set())) for bid_id in leads}


def _last(table: Any, per: Iterable[str], row_ids: Any) -> Iterator[Any]:
    """Yield the row with the highest number of each group."""
    later = aliased(table)
    same = [getattr(later, name) == getattr(table, name) for name in per]
    highest = select(func.max(later.number)).where(*same).correlate(table).scalar_subquery()
    yield from db.session.scalars(
        select(table).where(table.risk_row_id.in_(row_ids), table.number == highest)
    )
