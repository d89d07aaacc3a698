"""The actions of a register that was edited in a spreadsheet: what a file may change of each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from foundation.canonical import canonical_json, sha256_hex
from scoring.rules.actions import Action, ActionState
from scoring.rules.register import RiskState
from scoring.rules.register_import import ACTION_NAMES, Value, one_of, plain

OWNER, DUE, STATE, WORDS = ACTION_NAMES
# What of an action is never empty.
NEVER_EMPTY = frozenset({STATE})
# Stands where an action has its reference: what is done as a whole belongs to the row of its risk.
AS_A_WHOLE = "as a whole"
DEALT_WITH = frozenset({RiskState.ACCEPTED, RiskState.TREATED})
ASKED: Mapping[str, str] = MappingProxyType(
    {ActionState.DONE: "Say how it was done", ActionState.DROPPED: "Say why it is dropped"}
)


def values_of_action(action: Action) -> dict[str, Value]:
    """Return what a file may change of an action, by field. What was said of an open one was said
    when it was set, and asks for nothing."""
    said = lines(action.words) if action.state is not ActionState.OPEN else ""
    return {
        OWNER: plain(action.owner),
        DUE: action.due,
        STATE: str(action.state),
        WORDS: said,
    }


def mistake_in(values: Mapping[str, Value], risk: RiskState) -> tuple[str, str] | None:
    """Return the field that is wrong and why, where an action could not be set as a file has it."""
    asked = ASKED.get(str(values[STATE]))
    if asked is not None and not values[WORDS]:
        return WORDS, asked
    if risk not in DEALT_WITH:
        return STATE, f"The risk is {risk}: accept it first, on its page"
    return None


def lines(text: str) -> str:
    """Return text as it is compared: spreadsheets and browsers end lines differently."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def action_state_in(text: str) -> str:
    """Return a state. Raises ValueError, with a sentence."""
    return one_of(text, [str(one) for one in ActionState])


def fingerprint_of_whole(owner: str, due: str, state: str, words: str) -> str:
    """Return what tells that nobody touched a row that names no single action."""
    return sha256_hex(canonical_json([plain(owner), due, plain(state), plain(words)]))[:12]
