"""The demonstration has a contract that runs: things are confirmed, shown and late."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from accounts.models import Person
from accounts.rules.roles import Permission
from contract_clauses.models import Contract, ObligationDue
from contract_clauses.queries.issuing import issues_of_bid, last_approved
from contract_clauses.rules.obligations import DueState
from foundation import clock
from foundation.database import db
from scoring.queries.own_registers import own_register
from scoring.rules.accepting import Standing
from tenders.models import Tender
from tests.factories import viewer_of

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


def test_the_register_of_its_contract_has_risks_on_their_way_to_where_they_should_be(
    demonstration_built,
):
    contract = db.session.scalars(select(Contract)).one()
    officer = db.session.scalars(select(Person).where(Person.name == "Priya Nayar")).one()
    tender = db.session.get_one(Tender, contract.tender_id)
    rows = own_register(viewer_of(officer), tender.token, to=Permission.RISK_READ).rows
    today = clock.london(clock.now()).date()

    moved = [row for row in rows if row.residual and row.target and row.target != row.inherent]
    assert len(moved) == 5
    assert all(action.owner for row in moved for action in row.listed_actions)
    assert [row.risk_id for row in moved if row.standing(today) is Standing.ACCEPTED] == ["OWN-4"]
    assert [
        control.clause_id for row in moved for control in row.controls if control.clause_id
    ] == ["C20"]
