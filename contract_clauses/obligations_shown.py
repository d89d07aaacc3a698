"""The register of obligations as a page shows it: filtered by its address, in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

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
    "happens": "Whenever it happens",
    "throughout": "To be kept throughout",
    "ended": "Ended",
}
# How many stand on a page: a phone shows them in about four screens.
ON_A_PAGE = 20


class Group(StrEnum):
    """The parts of the register, in their order, as the page calls them."""

    DATED = "With a day"
    HAPPENS = "Whenever it happens"
    THROUGHOUT = "To be kept throughout"
    ENDED = "Ended"


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
    "happens": lambda one: _group(one) is Group.HAPPENS,
    "throughout": lambda one: _group(one) is Group.THROUGHOUT,
    "ended": lambda one: one.is_ended,
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
    """One page of the obligations the filters leave, in the groups it has some of.

    ``before`` and ``after``: the obligation after which the page before and the next begin, by its
    token; empty for the first page, None where there is no such page.
    """

    groups: tuple[tuple[str, tuple[ObligationSeen, ...]], ...]
    # Of all, whatever the filters leave.
    counts: Mapping[str, int]
    clauses: tuple[tuple[str, str], ...]
    first: int
    last: int
    left: int
    of: int
    before: str | None
    after: str | None


def register(
    found: Sequence[ObligationSeen], filters: Filters, after: str = "", most: int = ON_A_PAGE
) -> Register:
    """Return the page that begins after the obligation ``after``; the first where it is not there.

    A page is named by what stands before it, so that the next one follows on though something was
    added or decided meanwhile.
    """
    kept = sorted((one for one in found if filters.keeps(one)), key=_place)
    tokens = [one.token for one in kept]
    start = tokens.index(after) + 1 if after in tokens else 0
    page = kept[start : start + most]
    titles = {one.clause_id: one.wording.title for one in found if one.clause_id}
    return Register(
        tuple((group, tuple(listed)) for group, listed in groupby(page, key=_group)),
        {name: sum(matches(one) for one in found) for name, matches in _MATCHES.items()},
        tuple(sorted(titles.items())),
        start + 1 if page else 0,
        start + len(page),
        len(kept),
        len(found),
        None if not start else tokens[start - most - 1] if start > most else "",
        tokens[start + most - 1] if start + most < len(kept) else None,
    )


def _group(one: ObligationSeen) -> Group:
    if one.is_ended:
        return Group.ENDED
    if one.has_days:
        return Group.DATED
    return Group.THROUGHOUT if one.is_lasting else Group.HAPPENS


def _place(one: ObligationSeen) -> tuple[int, bool, date, int]:
    group = _group(one)
    order = _order(one) if group is Group.DATED else (False, date.max, one.row.id)
    return list(Group).index(group), *order


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
