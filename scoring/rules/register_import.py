"""A register that was edited in a spreadsheet, compared with what it was made from and what is now.

What nobody touched in the file changes nothing, whatever was decided since. What was changed in the
file alone can be applied; what was changed in both places is for a person to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from scoring.rules.matrix import LEVELS
from scoring.rules.ratings import Rating
from scoring.rules.register import RegisterRow, RiskState, Treatment
from scoring.rules.register_history import date_in_words

Value = str | int | date | None

TREATMENT, OWNER, DUE, REVIEW, STATE = "treatment", "owner", "due", "review_on", "state"
RESIDUAL = ("residual_likelihood", "residual_impact")
TARGET = ("target_likelihood", "target_impact")
NAMES: Mapping[str, str] = MappingProxyType(
    {
        STATE: "Status",
        TREATMENT: "Treatment",
        OWNER: "Risk owner",
        DUE: "Due",
        REVIEW: "Review date",
        RESIDUAL[0]: "Residual likelihood",
        RESIDUAL[1]: "Residual impact",
        TARGET[0]: "Target likelihood",
        TARGET[1]: "Target impact",
    }
)
# What may change of an action; by field, its heading.
ACTION_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "action_owner": "Who does it",
        "action_due": "Due",
        "action_state": "State",
        "action_words": "What was said",
    }
)
LABELS: Mapping[str, str] = MappingProxyType({**NAMES, **ACTION_NAMES})


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a file says of one risk, or of one action.

    ``values``: of the cells that could be read, by field.
    ``based_on``: the number of the decision the row was made from. ``places``: by field, its cell.
    """

    token: str
    based_on: int
    values: Mapping[str, Value]
    reason: str = ""
    sheet: str = ""
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_action(self) -> bool:
        return any(name in ACTION_NAMES for name in self.values)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that would change. ``made_from``: what stood here when the file was made."""

    name: str
    made_from: Value
    now: Value
    wanted: Value

    @property
    def label(self) -> str:
        return LABELS[self.name]

    @property
    def is_conflict(self) -> bool:
        return self.made_from != self.now

    @property
    def now_in_words(self) -> str:
        return in_words(self.now)

    @property
    def wanted_in_words(self) -> str:
        return in_words(self.wanted)


def values_of(row: RegisterRow) -> dict[str, Value]:
    """Return what a file may change of a row, by field."""
    return {
        STATE: str(row.state),
        TREATMENT: str(row.treatment),
        OWNER: plain(row.owner),
        DUE: row.due,
        REVIEW: row.review_on,
        **_rated(RESIDUAL, row.residual),
        **_rated(TARGET, row.target),
    }


def differences_of(
    written: Written, made_from: Mapping[str, Value], now: Mapping[str, Value]
) -> tuple[Difference, ...]:
    """Return what somebody changed in a file and does not stand here already."""
    return tuple(
        Difference(name, made_from[name], now[name], written.values[name])
        for name in LABELS
        if name in written.values
        and written.values[name] != made_from[name]
        and written.values[name] != now[name]
    )


def in_words(value: Value) -> str:
    if isinstance(value, date):
        return date_in_words(value)
    return "nothing" if value in (None, "") else str(value)


def plain(text: str) -> str:
    """Return text as it is compared: spreadsheets and browsers end lines differently."""
    return " ".join(text.split())


def level_in(text: str) -> int:
    """Return the level a cell holds. Raises ValueError, with a sentence."""
    said = text.strip()
    if said.isascii() and said.isdigit() and len(said) == 1 and int(said) in LEVELS:
        return int(said)
    raise ValueError("Enter a whole number from 1 to 5, or leave the cell empty")


def treatment_in(text: str) -> str:
    return one_of(text, [str(one) for one in Treatment])


def state_in(text: str) -> str:
    return one_of(text, [str(one) for one in RiskState])


def day_from(text: str) -> date:
    """Return a day written year-month-day. Raises ValueError, with a sentence."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("Enter a date such as 27 March 2027, or leave the cell empty") from None


def one_of(text: str, allowed: list[str]) -> str:
    """Return the one of them a cell holds. Raises ValueError, with a sentence."""
    said = text.strip().casefold()
    if said in allowed:
        return said
    raise ValueError(f"Choose {', '.join(allowed[:-1])} or {allowed[-1]}")


def _rated(names: tuple[str, str], rating: Rating | None) -> dict[str, Value]:
    likelihood, impact = names
    return {
        likelihood: rating.likelihood if rating else None,
        impact: rating.impact if rating else None,
    }
