"""Rows that the answer to one table offers to another: only what is known, listed once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from foundation.canonical import canonical_json
from question_bank.rules.conditions.names import plain_name
from question_bank.rules.kinds import is_empty
from question_bank.rules.kinds.rows import read_row
from question_bank.rules.questions import Asked, Kind, Offer, Part

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offered:
    """What one other answer offers: why, from which part, and the rows not listed yet."""

    because: str
    part: str
    rows: tuple[dict[str, Any], ...]
    # What the rows are called: the first cell that tells them apart.
    names: tuple[str, ...]


def rows_offered(part: Part, answers: Mapping[str, Any], own_name: str) -> list[Offered]:
    """Return what other answers offer to the table ``part``; a row offered twice only once.

    Left out is what the table lists already, and where the content says so what names the bidder
    himself. ``answers`` are those of parts that are asked.
    """
    listed = list(answers.get(part.id) or [])
    found = []
    for offer in part.offers:
        rows = []
        for row in _combined(part, offer, answers.get(offer.part) or []):
            is_own = offer.except_own and _same(row.get(offer.except_own), own_name)
            if not is_own and not any(_matches(offer, row, other) for other in listed):
                rows.append(row)
        listed += rows
        if rows:
            names = tuple(str(row[offer.matched[0]]) for row in rows)
            found.append(Offered(offer.because, offer.part, tuple(rows), names))
    return found


def fingerprint(row: Row) -> str:
    """Return what a page calls an offered row: another one the moment anything in it changes."""
    return sha256(canonical_json(dict(row)).encode()).hexdigest()[:16]


def _combined(part: Part, offer: Offer, rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Yield one row for all that agree in the columns that tell rows apart."""
    groups: list[list[Row]] = []
    for source in rows:
        if any(source.get(name) != value for name, value in offer.where.items()):
            continue
        cells = {name: source.get(other) for name, other in offer.columns.items()}
        if any(is_empty(cells[name]) for name in offer.matched):
            continue
        group = next((one for one in groups if _matches(offer, one[0], cells)), None)
        if group is None:
            groups.append([cells])
        else:
            group.append(cells)
    for group in groups:
        yield _joined(part, offer, group)


def _joined(part: Part, offer: Offer, group: list[Row]) -> dict[str, Any]:
    """Texts are named one after the other; of anything else only what all agree on is known."""
    joined: dict[str, Any] = dict(offer.given)
    for name in offer.columns:
        column = part.schema.column(name) if part.schema else None
        values = [row[name] for row in group if not is_empty(row[name])]
        value = values[0] if values else None
        if name not in offer.matched and any(other != value for other in values):
            value = _named(column, values)
        if not is_empty(value):
            joined[name] = value
    return {name: value for name, value in joined.items() if _will_do(part, name, value)}


def _named(column: Asked | None, values: list[Any]) -> str | None:
    is_text = column is not None and column.kind is Kind.SHORT_TEXT
    return ", ".join(dict.fromkeys(values)) if is_text else None


def _will_do(part: Part, name: str, value: Any) -> bool:
    """A text may be longer here than this column takes: then it is left to be written."""
    return not read_row(part, {name: value}, 1, draft=True).problems


def _matches(offer: Offer, one: Row, other: Row) -> bool:
    return all(_same(one.get(name), other.get(name)) for name in offer.matched)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return plain_name(one) == plain_name(other)
    return bool(one == other)
