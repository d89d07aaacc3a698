"""What waits for a company under its contracts: what the council sent back.

What falls due is a task of the service's own, given once a day (contract_clauses.tasks).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import func, select

from contract_clauses.models import Contract, Obligation, ObligationDue
from contract_clauses.rules.obligations import Bound, DueState
from foundation.database import db
from supplier_portal.models import Bid
from supplier_portal.waiting import Waiting


def under_contracts(bids: Sequence[Bid], _moment: datetime) -> dict[int, list[Waiting]]:
    """Return what was sent back under the contracts of these bids, in one statement."""
    rows = db.session.execute(
        select(Contract.bid_id, Contract.token, Contract.reference, func.count())
        .join(Obligation, Obligation.contract_id == Contract.id)
        .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(
            Contract.bid_id.in_([bid.id for bid in bids]),
            Obligation.bound != Bound.COUNCIL,
            Obligation.ended_on.is_(None),
            ObligationDue.state == DueState.SENT_BACK,
        )
        .group_by(Contract.id, Contract.bid_id, Contract.token, Contract.reference)
        .order_by(Contract.id)
    )
    found: dict[int, list[Waiting]] = {}
    for bid_id, token, reference, number in rows:
        link = url_for("contract_clauses.my_obligations", contract=token, state="sent-back")
        words = f"Contract {reference}: {number} sent back by the council"
        found.setdefault(bid_id, []).append(Waiting(words, link))
    return found
