"""The days a risk register names: told ahead, and an acceptance that ends opens its risk again."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from accounts.rules.roles import Role
from contract_clauses.models import Contract
from foundation import clock
from foundation.database import db, transaction
from foundation.tokens import new_token
from scoring.models import (
    OwnRiskDecision,
    RiskAcceptance,
    RiskAction,
    RiskDecision,
    RiskRow,
)
from scoring.rules.register import ActionState, RiskState, Treatment
from supplier_portal.models import Bid
from tenders.models import Tender
from tests.factories import make_authority, make_person
from tests.watching import contract_with, letters, on, reopened, tasks, win

TERMS = {
    "treatment": Treatment.TREAT,
    "actions": "",
    "owner": "",
    "due": None,
    "residual_likelihood": None,
    "residual_impact": None,
    "target_likelihood": None,
    "target_impact": None,
    "why": "As agreed",
}


@pytest.fixture
def bid(make_bid, opened):
    bid = make_bid("Larkfield")
    opened()
    return bid


@pytest.fixture
def row(bid):
    return db.session.scalars(select(RiskRow).where(RiskRow.bid_id == bid.id)).first()


@pytest.fixture
def decide(row, officer):
    def say(review_on, state=RiskState.ACCEPTED, number=1):
        rated = {"cause": "a", "event": "b", "consequence": "c", "likelihood": 3, "impact": 3}
        kept(
            RiskDecision, row, number, state=state, review_on=day(review_on),
            **decided(officer), **rated, **TERMS,
        )  # fmt: skip

    return say


@pytest.fixture
def own(row, officer):
    def say(authority_id, review_on, number=1, state=None):
        kept(
            OwnRiskDecision, row, number, authority_id=authority_id, state=state,
            review_on=day(review_on), **decided(officer), **TERMS,
        )  # fmt: skip

    return say


@pytest.fixture
def accept(row, officer):
    def say(authority_id, until, number=1, accepted=True):
        rated = {"likelihood": 4, "impact": 4, "appetite": 6}
        kept(
            RiskAcceptance, row, number, authority_id=authority_id, accepted=accepted,
            until=day(until), role="officer", why="We bear it", **done(officer), **rated,
        )  # fmt: skip

    return say


def act(row, authority_id, officer, due, *, action=None, number=1, state=ActionState.OPEN):
    token = action or new_token()
    kept(
        RiskAction, row, number, authority_id=authority_id, action=token, state=state,
        what="Do it", owner="", due=day(due), words="", **done(officer),
    )  # fmt: skip
    return token


def kept(model, row, number, **values):
    with transaction():
        db.session.add(model(risk_row_id=row.id, number=number, **values))


def day(text):
    return date.fromisoformat(text) if text else None


def decided(officer):
    return {"decided_by_id": officer.id, "decided_at": clock.now()}


def done(officer):
    return {"done_by_id": officer.id, "done_at": clock.now()}


def test_while_bids_are_evaluated_nothing_is_told_of_their_risks(bid, decide, at):
    decide("2026-12-10")
    on(at, "2026-12-11")

    assert tasks() == []


def test_a_review_is_told_thirty_days_ahead_and_ends_with_a_later_day(
    bid, decide, own, authority, at
):
    decide("2027-03-31")
    win(bid)
    on(at, "2027-02-28")
    assert tasks() == []
    on(at, "2027-03-01")
    assert tasks() == [("risk-review", "2027-03-31")]
    own(authority.id, "2027-09-30")
    on(at, "2027-03-02")
    assert tasks() == []
    own(authority.id, "2027-03-15", number=2, state=RiskState.CLOSED)
    on(at, "2027-03-16")

    assert tasks() == []
    assert len(letters()) == 1


@pytest.mark.parametrize("state", [RiskState.DROPPED, RiskState.MERGED, RiskState.CLOSED])
def test_a_risk_that_left_the_register_is_not_reviewed(bid, decide, at, state):
    decide("2027-03-01", state)
    win(bid)
    on(at, "2027-03-01")

    assert tasks() == []


def test_an_action_is_told_until_it_is_done_dropped_or_moved(
    bid, row, decide, officer, authority, at
):
    decide(None)
    win(bid)
    first, second = (act(row, authority.id, officer, "2027-03-31") for _ in range(2))
    on(at, "2027-03-31")
    assert tasks() == [("risk-action", "2027-03-31")] * 2
    act(row, authority.id, officer, "2027-03-31", action=first, number=2, state=ActionState.DONE)
    act(row, authority.id, officer, "2027-04-20", action=second, number=2)
    on(at, "2027-04-01")

    assert tasks() == [("risk-action", "2027-04-20")]


def test_an_acceptance_that_ends_opens_the_risk_again_until_it_is_accepted_anew(
    bid, row, decide, accept, authority, at
):
    decide(None)
    win(bid)
    accept(authority.id, "2027-03-31")
    on(at, "2027-03-31")
    assert (tasks(), reopened()) == ([("risk-acceptance", "2027-03-31")], [])
    on(at, "2027-04-01")
    assert reopened() == [("risk", row.risk_id, "2027-03-31")]
    accept(authority.id, "2028-03-31", number=2)
    on(at, "2027-04-02")

    assert (tasks(), reopened()) == ([], [])
    assert reopened(settled=True) == [("risk", row.risk_id, "2027-03-31")]


def test_an_acceptance_taken_back_waits_for_nothing(bid, decide, accept, authority, at):
    decide(None)
    win(bid)
    accept(authority.id, "2027-03-31")
    accept(authority.id, None, number=2, accepted=False)
    on(at, "2027-04-01")

    assert (tasks(), reopened()) == ([], [])


def test_each_authority_is_told_of_its_own_register_alone(bid, row, decide, own, accept, at):
    """Where two buy together, what one set for itself is nothing to the other."""
    guest = make_authority("Brent Lea")
    make_person(Role.OFFICER, guest)
    decide("2027-03-31")
    lead = db.session.get_one(Tender, db.session.get_one(Bid, bid.id).tender_id).authority_id
    contract_with(bid)
    contract_with(bid, has_won=True, authority_id=guest.id)
    own(guest.id, "2027-03-20")
    accept(guest.id, "2027-03-10")
    on(at, "2027-03-21")

    assert tasks(of=lead) == [("risk-review", "2027-03-31")]
    assert tasks(of=guest.id) == [("risk-acceptance", "2027-03-10"), ("risk-review", "2027-03-20")]


def test_of_a_contract_that_is_over_no_register_is_kept(bid, decide, at):
    decide("2027-03-31")
    contract = contract_with(bid)
    on(at, "2027-03-31")
    assert len(tasks()) == 1
    with transaction():
        db.session.get_one(Contract, contract.id).ended_on = date(2027, 3, 31)
    on(at, "2027-04-01")

    assert tasks() == []
