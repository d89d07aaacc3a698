"""What waits for a company under its contracts: what is due soon, late, or was sent back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy import or_, select

from contract_clauses.models import Contract, Obligation, ObligationDue
from contract_clauses.rules.obligations import Bound, DueState
from contract_clauses.rules.obligations_steps import SOON
from foundation import clock
from foundation.database import db
from supplier_portal.models import Bid
from supplier_portal.waiting import Waiting


def under_contracts(bids: Sequence[Bid], moment: datetime) -> dict[int, list[Waiting]]:
    """Return what waits under the contracts of these bids, in one statement."""
    today = clock.london(moment).date()
    rows = db.session.execute(
        select(Contract, ObligationDue.state, ObligationDue.due_on)
        .join(Obligation, Obligation.contract_id == Contract.id)
        .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(
            Contract.bid_id.in_([bid.id for bid in bids]),
            Obligation.bound != Bound.COUNCIL,
            or_(Obligation.ended_on.is_(None), Obligation.ended_on > today),
            ObligationDue.state.in_((DueState.OPEN, DueState.SENT_BACK)),
            or_(
                ObligationDue.state == DueState.SENT_BACK,
                ObligationDue.due_on <= today + timedelta(days=SOON),
            ),
        )
        .order_by(Contract.id)
    )
    by_contract: dict[int, tuple[Contract, list[tuple[DueState, date | None]]]] = {}
    for contract, state, due_on in rows:
        by_contract.setdefault(contract.id, (contract, []))[1].append((state, due_on))
    found: dict[int, list[Waiting]] = {}
    for contract, listed in by_contract.values():
        late = sum(day is not None and day < today for _, day in listed)
        back = sum(state is DueState.SENT_BACK for state, _ in listed)
        soon = sum(
            state is DueState.OPEN and day is not None and day >= today for state, day in listed
        )
        for number, words, state in (
            (late, "overdue", "overdue"),
            (back, "sent back by the council", "sent-back"),
            (soon, "due soon", "soon"),
        ):
            if number:
                link = url_for(
                    "contract_clauses.my_obligations", contract=contract.token, state=state
                )
                said = f"Contract {contract.reference}: {number} {words}"
                found.setdefault(contract.bid_id, []).append(Waiting(said, link))
    return found
