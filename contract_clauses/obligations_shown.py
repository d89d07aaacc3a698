"""The register of obligations as a page shows it: filtered by its address, in order, in groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from contract_clauses.queries.obligations import ObligationSeen
from contract_clauses.rules.obligations import Bound, DueState
from contract_clauses.rules.obligations_steps import DONE

WHO = {"supplier": "The supplier", "council": "The council", "both": "Both"}
STATES: Mapping[str, str] = {
    "open": "Not done yet",
    "overdue": "Overdue",
    "soon": "Due soon",
    "shown": "To be confirmed",
    "sent-back": "Sent back",
    "done": "Confirmed or waived",
}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; what it cannot mean is left out."""

    who: str = ""
    clause: str = ""
    state: str = ""

    def as_values(self) -> dict[str, str]:
        found = {"who": self.who, "clause": self.clause, "state": self.state}
        return {name: value for name, value in found.items() if value}

    def keeps(self, one: ObligationSeen) -> bool:
        return (
            (not self.who or one.bound in (Bound(self.who), Bound.BOTH))
            and (not self.clause or one.clause_id == self.clause)
            and (not self.state or _MATCHES[self.state](one))
        )


def _at(*states: DueState) -> Callable[[ObligationSeen], bool]:
    return lambda one: any(due.state in states for due in one.dues) and not one.is_ended


_MATCHES: Mapping[str, Callable[[ObligationSeen], bool]] = {
    "open": lambda one: not one.is_ended and any(not due.standing.is_done for due in one.dues),
    "overdue": lambda one: one.is_overdue,
    "soon": lambda one: not one.is_ended and any(due.standing.is_soon for due in one.dues),
    "shown": _at(DueState.SHOWN),
    "sent-back": _at(DueState.SENT_BACK),
    "done": lambda one: any(due.state in DONE for due in one.dues),
}


def filters_from(asked: Mapping[str, str], known: Iterable[ObligationSeen]) -> Filters:
    """Return the filters of an address."""
    clauses = {one.clause_id for one in known}
    who, clause, state = (asked.get(name, "") for name in ("who", "clause", "state"))
    return Filters(
        who if who in WHO else "",
        clause if clause in clauses else "",
        state if state in STATES else "",
    )


@dataclass(frozen=True)
class Register:
    """Obligations in the groups of the page: with days; whenever it happens; throughout; ended."""

    dated: tuple[ObligationSeen, ...]
    triggered: tuple[ObligationSeen, ...]
    lasting: tuple[ObligationSeen, ...]
    ended: tuple[ObligationSeen, ...]
    # Of all, whatever the filters leave.
    counts: Mapping[str, int]
    clauses: tuple[tuple[str, str], ...]
    shown: int
    of: int


def register(found: Sequence[ObligationSeen], filters: Filters) -> Register:
    kept = [one for one in found if filters.keeps(one)]
    running = [one for one in kept if not one.is_ended]
    titles = {one.clause_id: one.wording.title for one in found if one.clause_id}
    return Register(
        tuple(sorted((one for one in running if one.has_days), key=_order)),
        tuple(one for one in running if not one.has_days and not one.is_lasting),
        tuple(one for one in running if not one.has_days and one.is_lasting),
        tuple(one for one in kept if one.is_ended),
        {name: sum(matches(one) for one in found) for name, matches in _MATCHES.items()},
        tuple(sorted(titles.items())),
        len(kept),
        len(found),
    )


def _order(one: ObligationSeen) -> tuple[bool, date, int]:
    current = one.current
    if current is None:
        return True, date.max, one.row.id
    return current.standing.is_done, current.due_on or date.max, one.row.id


def next_due(found: Iterable[ObligationSeen], most: int = 5) -> list[ObligationSeen]:
    """Return what is to be done first: overdue, then what has a day, the nearest first."""
    still = [
        one
        for one in found
        if not one.is_ended
        and one.current is not None
        and not one.current.standing.is_done
        and one.current.due_on is not None
    ]
    return sorted(still, key=_order)[:most]
