"""Changing one row of a table answer, beside colleagues who change others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from foundation.database import transaction
from foundation.errors import DomainError
from question_bank.rules.answers import read_answer
from question_bank.rules.questions import Part
from supplier_portal.models import Bid
from supplier_portal.service.answers import (
    SAVE,
    Clash,
    Conflict,
    Saved,
    Stored,
    WrongAnswer,
    earlier_values,
    stored_answers,
    write_answers,
)
from supplier_portal.service.bids import current

Row = dict[str, Any]


class RowGone(DomainError):
    """A colleague changed or removed the row meanwhile."""


def save_row(
    bid: Bid,
    part: Part,
    number: int | None,
    row: Row,
    *,
    based_on: int,
    by: Viewer,
    arrived_at: datetime,
) -> Saved:
    """Put ``row`` in the place of row ``number`` (from 1) of the version shown; None adds it.

    A row of a fixed table goes where its key belongs. Raises TooLate, WrongAnswer, and Conflict
    when a colleague changed the same row since.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=SAVE)
        stands = stored_answers(bid, [part.id])[part.id]
        rows = list(stands.value or [])
        place = _place(bid, part, stands, number, based_on, yours=row)
        if place is None:
            rows.append(row)
        else:
            rows[place] = row
        return _write(bid, part, _in_given_order(part, rows), stands, by, arrived_at)


def remove_row(
    bid: Bid, part: Part, number: int, *, based_on: int, by: Viewer, arrived_at: datetime
) -> Saved:
    """Take row ``number`` (from 1) of the version shown out of the table.

    Raises TooLate and RowGone.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=SAVE)
        stands = stored_answers(bid, [part.id])[part.id]
        rows = list(stands.value or [])
        place = _place(bid, part, stands, number, based_on, yours=None)
        if place is not None:
            del rows[place]
        return _write(bid, part, rows, stands, by, arrived_at)


def _place(
    bid: Bid, part: Part, stands: Stored, number: int | None, based_on: int, *, yours: Row | None
) -> int | None:
    """Return where the row is now, counted from 0; None for a row to be added."""
    if number is None:
        return None
    rows = stands.value or []
    if based_on == stands.version:
        shown = rows
    else:
        shown = earlier_values(bid, [(part.id, based_on)]).get(part.id) or []
    if not 0 < number <= len(shown):
        raise RowGone("You cannot change this row because it is no longer in the list")
    if shown[number - 1] in rows:
        return rows.index(shown[number - 1])
    if yours is None:
        raise RowGone(
            f"You cannot remove this row because {stands.author} has just changed or removed it: "
            "look at it again"
        )
    theirs = rows[number - 1] if number <= len(rows) else None
    raise Conflict(
        [
            Clash(
                part.id,
                None if theirs is None else [theirs],
                [yours],
                stands.version,
                stands.author,
                stands.saved_at or bid.changed_at,
            )
        ],
        Saved({part.id: stands.version}),
    )


def _in_given_order(part: Part, rows: list[Row]) -> list[Row]:
    """The rows of a fixed table stand in the order in which they are asked."""
    if not part.fixed_rows or part.schema is None:
        return rows
    key = part.schema.columns[0].id
    order = [value for value, _ in part.fixed_rows]
    return sorted(rows, key=lambda row: order.index(row[key]) if row.get(key) in order else -1)


def _write(
    bid: Bid, part: Part, rows: list[Row], stands: Stored, by: Viewer, arrived_at: datetime
) -> Saved:
    read = read_answer(part, rows)
    if read.problems:
        raise WrongAnswer(part.id, read.problems)
    if read.value == stands.value:
        return Saved({part.id: stands.version})
    versions = write_answers(
        bid, {part.id: read.value}, {part.id: stands}, by=by, arrived_at=arrived_at
    )
    return Saved(versions, frozenset(versions))
