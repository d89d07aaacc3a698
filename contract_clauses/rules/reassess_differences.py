"""How an answer of a yearly assessment differs from the one before: in words, cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contract_clauses.rules.reassessing import Again, Given, is_same
from question_bank.rules.answers import show_answer
from question_bank.rules.questions import Kind, Part, Schema

NOTHING = "Empty"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that differs: what it is, what stood there, what stands there now. ``before`` is
    empty for a row that came, ``after`` for one that went."""

    label: str
    before: str
    after: str
    # The file it is about, for whoever may read it; empty where it is about none.
    file: str = ""


@dataclass(frozen=True, slots=True)
class PartSeen:
    """A part of a round: why it was asked, what was answered, and how that differs."""

    part: Part
    because: tuple[str, ...]
    before: str
    given: Given | None
    lines: tuple[Line, ...] = ()

    @property
    def has_changed(self) -> bool:
        return self.given is not None and not self.given.unchanged

    @property
    def state(self) -> str:
        if self.given is None:
            return "Not looked at yet"
        return "Still right" if self.given.unchanged else "Changed"


def seen_part(part: Part, again: Again, before: Any, given: Given | None) -> PartSeen:
    """Return a part as both sides read it."""
    lines = (
        tuple(lines_of(part, before, given.value))
        if given is not None and not given.unchanged
        else ()
    )
    return PartSeen(part, again.because, show_answer(part, before), given, lines)


def lines_of(part: Part, before: Any, now: Any) -> Iterator[Line]:
    """Yield what differs, in the order of the columns, rows in the order of the answer."""
    if part.kind is Kind.FILE:
        yield from _files(_listed(before), _listed(now))
    elif part.schema is None:
        yield Line(part.label, show_answer(part, before), show_answer(part, now))
    elif part.kind is Kind.TABLE:
        yield from _rows(part.schema, _listed(before), _listed(now))
    else:
        yield from _cells(part.schema, "", _row(before), _row(now))


def _files(before: Sequence[Row], now: Sequence[Row]) -> Iterator[Line]:
    """What came stands before what went: a newer report takes the place of an older one."""
    for file in now:
        if file not in before:
            yield Line(f"New file: {_title(file)}", "", _described(file), file.get("evidence", ""))
    for file in before:
        if file not in now:
            yield Line(f"Gone: {_title(file)}", _described(file), "", file.get("evidence", ""))


def _title(file: Row) -> str:
    return str(file.get("title") or file.get("name") or NOTHING)


def _described(file: Row) -> str:
    issued = str(file.get("issued") or "")
    return str(file.get("name") or NOTHING) + (f", dated {_on(issued)}" if issued else "")


def _on(day: str) -> str:
    """Return the date on a document in words; one that is no date stays as it was given."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{on.day} {on:%B %Y}"


def _rows(schema: Schema, before: Sequence[Row], now: Sequence[Row]) -> Iterator[Line]:
    """Rows are matched by their first cell: the name of a company, a dataset, a part."""
    left = list(before)
    for row in now:
        name = _name(schema, row)
        old = next((one for one in left if is_same(one, row)), None) or next(
            (one for one in left if _name(schema, one) == name), None
        )
        if old is None:
            yield Line(f"New {schema.row_name}: {name}", "", _in_words(schema, row))
        else:
            left.remove(old)
            yield from _cells(schema, f"{name}, ", old, row)
    for row in left:
        yield Line(f"Gone: {_name(schema, row)}", _in_words(schema, row), "")


def _cells(schema: Schema, of: str, before: Row, now: Row) -> Iterator[Line]:
    for column in schema.columns:
        old, new = before.get(column.id), now.get(column.id)
        if not is_same(old, new):
            label = column.label[:1].lower() + column.label[1:] if of else column.label
            yield Line(f"{of}{label}", _shown(column, old), _shown(column, new))


def _in_words(schema: Schema, row: Row) -> str:
    shown = (
        f"{column.label}: {show_answer(column, row[column.id])}"
        for column in schema.columns[1:]
        if column.id in row
    )
    return "; ".join(shown) or NOTHING


def _name(schema: Schema, row: Row) -> str:
    first = schema.columns[0]
    return show_answer(first, row[first.id]) if first.id in row else NOTHING


def _shown(column: Any, value: Any) -> str:
    words = show_answer(column, value)
    return NOTHING if words == "Not answered" else words


def _listed(value: Any) -> list[Row]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _row(value: Any) -> Row:
    return value if isinstance(value, Mapping) else {}
