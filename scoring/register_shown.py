"""A register as its page shows it: the heat map of all of it, and the rows that are wanted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.queries import Viewer
from scoring.queries.reopening import reopened_in, reopened_of_bid
from scoring.rules.drawing import Drawing, Table
from scoring.rules.heat_map import heat_map_picture, table_of_moves
from scoring.rules.matrix import Scale
from scoring.rules.register import RegisterRow, placed
from scoring.rules.register_filters import (
    SORTS,
    Filters,
    Offered,
    filters_from,
    is_above,
    is_overdue,
    offered_by,
    shown,
)
from supplier_portal.models import Bid
from tenders.models import Tender


@dataclass(frozen=True)
class RegisterShown:
    """``rows``: those wanted, in the order wanted. ``all``: of the whole register."""

    all: Sequence[RegisterRow]
    rows: Sequence[RegisterRow]
    wanted: Filters
    offered: Offered
    scale: Scale
    today: date
    reopened: Collection[str]

    @property
    def picture(self) -> Drawing:
        return heat_map_picture("risks", self.all, self.scale)

    @property
    def moves(self) -> Table:
        return table_of_moves(self.all)

    @property
    def cells(self) -> Mapping[tuple[int, int], int]:
        return placed(self.all)

    @property
    def sorts(self) -> Mapping[str, str]:
        return SORTS

    @property
    def counted(self) -> str:
        """Return how many are shown of how many, in words."""
        risks = "risk" if len(self.all) == 1 else "risks"
        if self.wanted.is_set:
            return f"{len(self.rows)} of {len(self.all)} {risks}"
        return f"{len(self.all)} {risks}"

    @property
    def note(self) -> str:
        """Return which rows a file holds, where it does not hold all."""
        return f"{self.counted}: {self.wanted.in_words}." if self.wanted.is_set else ""

    def is_overdue(self, row: RegisterRow) -> bool:
        return is_overdue(row, self.today)

    def is_above(self, row: RegisterRow) -> bool:
        return is_above(row)

    def is_reopened(self, row: RegisterRow) -> bool:
        return row.token in self.reopened


def register_shown(
    rows: Sequence[RegisterRow],
    scale: Scale,
    said: Mapping[str, str],
    today: date,
    reopened: Collection[str],
) -> RegisterShown:
    """Return a register as an address asks for it. ``said``: what stands in the address."""
    wanted = filters_from(said)
    found = shown(rows, wanted, today, reopened)
    return RegisterShown(rows, found, wanted, offered_by(rows), scale, today, reopened)


def reopened_risks_of(viewer: Viewer, bid: Bid) -> frozenset[str]:
    """Return the tokens of the risks of a bid that are to be looked at again."""
    return frozenset(one.risk for one in reopened_of_bid(viewer, bid) if one.risk)


def reopened_risks_in(viewer: Viewer, tender: Tender) -> frozenset[str]:
    """Return the tokens of the risks in a tender that are to be looked at again."""
    found = reopened_in(viewer, tender)
    return frozenset(one.risk for one in found if one.risk and one.settled is None)
