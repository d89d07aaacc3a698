"""How the tables of the annexes differ from those that went out, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from contract_clauses.rules.annexes import ScheduledAnnex
from contract_clauses.rules.negotiated_read import Table, normal
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.word_differences import Piece, word_differences

# The trace says why, not what: nobody agrees to it.
TRACE = "trace"
MOST_ROWS = 3_000
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that "came", "went" or "changed", with the difference."""

    how: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class AnnexChange:
    id: str
    number: int
    title: str
    rows: tuple[RowChange, ...]


def annex_changes(
    schedule: Schedule, tables: Mapping[str, Sequence[Table]]
) -> tuple[AnnexChange, ...]:
    """Return the annexes of which rows differ."""
    found = []
    for annex in schedule.annexes:
        if annex.id == TRACE:
            continue
        rows = tuple(_changes(_ours(annex), _theirs(annex, tables.get(annex.id, ()))))
        if rows:
            found.append(AnnexChange(annex.id, annex.number, annex.title, rows))
    unknown = [table for name, several in tables.items() if not name for table in several]
    new = tuple(
        RowChange("came", word_differences("", " | ".join(map(normal, row))))
        for table in unknown
        for row in table.rows
    )
    return (*found, *([AnnexChange("", 0, "A table that is not ours", new)] if new else []))


def _ours(annex: ScheduledAnnex) -> list[Row]:
    return [tuple(normal(cell) for cell in row) for row in annex.rows]


def _theirs(annex: ScheduledAnnex, tables: Sequence[Table]) -> list[Row]:
    labels = tuple(normal(column.label) for column in annex.columns)
    rows = [tuple(normal(cell) for cell in row) for table in tables for row in table.rows]
    if labels in rows:
        rows.remove(labels)
    return [row for row in rows if any(row)]


def _changes(ours: list[Row], theirs: list[Row]) -> Iterator[RowChange]:
    if len(ours) > MOST_ROWS or len(theirs) > MOST_ROWS:
        steps = [] if ours == theirs else [("replace", 0, len(ours), 0, len(theirs))]
    else:
        steps = list(SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes())
    for how, start, end, begin, stop in steps:
        if how != "equal":
            yield from _stretch(ours[start:end], theirs[begin:stop])


def _stretch(went: list[Row], came: list[Row]) -> Iterator[RowChange]:
    """Yield the rows of one stretch; two that share most of their cells are one that changed."""
    left = list(came)
    for row in went:
        alike = next((other for other in left[:50] if _is_same(row, other)), None)
        if alike is None:
            yield _row("went", row, ())
            continue
        for new in left[: left.index(alike)]:
            yield _row("came", (), new)
        del left[: left.index(alike) + 1]
        yield _row("changed", row, alike)
    for row in left:
        yield _row("came", (), row)


def _is_same(one: Row, other: Row) -> bool:
    same = sum(left == right for left, right in zip(one, other, strict=False))
    return len(one) == len(other) and (same * 2 >= len(one) or one[0] == other[0] != "")


def _row(how: str, before: Row, after: Row) -> RowChange:
    return RowChange(how, word_differences(" | ".join(before), " | ".join(after)))
