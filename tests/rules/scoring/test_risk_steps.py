"""The states of a risk are a table; what became part of another is found through any chain."""

import pytest

from scoring.rules.register import RiskState
from scoring.rules.risk_steps import (
    RISK_STEPS,
    RiskStep,
    RiskStepNotAllowed,
    state_after,
    states_from,
    step_to,
    steps_from,
    whole_of,
)

P, A, D, M, T, C = (
    RiskState.PROPOSED, RiskState.ACCEPTED, RiskState.DROPPED,
    RiskState.MERGED, RiskState.TREATED, RiskState.CLOSED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("state", "reached"),
    [
        (P, (A, D, M)), (A, (A, D, M, T)), (D, (A, D, M)), (M, (A, D, M)),
        (T, (A, T, C)), (C, (A,)),
    ],
    ids=str,
)  # fmt: skip
def test_a_risk_gets_from_each_state_to_these_alone(state, reached):
    assert set(states_from(state)) == set(reached)
    for wanted in RiskState:
        if wanted in reached:
            assert state_after(state, step_to(state, wanted)) is wanted
        else:
            with pytest.raises(RiskStepNotAllowed, match=f"because it is {state}"):
                step_to(state, wanted)


def test_a_proposed_risk_is_closed_only_once_accepted_and_treated():
    state = P
    for step in (RiskStep.ACCEPT, RiskStep.TREAT, RiskStep.CLOSE, RiskStep.REOPEN):
        state = state_after(state, step)

    assert state is A
    with pytest.raises(RiskStepNotAllowed):
        state_after(P, RiskStep.CLOSE)


@pytest.mark.parametrize("state", RiskState)
def test_nothing_is_dropped_or_merged_in_the_register_of_a_contract(state):
    offered = {RISK_STEPS[state, step] for step in steps_from(state, contract=True)}

    assert offered & {D, M} == set()


def test_what_is_part_of_another_risk_is_not_dealt_with_by_itself_in_a_contract():
    assert steps_from(M, contract=True) == ()


def test_the_whole_is_found_through_a_chain_and_a_circle_ends():
    into = {"R11": "R10", "R10": "R09"}

    assert [whole_of(risk, into) for risk in ("R11", "R10", "R09", "R37")] == [
        "R09", "R09", "R09", "R37",
    ]  # fmt: skip
    assert whole_of("R01", {"R01": "R02", "R02": "R01"}) in {"R01", "R02"}
