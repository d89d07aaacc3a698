"""What must stand in a row for a condition to hold at all, so that most need not be decided.

Nothing is decided here: what may hold is decided where everything is, in ``deciding``.
"""

from __future__ import annotations

from typing import Any

from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.questions import Kind, Part

# The name of a column and the text of a cell.
Cell = tuple[str, str]


def cells_needed(condition: Condition, part: Part) -> frozenset[Cell] | None:
    """Return cells of which a row of ``part`` must have one, or the condition cannot be true.

    None where that cannot be told, and where the condition reads a tender fact: if the fact is
    missing, the rule is reported as not checked whatever the rows say.
    """
    return None if condition.facts() else _needed(condition, part)


def _needed(condition: Condition, part: Part) -> frozenset[Cell] | None:
    if condition.node == "all":
        found = [_needed(child, part) for child in condition.children]
        return min((one for one in found if one is not None), key=len, default=None)
    if condition.node == "any":
        return _of_any([_needed(child, part) for child in condition.children])
    if condition.node == "any_row" and condition.subject == part.id:
        return _needed(condition.children[0], part)
    if condition.node == "column" or (condition.node == "part" and condition.subject == part.id):
        return _texts(condition, part)
    return None


def _of_any(found: list[frozenset[Cell] | None]) -> frozenset[Cell] | None:
    known = [one for one in found if one is not None]
    return frozenset().union(*known) if len(known) == len(found) else None


def _texts(condition: Condition, part: Part) -> frozenset[Cell] | None:
    """Return the cells that a comparison names, where a cell is compared as the text it is."""
    column = part.schema.column(condition.column) if part.schema is not None else None
    if column is None or column.kind is not Kind.CHOICE or condition.operator not in ("is", "in"):
        return None
    values = condition.value if condition.operator == "in" else (condition.value,)
    if not isinstance(values, tuple):
        return None
    return frozenset((column.id, str(value)) for value in values)


def cells_of(value: Any, columns: frozenset[str]) -> frozenset[Cell] | None:
    """Return the text in these columns of a table or a record; None for any other shape."""
    rows = [value] if type(value) is dict else value
    if not isinstance(rows, list | tuple) or any(type(row) is not dict for row in rows):
        return None
    return frozenset(
        [(name, text) for row in rows for name in columns if type(text := row.get(name)) is str]
    )
