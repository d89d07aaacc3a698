"""Changing one row of a table answer, beside colleagues who change others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from foundation.database import transaction
from foundation.errors import DomainError
from question_bank.rules.answers import read_draft
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
        rows = list(stands.rows)
        if part.fixed_rows:
            place = _given_place(bid, part, stands, based_on, row)
        else:
            place = _place(bid, part, stands, number, based_on, yours=row)
        if place is None:
            rows.append(row)
        else:
            rows[place] = row
        return _write(bid, part, _in_given_order(part, rows), stands, by, arrived_at)


def add_rows(
    bid: Bid, part: Part, rows: Sequence[Row], *, by: Viewer, arrived_at: datetime
) -> Saved:
    """Put ``rows`` after those that stand now, all or none. Raises TooLate and WrongAnswer."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=SAVE)
        stands = stored_answers(bid, [part.id])[part.id]
        return _write(bid, part, [*stands.rows, *rows], stands, by, arrived_at)


def remove_row(
    bid: Bid, part: Part, number: int, *, based_on: int, by: Viewer, arrived_at: datetime
) -> Saved:
    """Take row ``number`` (from 1) of the version shown out of the table.

    Raises TooLate and RowGone.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=SAVE)
        stands = stored_answers(bid, [part.id])[part.id]
        rows = list(stands.rows)
        place = _place(bid, part, stands, number, based_on, yours=None)
        if place is not None:
            del rows[place]
        return _write(bid, part, rows, stands, by, arrived_at)


def move_row(
    bid: Bid,
    part: Part,
    number: int,
    places: int,
    *,
    based_on: int,
    by: Viewer,
    arrived_at: datetime,
) -> Saved:
    """Move row ``number`` (from 1) of the version shown by ``places`` from where it is now.

    Less than nothing is towards the top; beyond an end means that end. Raises TooLate, RowGone.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing=SAVE)
        stands = stored_answers(bid, [part.id])[part.id]
        rows = list(stands.rows)
        place = _place(bid, part, stands, number, based_on, yours=None)
        if place is not None and not part.fixed_rows:
            rows.insert(max(place + places, 0), rows.pop(place))
        return _write(bid, part, rows, stands, by, arrived_at)


def _place(
    bid: Bid, part: Part, stands: Stored, number: int | None, based_on: int, *, yours: Row | None
) -> int | None:
    """Return where the row is now, counted from 0; None for a row to be added."""
    if number is None:
        return None
    rows = stands.rows
    shown = _rows_shown(bid, part, stands, based_on)
    if not 0 < number <= len(shown):
        raise RowGone("You cannot change this row because it is no longer in the list")
    if shown[number - 1] in rows:
        return rows.index(shown[number - 1])
    if yours is None:
        raise RowGone(
            f"You cannot do this because {stands.author} has just changed or removed this row: "
            "look at it again"
        )
    raise _conflict(bid, part, stands, _place_of(part, shown[number - 1], rows), yours)


def _place_of(part: Part, row: Row, rows: list[Row]) -> int | None:
    """Return where the row that began as ``row`` is now, counted from 0; None if it is gone.

    Rows have no number of their own: the cells that tell rows apart, or else the first, tell.
    """
    telling = (part.schema.unique if part.schema else ()) or (_key(part),)
    return next(
        (
            place
            for place, other in enumerate(rows)
            if all(other.get(name) == row.get(name) for name in telling)
        ),
        None,
    )


def _given_place(bid: Bid, part: Part, stands: Stored, based_on: int, yours: Row) -> int | None:
    """Return where the row with this key is now, counted from 0; None if it has no answer yet."""
    key = _key(part)
    rows = stands.rows
    place = next((n for n, row in enumerate(rows) if row.get(key) == yours.get(key)), None)
    shown = _rows_shown(bid, part, stands, based_on)
    before = next((row for row in shown if row.get(key) == yours.get(key)), None)
    theirs = None if place is None else rows[place]
    if theirs not in (before, yours):
        raise _conflict(bid, part, stands, place, yours)
    return place


def _rows_shown(bid: Bid, part: Part, stands: Stored, based_on: int) -> list[Row]:
    """Return the rows of the version a page was based on."""
    if based_on == stands.version:
        return stands.rows
    return earlier_values(bid, [(part.id, based_on)]).get(part.id) or []


def _conflict(bid: Bid, part: Part, stands: Stored, place: int | None, yours: Row) -> Conflict:
    clash = Clash(
        part.id,
        None if place is None else [stands.rows[place]],
        [yours],
        stands.version,
        stands.author,
        stands.saved_at or bid.changed_at,
        row=0 if place is None else place + 1,
    )
    return Conflict([clash], Saved({part.id: stands.version}))


def _key(part: Part) -> str:
    if part.schema is None:
        raise TypeError(f"{part.id} has no columns")
    return part.schema.columns[0].id


def _in_given_order(part: Part, rows: list[Row]) -> list[Row]:
    """The rows of a fixed table stand in the order in which they are asked."""
    if not part.fixed_rows:
        return rows
    key = _key(part)
    order = [value for value, _ in part.fixed_rows]
    return sorted(rows, key=lambda row: order.index(row[key]) if row.get(key) in order else -1)


def _write(
    bid: Bid, part: Part, rows: list[Row], stands: Stored, by: Viewer, arrived_at: datetime
) -> Saved:
    read = read_draft(part, rows)
    if read.problems:
        raise WrongAnswer(part.id, read.problems)
    if read.value == stands.value:
        return Saved({part.id: stands.version})
    versions = write_answers(
        bid, {part.id: read.value}, {part.id: stands}, by=by, arrived_at=arrived_at
    )
    return Saved(versions, frozenset(versions))
