"""Read, check and show an answer: alike for a form, an answer file, a page and a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.rules.kinds import Problem, Read, is_empty, rules_for
from question_bank.rules.kinds.base import problem
from question_bank.rules.kinds.registry import read_value
from question_bank.rules.kinds.rows import lacking_cells, read_table, too_few_rows
from question_bank.rules.questions import CLOSED, Asked, Kind, Part

Answers = Mapping[str, Any]
NOT_ANSWERED = "Not answered"


def read_answer(asked: Asked, value: Any) -> Read:
    """Return the value as stored, or what is wrong with it; nothing answered reads as None.

    An empty table is kept as an empty list: "none" is an answer where the table was asked for.
    """
    if type(value) is str and (seen := asked.seen.get(value)) is not None:
        read: Read = seen
        return read
    if is_empty(value):
        return Read([] if asked.kind is Kind.TABLE and isinstance(value, list) else None)
    return read_value(asked, value)


def read_draft(asked: Asked, value: Any) -> Read:
    """Read an answer that is being worked on: rows of a table may lack cells, and be kept so.

    ``what_is_missing`` names what they lack; a form or a file given as complete is read strictly.
    """
    if asked.kind is not Kind.TABLE or not isinstance(asked, Part) or is_empty(value):
        return read_answer(asked, value)
    return read_table(asked, value, draft=True)


def what_is_missing(part: Part, value: Any) -> Problem | None:
    """Return what a stored answer still lacks to be complete, or None."""
    if part.kind is Kind.TABLE and (not is_empty(value) or (part.required and part.fixed_rows)):
        return _rows_missing(part, value or [])
    if not is_empty(value) or not part.required:
        return None
    if part.kind is Kind.TABLE:
        return too_few_rows(part, value) if part.rows_at_least else None
    return problem(part, "select" if part.kind in CLOSED else "missing")


def _rows_missing(part: Part, value: list[Any]) -> Problem | None:
    if part.fixed_rows and len(value) < len(part.fixed_rows):
        answered = {row.get("theme") for row in value}
        first = next(title for key, title in part.fixed_rows if key not in answered)
        left = len(part.fixed_rows) - len(value)
        return Problem(f"Answer the {left} rows left, starting with “{first}”", "too_few_rows")
    return too_few_rows(part, value) or _cells_missing(part, value)


def _cells_missing(part: Part, value: list[Any]) -> Problem | None:
    lacking = lacking_cells(part, value)
    if not lacking:
        return None
    first, more = lacking[0], len(lacking) - 1
    cells = "1 more cell" if more == 1 else f"{more} more cells"
    message = f"Row {first.row}: {first.message}{f', and {cells}' if more else ''}"
    return Problem(message, first.code, first.row, first.column)


def show_answer(asked: Asked, value: Any) -> str:
    """Return a stored answer in words, on one line unless the supplier's text has several."""
    if is_empty(value):
        return NOT_ANSWERED
    return rules_for(asked.kind).show(asked, value)
