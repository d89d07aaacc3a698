"""The promises of a bid in the order in which they fall due."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable
from datetime import date

from contract_clauses.rules.annexes import THROUGHOUT, CommitmentLine

UNTIL = "Until "
MONTHS = list(month_name)


def in_order_of_date(
    lines: Iterable[CommitmentLine],
) -> tuple[tuple[CommitmentLine, ...], tuple[CommitmentLine, ...]]:
    """Return the promises with a day of their own, and those that hold throughout.

    A promise that should have a day and has none comes first: it is the one to look at.
    """
    found = tuple(lines)
    dated = [line for line in found if line.due != THROUGHOUT]
    lasting = tuple(line for line in found if line.due == THROUGHOUT)
    return tuple(sorted(dated, key=lambda line: (_day(line), line.number))), lasting


def _day(line: CommitmentLine) -> date:
    """Return the day a line prints, such as “Until 27 March 2026”; the first of all for none."""
    try:
        day, month, year = line.due.removeprefix(UNTIL).split()
        return date(int(year), MONTHS.index(month), int(day))
    except ValueError:
        return date.min
