"""How the export opens what is sealed: many rows at a time, in a few statements for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid

# What rows tell besides their columns, by the numbers of those rows; rows that tell nothing more
# may be left out.
Telling = Callable[[Sequence[int]], Mapping[int, dict[str, Any]]]

DESTROYED = {"content": "destroyed"}


@dataclass(frozen=True)
class Unlocked:
    """A row with something sealed, what lies between it and its bid, and the bid with its key."""

    row: Any
    above: tuple[Any, ...]
    bid: Bid
    key: bytes


def rows_of(model: Any, ids: Iterable[int], *sealed: str) -> list[Any]:
    """Return records by their numbers, with these columns that are otherwise read when asked."""
    columns = [undefer(getattr(model, name)) for name in sealed]
    return list(db.session.scalars(select(model).options(*columns).where(model.id.in_([*ids]))))


def bids_of(ids: Iterable[int]) -> dict[int, Bid]:
    """Return bids with their tenders by number, in one statement."""
    wanted = select(Bid).options(joinedload(Bid.tender, innerjoin=True))
    return {bid.id: bid for bid in db.session.scalars(wanted.where(Bid.id.in_({*ids})))}


def sealed(
    model: Any,
    said: Callable[[Unlocked], dict[str, Any]],
    *columns: str,
    above: Sequence[tuple[str, Any]] = (),
) -> Telling:
    """Return what tells what is sealed in rows of ``model``, under the keys of their bids.

    ``above``: how to come from a row to what names its bid, a column and the table it leads to
    each. Of a bid whose content was destroyed it says just that.
    """

    def told(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        rows = rows_of(model, ids, *columns)
        between: dict[int, tuple[Any, ...]] = {row.id: (row,) for row in rows}
        for column, table in above:
            wanted = {getattr(known[-1], column) for known in between.values()}
            found = {one.id: one for one in rows_of(table, wanted)}
            between = {
                row_id: (*known, found[getattr(known[-1], column)])
                for row_id, known in between.items()
            }
        bids = bids_of(known[-1].bid_id for known in between.values())
        keys: dict[int, bytes] = {}
        return {
            row.id: _told(row, between[row.id], bids[between[row.id][-1].bid_id], keys, said)
            for row in rows
        }

    return told


def _told(
    row: Any,
    between: tuple[Any, ...],
    bid: Bid,
    keys: dict[int, bytes],
    said: Callable[[Unlocked], dict[str, Any]],
) -> dict[str, Any]:
    if bid.tender.content_destroyed_at is not None:
        return DESTROYED
    if bid.id not in keys:
        keys[bid.id] = seals.opened_key(bid)
    return said(Unlocked(row, between[1:], bid, keys[bid.id]))
