"""The stages of a risk: (state, step) → state, in the evaluation and in the register kept after."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError
from scoring.rules.register import RiskState


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
STEPS: Mapping[tuple[RiskState, RiskStep], RiskState] = MappingProxyType(
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
# What an authority may do with a risk of its contract: whether there is one was decided before.
IN_A_CONTRACT = frozenset({RiskStep.ACCEPT, RiskStep.TREAT, RiskStep.CLOSE, RiskStep.REOPEN})


def state_after(state: RiskState, step: RiskStep) -> RiskState:
    """Return the state a risk reaches by a step. Raises RiskStepNotAllowed."""
    try:
        return STEPS[state, step]
    except KeyError:
        raise RiskStepNotAllowed(
            f"You cannot {step} this risk because it is {state}", field="decision"
        ) from None


def steps_from(state: RiskState, *, contract: bool = False) -> tuple[RiskStep, ...]:
    """Return what can be done with a risk in a state, in the order in which it is offered."""
    return tuple(
        step
        for step in RiskStep
        if (state, step) in STEPS and (not contract or step in IN_A_CONTRACT)
    )


def whole_of(risk_id: str, into: Mapping[str, str]) -> str:
    """Return the risk that one became part of in the end; itself if of none.

    ``into``: by risk, the one it was merged into.
    """
    seen: list[str] = []
    while risk_id in into and risk_id not in seen:
        seen.append(risk_id)
        risk_id = into[risk_id]
    return risk_id
