"""What an authority has tested of a bid under its contract, as its register of risks shows it."""

from __future__ import annotations

import pytest

from contract_clauses.models import ClauseDecision, Obligation, ObligationDue
from contract_clauses.queries import tested
from contract_clauses.rules.obligations import DueState
from contract_clauses.rules.selection import Wish
from contract_clauses.service import reassessing
from foundation import clock
from foundation.database import db, transaction
from scoring.queries.own_registers import own_register
from scoring.rules.knowledge import Strength
from tests.factories import make_authority, viewer_of
from tests.pages.contract_clauses.test_reassessing import (  # noqa: F401
    handed_in,
    lead,
    seen,
    token,
)

pytestmark = pytest.mark.slow

ACTION = {
    "based_on": "0", "what": "", "owner": "Head of Roads", "state": "open", "words": "",
    "due-day": "", "due-month": "", "due-year": "",
}  # fmt: skip


def found_in(seen):  # noqa: F811
    found = tested.tested_parts(seen.authority.id, [seen.bid.id])
    return found.get(seen.bid.id, frozenset())


def with_state(seen, *states):  # noqa: F811
    """Let an obligation that rests on answers have fallen due so often, each with a state."""
    rows = db.session.query(Obligation).filter_by(contract_id=seen.contract.id)
    one = next(row for row in rows if row.sources.get("parts") and row.bound != "council")
    with transaction():
        db.session.query(ObligationDue).filter_by(obligation_id=one.id).update(
            {"state": DueState.OPEN}
        )
        for number, state in enumerate(states, start=101):
            db.session.add(ObligationDue(obligation_id=one.id, number=number, state=state))
    return frozenset(one.sources["parts"])


@pytest.mark.parametrize(
    ("states", "is_tested"),
    [
        ((DueState.CONFIRMED,), True),
        ((DueState.CONFIRMED, DueState.OPEN), True),
        ((DueState.CONFIRMED, DueState.SENT_BACK), False),
        ((DueState.SHOWN,), False),
        ((DueState.WAIVED,), False),
        ((), False),
    ],
    ids=lambda value: "-then-".join(value) if isinstance(value, tuple) else "",
)
def test_an_answer_is_tested_once_what_was_shown_for_its_obligation_is_confirmed(
    states,
    is_tested,
    seen,  # noqa: F811
):
    parts = with_state(seen, *states)

    assert found_in(seen) == (parts if is_tested else frozenset())


def test_a_settled_assessment_tests_what_is_still_right_and_no_other(
    seen,  # noqa: F811
    lead,  # noqa: F811
    token,  # noqa: F811
    officer,
):
    handed_in(seen, lead, token)
    before = found_in(seen)

    reassessing.settle_round(seen, token, "Read it", by=viewer_of(officer))

    assert before == frozenset()
    assert "SLP-05.e" in found_in(seen)
    assert "SLP-07.a" not in found_in(seen)


def test_another_authority_has_tested_nothing_of_it(seen):  # noqa: F811
    with_state(seen, DueState.CONFIRMED)

    assert tested.tested_parts(make_authority("Ashbrook Council").id, [seen.bid.id]) == {}


def test_the_register_of_the_contract_says_what_the_authority_tested(app, seen, officer):  # noqa: F811
    def strengths():
        db.session.commit()
        register = own_register(viewer_of(officer), seen.tender.token, to="risk:read")
        return {
            risk.risk_id: risk.row.knowledge.strength for risk in register.risks if risk.row.causes
        }

    before = strengths()
    sources = {
        risk.risk_id: {source for cause in risk.row.causes for source in cause.sources}
        for risk in own_register(viewer_of(officer), seen.tender.token, to="risk:read").risks
    }
    rows = db.session.query(Obligation).filter_by(contract_id=seen.contract.id)
    one = next(row for row in rows if row.bound != "council")
    with transaction():
        one.sources = {"parts": sorted(set().union(*sources.values())), "risks": []}
        db.session.add(ObligationDue(obligation_id=one.id, number=101, state=DueState.CONFIRMED))

    assert before.keys() == strengths().keys() != set()
    assert Strength.TESTED not in before.values()
    assert set(strengths().values()) == {Strength.TESTED}


def test_register_and_risk_page_of_a_contract_take_as_many_statements_however_much_was_done(
    app,
    seen,  # noqa: F811
    officer,
    client_for,
    statements_counted,
):
    with_state(seen, DueState.CONFIRMED)
    web = client_for(officer)
    register = own_register(viewer_of(officer), seen.tender.token, to="risk:read")
    risk = next(one for one in register.risks if one.row.causes)
    home = f"/evaluation/tenders/{seen.tender.token}/register"
    places = [home, f"{home}/{risk.token}"]

    def counted():
        found = []
        for place in places:
            db.session.commit()
            with statements_counted() as statements:
                assert web.get(place).status_code == 200
            found.append(len(statements))
        return found

    counted()
    before = counted()
    added = {"bid_id": seen.bid.id, "number": 1, "decided_by_id": officer.id}
    with transaction():
        for number in range(1, 13):
            common = {"clause_id": f"C{number:02}", "wish": Wish.RULE, "reason": "As it was"}
            db.session.add(ClauseDecision(**added, **common, decided_at=clock.now()))
    for number in range(12):
        answer = web.post(
            f"/evaluation/risks/{risk.token}/actions/new", data=ACTION | {"what": f"Step {number}"}
        )
        assert answer.status_code == 302

    assert counted() == before
    assert max(before) <= 15
