"""The stages of a risk: (state, step) → state, in the evaluation and in the register kept after."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError


class RiskState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DROPPED = "dropped"
    # Part of another risk of the same bid, which has its causes since.
    MERGED = "merged"
    TREATED = "treated"
    CLOSED = "closed"


class RiskStep(StrEnum):
    ACCEPT = "accept"
    DROP = "drop"
    MERGE = "merge"
    TREAT = "treat"
    CLOSE = "close"
    REOPEN = "reopen"


class RiskStepNotAllowed(DomainError):
    """The risk is in a state from which this step does not lead on."""


_DECIDED = (RiskState.PROPOSED, RiskState.ACCEPTED, RiskState.DROPPED, RiskState.MERGED)
RISK_STEPS: Mapping[tuple[RiskState, RiskStep], RiskState] = MappingProxyType(
    {(state, RiskStep.ACCEPT): RiskState.ACCEPTED for state in _DECIDED}
    | {(state, RiskStep.DROP): RiskState.DROPPED for state in _DECIDED}
    | {(state, RiskStep.MERGE): RiskState.MERGED for state in _DECIDED}
    | {
        (RiskState.ACCEPTED, RiskStep.TREAT): RiskState.TREATED,
        # What is done about it is told better.
        (RiskState.TREATED, RiskStep.TREAT): RiskState.TREATED,
        (RiskState.TREATED, RiskStep.CLOSE): RiskState.CLOSED,
        (RiskState.TREATED, RiskStep.REOPEN): RiskState.ACCEPTED,
        (RiskState.CLOSED, RiskStep.REOPEN): RiskState.ACCEPTED,
    }
)
# What an authority may do with a risk of its contract: what belongs together was decided before.
IN_A_CONTRACT = frozenset({RiskStep.ACCEPT, RiskStep.TREAT, RiskStep.CLOSE, RiskStep.REOPEN})


# What becomes of a risk, as a person chooses it.
STATES_IN_WORDS: Mapping[RiskState, str] = {
    RiskState.ACCEPTED: "Accept it into the register",
    RiskState.DROPPED: "Drop it",
    RiskState.MERGED: "Merge it into another risk of this bid",
    RiskState.TREATED: "Mark it as treated",
    RiskState.CLOSED: "Close it",
}


def state_after(state: RiskState, step: RiskStep) -> RiskState:
    """Return the state a risk reaches by a step. Raises RiskStepNotAllowed."""
    try:
        return RISK_STEPS[state, step]
    except KeyError:
        raise _not_allowed(state, f"{step} this risk") from None


def step_to(state: RiskState, wanted: RiskState, *, contract: bool = False) -> RiskStep:
    """Return the step that leads from one state to another. Raises RiskStepNotAllowed."""
    for step in steps_from(state, contract=contract):
        if RISK_STEPS[state, step] is wanted:
            return step
    raise _not_allowed(state, f"let this risk be {wanted}")


def steps_from(state: RiskState, *, contract: bool = False) -> tuple[RiskStep, ...]:
    """Return what can be done with a risk in a state.

    ``contract``: in the register kept after the award. What became part of another risk is dealt
    with there.
    """
    if contract and state is RiskState.MERGED:
        return ()
    return tuple(
        step
        for step in RiskStep
        if (state, step) in RISK_STEPS and (not contract or step in IN_A_CONTRACT)
    )


def states_from(state: RiskState, *, contract: bool = False) -> tuple[RiskState, ...]:
    """Return the states a risk may get to, each once, in the order of the states."""
    reached = {RISK_STEPS[state, step] for step in steps_from(state, contract=contract)}
    return tuple(found for found in RiskState if found in reached)


def _not_allowed(state: RiskState, wish: str) -> RiskStepNotAllowed:
    return RiskStepNotAllowed(f"You cannot {wish} because it is {state}", field="decision")


def whole_of(risk_id: str, into: Mapping[str, str]) -> str:
    """Return the risk that one became part of in the end; itself if of none.

    ``into``: by risk, the one it was merged into.
    """
    seen: list[str] = []
    while risk_id in into and risk_id not in seen:
        seen.append(risk_id)
        risk_id = into[risk_id]
    return risk_id
