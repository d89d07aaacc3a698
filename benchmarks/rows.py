"""All rows, in the order in which they are measured and printed."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks import (
    growth,
    rows_answering,
    rows_beside_export,
    rows_evaluating,
    rows_files,
    rows_growing,
    rows_libraries,
    rows_load,
    rows_soak,
    rows_taken_away,
    rows_word_growth,
)
from benchmarks.harness import Row

ALL = (
    *rows_answering.ROWS,
    *rows_evaluating.ROWS,
    *rows_taken_away.ROWS,
    *rows_libraries.ROWS,
    *rows_load.ROWS,
    growth.ROW,
    *rows_growing.ROWS,
    *rows_beside_export.ROWS,
    *rows_files.ROWS,
    *rows_soak.ROWS,
    *rows_word_growth.ROWS,
)
ROWS: dict[str, Row] = {row.name: row for row in sorted(ALL, key=lambda row: int(row.number or 99))}


@dataclass(frozen=True)
class Command:
    """A measurement with goals of its own; ``quick``: what it is given where it is only tried."""

    quick: tuple[str, ...]


COMMANDS = {
    "starting": Command(("1",)),
    "questionnaire": Command(("15", "4")),
    "assess": Command(("1",)),
    "assess_many": Command(("50",)),
    "after_a_mark": Command(("50", "15")),
    "evaluation_workbook": Command(("50",)),
    "portfolio": Command(("10",)),
    "schedules": Command(("10",)),
    "audit": Command(()),
}
