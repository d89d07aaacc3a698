"""What waits for a company under its contracts: what is overdue, and what the council sent back.

What falls due is a task of the service's own, given once a day (contract_clauses.tasks).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from flask import url_for
from sqlalchemy import ColumnElement, func, select

from accounts.queries import Viewer
from contract_clauses.models import Contract, Obligation, ObligationDue
from contract_clauses.rules.obligations import Bound, DueState
from foundation import clock
from foundation.database import db
from supplier_portal.models import Bid
from supplier_portal.waiting import Waiting
from tenders.rules.lifecycle import Stage


def under_contracts(
    _viewer: Viewer, bids: Sequence[Bid], _moment: datetime
) -> dict[int, list[Waiting]]:
    """Return what was sent back under the contracts of these bids, in one statement."""
    return _counted(
        bids, "sent-back", "sent back by the council", ObligationDue.state == DueState.SENT_BACK
    )


def overdue(_viewer: Viewer, bids: Sequence[Bid], moment: datetime) -> dict[int, list[Waiting]]:
    """Return how many obligations are overdue, as the pages of a contract count them; one
    statement."""
    today = clock.london(moment).date()
    return _counted(bids, "overdue", "overdue", *_overdue_on(today))


def _overdue_on(today: date) -> tuple[ColumnElement[bool], ...]:
    nothing_shown = ObligationDue.state.in_((DueState.OPEN, DueState.SENT_BACK))
    return (ObligationDue.due_on < today, nothing_shown)


def _counted(
    bids: Sequence[Bid], state: str, said: str, *which: ColumnElement[bool]
) -> dict[int, list[Waiting]]:
    contracted = [bid.id for bid in bids if bid.tender.stage is Stage.AWARDED]
    if not contracted:
        return {}
    number = func.count(Obligation.id.distinct())
    rows = db.session.execute(
        select(Contract.bid_id, Contract.token, Contract.reference, number)
        .join(Obligation, Obligation.contract_id == Contract.id)
        .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(
            Contract.bid_id.in_(contracted),
            Obligation.bound != Bound.COUNCIL,
            Obligation.ended_on.is_(None),
            *which,
        )
        .group_by(Contract.id, Contract.bid_id, Contract.token, Contract.reference)
        .order_by(Contract.id)
    )
    found: dict[int, list[Waiting]] = {}
    for bid_id, token, reference, count in rows:
        link = url_for("contract_clauses.my_obligations", contract=token, state=state)
        words = f"Contract {reference}: {count} {said}"
        found.setdefault(bid_id, []).append(Waiting(words, link))
    return found
