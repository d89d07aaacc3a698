"""Which risks of a register are shown, and in which order: as the address says.

An address can be kept: what no risk is like any more shows none, and says so. What no register can
ever hold is no wish, as in an address that was written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType

from scoring.rules.accepting import standing_of
from scoring.rules.matrix import CATEGORIES, LEVELS, Band
from scoring.rules.ratings import Rating
from scoring.rules.register import RegisterRow, RiskState, Treatment

NOBODY = "nobody"
YES = "yes"
# No owner and no clause has a longer name.
LONGEST = 200
DONE_WITH = frozenset({RiskState.TREATED})
AFTER_ALL = date.max
CELLS = {
    f"{likelihood}x{impact}": (likelihood, impact) for likelihood in LEVELS for impact in LEVELS
}
SORTS: Mapping[str, str] = MappingProxyType(
    {
        "": "Undecided first, then the gravest",
        "left": "Gravest now",
        "due": "Due first",
        "review": "Review first",
        "owner": "Owner",
        "risk": "Number of the risk",
    }
)
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "state": "state {}",
        "band": "band now {}",
        "category": "category {}",
        "treatment": "treatment {}",
        "owner": "owner {}",
        "clause": "clause {}",
        "cell": "likelihood and impact before contract terms {}",
        "above": "above the appetite",
        "overdue": "overdue",
        "reopened": "to be looked at again",
    }
)
_KNOWN: Mapping[str, Collection[str]] = {
    "state": [str(one) for one in RiskState],
    "band": [str(one) for one in Band],
    "category": CATEGORIES,
    "treatment": [str(one) for one in Treatment],
    "cell": CELLS,
    "sort": SORTS,
}
_STATES = (RiskState.PROPOSED, RiskState.ACCEPTED, RiskState.TREATED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is wanted of a register; empty for everything.

    ``band``: as the risk stands now; what was dropped, merged or closed stands in no band unless
    its state is asked for. ``cell``: likelihood and impact before contract terms, "4x3".
    """

    state: str = ""
    band: str = ""
    category: str = ""
    treatment: str = ""
    owner: str = ""
    clause: str = ""
    cell: str = ""
    above: bool = False
    overdue: bool = False
    reopened: bool = False
    sort: str = ""

    @property
    def is_set(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self) if one.name != "sort")

    @property
    def address(self) -> dict[str, str]:
        """Return what stands in the address for them, in a fixed order; nothing for everything."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: YES if value is True else value for name, value in found.items() if value}

    @property
    def in_words(self) -> str:
        """Return what is wanted in a line, as the head of a file says it."""
        said = [WORDS[name].format(value) for name, value in self.address.items() if name in WORDS]
        return ", ".join(said)


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen from in a register: only what it holds, in a fixed order."""

    states: tuple[str, ...]
    bands: tuple[str, ...]
    categories: tuple[str, ...]
    treatments: tuple[str, ...]
    owners: tuple[str, ...]
    clauses: tuple[str, ...]
    has_nobody: bool


def offered_by(rows: Collection[RegisterRow]) -> Offered:
    named = {row.owner for row in rows if row.owner}
    held = {row.category for row in rows}
    return Offered(
        states=tuple(state for state in RiskState if any(row.state is state for row in rows)),
        bands=tuple(band for band in reversed(Band) if any(now(row).band is band for row in rows)),
        categories=(
            *(name for name in CATEGORIES if name in held),
            *sorted(held - set(CATEGORIES)),
        ),
        treatments=tuple(one for one in Treatment if any(row.treatment == one for row in rows)),
        owners=tuple(sorted(named, key=str.casefold)),
        clauses=tuple(sorted({clause for row in rows for clause in row.clauses})),
        has_nobody=any(not row.owner for row in rows),
    )


def filters_from(said: Mapping[str, str]) -> Filters:
    """Return what an address asks for; what no register can hold counts as not said."""
    chosen = {name: said.get(name, "") for name in _KNOWN}
    named = {name: said.get(name, "").strip() for name in ("owner", "clause")}
    return Filters(
        **{name: value for name, value in chosen.items() if value in _KNOWN[name]},
        **{name: value for name, value in named.items() if len(value) <= LONGEST},
        above=said.get("above") == YES,
        overdue=said.get("overdue") == YES,
        reopened=said.get("reopened") == YES,
    )


def shown(
    rows: Iterable[RegisterRow], wanted: Filters, today: date, reopened: Collection[str] = ()
) -> list[RegisterRow]:
    """Return the rows that are wanted, in the order that is wanted.

    ``reopened``: the tokens of rows that are to be looked at again.
    """
    tests = _tests(wanted, today, reopened)
    found = (row for row in rows if all(test(row) for test in tests))
    return sorted(found, key=_ORDERS[wanted.sort])


def now(row: RegisterRow) -> Rating:
    """Return how grave a risk is as it stands: what is left, or before contract terms."""
    return row.residual or row.inherent


def is_overdue(row: RegisterRow, today: date) -> bool:
    """Return whether something about the risk should have happened by now: all that is done about
    it, one of its actions, or its review."""
    if not row.stands:
        return False
    late = row.due is not None and row.due < today and row.state not in DONE_WITH
    unread = row.review_on is not None and row.review_on < today
    return late or unread or any(action.is_late(today) for action in row.listed_actions)


def is_above(row: RegisterRow) -> bool:
    """Return whether a risk that stands is graver now than its category may be."""
    return row.stands and now(row).score > row.appetite


def is_borne_by_nobody(row: RegisterRow, today: date) -> bool:
    """Return whether a risk is graver now than its category may be, and nobody's word counts.

    One that is not rated after contract terms counts with its rating before them.
    """
    standing = standing_of(now(row), row.appetite, row.acceptance, today)
    return row.stands and standing.needs_acceptance


Test = Callable[[RegisterRow], bool]


def _tests(wanted: Filters, today: date, reopened: Collection[str]) -> list[Test]:
    owner = "" if wanted.owner == NOBODY else wanted.owner
    asked: tuple[tuple[object, Test], ...] = (
        (wanted.state, lambda row: row.state == wanted.state),
        (wanted.band, lambda row: _is_meant(row, wanted) and now(row).band == wanted.band),
        (wanted.category, lambda row: row.category == wanted.category),
        (wanted.treatment, lambda row: row.treatment == wanted.treatment),
        (wanted.owner, lambda row: row.owner == owner),
        (wanted.clause, lambda row: wanted.clause in row.clauses),
        (wanted.cell, lambda row: row.stands and _cell(row) == CELLS[wanted.cell]),
        (wanted.above, is_above),
        (wanted.overdue, lambda row: is_overdue(row, today)),
        (wanted.reopened, lambda row: row.token in reopened),
    )
    return [test for is_asked, test in asked if is_asked]


def _is_meant(row: RegisterRow, wanted: Filters) -> bool:
    """Return whether a row has a band now: it stands, or its state is asked for as well."""
    return row.stands or bool(wanted.state)


def _cell(row: RegisterRow) -> tuple[int, int]:
    return row.inherent.likelihood, row.inherent.impact


def _stands(row: RegisterRow) -> int:
    return _STATES.index(row.state) if row.stands else len(_STATES)


def _number(row: RegisterRow) -> tuple[str, int, str]:
    """Return what puts R9 before R10, and the same risk of several bids in order of bid."""
    letters = row.risk_id.rstrip("0123456789")
    digits = row.risk_id.removeprefix(letters)
    return letters, int(digits) if digits else 0, row.bid.casefold()


_ORDERS: Mapping[str, Callable[[RegisterRow], tuple[object, ...]]] = MappingProxyType(
    {
        "": lambda row: (_stands(row), -row.inherent.score, _number(row)),
        "left": lambda row: (not row.stands, -now(row).score, -row.inherent.score, _number(row)),
        "due": lambda row: (not row.stands, row.due or AFTER_ALL, _number(row)),
        "review": lambda row: (not row.stands, row.review_on or AFTER_ALL, _number(row)),
        "owner": lambda row: (not row.owner, row.owner.casefold(), _number(row)),
        "risk": lambda row: (_number(row),),
    }
)
