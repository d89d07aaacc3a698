"""The demonstration has a contract that runs: things are confirmed, shown and late."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from contract_clauses.models import Contract, ObligationDue
from contract_clauses.queries.issuing import issues_of_bid, last_approved
from contract_clauses.rules.obligations import DueState
from foundation import clock
from foundation.database import db

pytestmark = pytest.mark.slow


def test_its_contract_runs_and_evidence_goes_to_and_fro(demonstration_built):
    (contract,) = db.session.scalars(select(Contract)).all()
    today = clock.london(clock.now()).date()
    dues = db.session.scalars(select(ObligationDue)).all()

    assert contract.manager.name == "Samir Patel"
    assert contract.signed_on < contract.starts_on <= contract.live_on < today
    assert last_approved(issues_of_bid(contract.bid_id)).version == 1
    states = Counter(due.state for due in dues)
    assert states[DueState.CONFIRMED] > 10
    assert states[DueState.SHOWN] == 1
    late = [due for due in dues if due.state is DueState.OPEN and due.due_on and due.due_on < today]
    assert 1 <= len(late) <= 5
