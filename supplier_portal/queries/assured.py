"""Which answers of a bid were given, the same, to another authority that has opened them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from foundation import clock
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Answer, Bid, CarriedAnswer
from supplier_portal.queries.own import last_submissions, submission_of
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender
from tenders.rules.lifecycle import BIDS_READABLE, Stage

# From here on somebody has read and judged the answer.
EVALUATED = BIDS_READABLE - {Stage.OPENED}


def assured_elsewhere(bid: Bid, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return, for a bid whose company consents, each answer that stands as another authority has
    it: the part, the authority, its tender, when it was opened, and whether it was evaluated.

    Only answers taken over and confirmed count, and only while they equal what was handed in there.
    """
    if not bid.shares_assurance:
        return []
    carried = _carried(bid)
    earlier = _opened_bids({bid_id for _, bid_id in carried})
    given = {bid_id: _handed_in(other) for bid_id, other in earlier.items()}
    return [
        _as_told(part_id, earlier[bid_id])
        for part_id, bid_id in carried
        if bid_id in earlier
        and part_id in answers
        and given[bid_id].get(part_id) == answers[part_id]
    ]


def _carried(bid: Bid) -> list[tuple[str, int]]:
    rows = db.session.execute(
        select(CarriedAnswer.part_id, CarriedAnswer.from_bid_id)
        .join(
            Answer,
            (Answer.bid_id == CarriedAnswer.bid_id)
            & (Answer.part_id == CarriedAnswer.part_id)
            & (Answer.version == CarriedAnswer.version),
        )
        .where(CarriedAnswer.bid_id == bid.id, CarriedAnswer.confirmed_at.is_not(None))
        .order_by(CarriedAnswer.part_id)
    )
    return [(part_id, bid_id) for part_id, bid_id in rows if bid_id is not None]


def _opened_bids(ids: set[int]) -> dict[int, Bid]:
    found = db.session.scalars(
        select(Bid)
        .where(Bid.id.in_(ids), Bid.stage.in_((BidStage.OPENED, BidStage.ADMITTED)))
        .options(joinedload(Bid.tender).joinedload(Tender.authority))
    )
    return {bid.id: bid for bid in found}


def _handed_in(bid: Bid) -> Mapping[str, Any]:
    last = last_submissions([bid])[bid.id]
    text = seals.open_submission(bid, seals.supplier_key(bid), submission_of(bid, last.number))
    answers: Mapping[str, Any] = json.loads(text)["answers"]
    return answers


def _as_told(part_id: str, earlier: Bid) -> dict[str, Any]:
    tender = earlier.tender
    opened = clock.london(tender.opened_at).date().isoformat() if tender.opened_at else ""
    return {
        "part": part_id,
        "authority": tender.authority.name,
        "tender": f"{tender.reference}, {tender.title}",
        "opened_on": opened,
        "evaluated": tender.stage in EVALUATED,
    }
