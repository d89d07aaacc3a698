"""The tables of a Word document while it is read; one within a cell is text of that cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from contract_clauses.rules.negotiated_read import Comment, Line, Table, Tracked

MOST_CELLS = 40_000
DEEPEST = 12


class DocumentTooLarge(Exception):
    """A document holds more than any schedule of ours could become."""

    def __init__(self) -> None:
        super().__init__(
            "it holds far more than a schedule does, so it was not read. Send the schedule alone, "
            "without other documents in the same file"
        )


@dataclass
class _Table:
    rows: list[tuple[str, ...]] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)
    tracked: list[Tracked] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    row_is_gone: bool = False


class Tables:
    """The tables that are open, the innermost last."""

    def __init__(self) -> None:
        self.cells = 0
        self._open: list[_Table] = []

    @property
    def is_open(self) -> bool:
        return bool(self._open)

    def begin(self) -> None:
        if len(self._open) > DEEPEST:
            raise DocumentTooLarge
        self._open.append(_Table())

    def begin_row(self) -> None:
        if self._open:
            self._open[-1].row, self._open[-1].row_is_gone = [], False

    def row_is_gone(self, *, gone: bool) -> None:
        """Note that a row was taken out, or put in, while changes were tracked."""
        if self._open:
            self._open[-1].row_is_gone |= gone

    def begin_cell(self) -> None:
        self.cells += 1
        if self.cells > MOST_CELLS:
            raise DocumentTooLarge
        if self._open:
            self._open[-1].cell = []

    def into_cell(self, line: Line | None) -> None:
        if line is not None and self._open:
            table = self._open[-1]
            table.cell.append(line.text)
            table.tracked += line.tracked
            table.comments += line.comments

    def end_cell(self) -> None:
        if self._open:
            table = self._open[-1]
            table.row.append(" ".join(words for words in table.cell if words))

    def end_row(self) -> None:
        if self._open and not self._open[-1].row_is_gone:
            self._open[-1].rows.append(tuple(self._open[-1].row))

    def end(self) -> Table | None:
        """Return a table that is whole; None for one that stood in a cell of another."""
        if not self._open:
            return None
        table = self._open.pop()
        if not self._open:
            return Table(tuple(table.rows), tuple(table.tracked), tuple(table.comments))
        outer = self._open[-1]
        outer.cell += [" ".join(row) for row in table.rows]
        outer.tracked += table.tracked
        outer.comments += table.comments
        return None
