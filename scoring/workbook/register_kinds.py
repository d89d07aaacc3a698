"""What is read of each sheet of a register that came back: its columns and how each is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scoring.rules import action_import as actions
from scoring.rules.register_import import (
    ACTION_NAMES,
    DUE,
    NAMES,
    OWNER,
    RESIDUAL,
    REVIEW,
    STATE,
    TARGET,
    TREATMENT,
    Value,
    day_from,
    level_in,
    plain,
    state_in,
    treatment_in,
)
from scoring.workbook.register_layout import REASON

LONGEST_OWNER, LONGEST_REASON = 200, 4000


@dataclass(frozen=True)
class SheetKind:
    """What is read of a sheet. ``names``: by field, its heading; ``reason``: that of the reason.

    ``never_empty``: what a row always has, so that an empty cell there is a mistake, not a wish.
    """

    thing: str
    names: Mapping[str, str]
    taken: Mapping[str, Callable[[str], Value]]
    days: frozenset[str]
    texts: Mapping[str, int]
    never_empty: frozenset[str]
    reason: str
    # What a row without a reference is told, and the headings that make it one.
    unknown: str
    also: tuple[str, ...] = ()


RISKS = SheetKind(
    "risk",
    NAMES,
    {
        TREATMENT: treatment_in,
        STATE: state_in,
        DUE: day_from,
        REVIEW: day_from,
        **dict.fromkeys((*RESIDUAL, *TARGET), level_in),
        OWNER: plain,
    },
    frozenset({DUE, REVIEW}),
    {OWNER: LONGEST_OWNER},
    frozenset({TREATMENT, STATE}),
    REASON,
    "There is no reference, so nobody can tell which risk this is. Add a risk on its page",
)
LISTED = SheetKind(
    "action",
    ACTION_NAMES,
    {
        actions.OWNER: plain,
        actions.DUE: day_from,
        actions.STATE: actions.action_state_in,
        actions.WORDS: actions.lines,
    },
    frozenset({actions.DUE}),
    {actions.OWNER: LONGEST_OWNER, actions.WORDS: LONGEST_REASON},
    actions.NEVER_EMPTY,
    "",
    "There is no reference, so nobody can tell which action this is. Add a new one on the page of "
    "its risk",
    ("What is to be done",),
)
