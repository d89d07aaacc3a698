"""The rows of a table on its question's page: each with what matters of it, and what it lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from question_bank.rules.kinds import Problem, is_empty
from question_bank.rules.kinds.rows import cells_in_words, lacking_cells
from question_bank.rules.questions import Part
from supplier_portal.fields import stored_entry

Row = Mapping[str, Any]
Card = dict[str, Any]


def row_cards(part: Part, value: Sequence[Row] | None) -> list[Card]:
    """Return each row as its heading and the cells that matter; a given row without an answer
    stands in its place."""
    if part.schema is None:
        return []
    rows = list(value or [])
    key = part.schema.columns[0].id
    if part.fixed_rows:
        answered = {row.get(key): row for row in rows}
        return [
            card(part, number, title, answered.get(theme))
            for number, (theme, title) in enumerate(part.fixed_rows, start=1)
        ]
    lacking: dict[int, list[Problem]] = {}
    for wrong in lacking_cells(part, rows):
        lacking.setdefault(wrong.row, []).append(wrong)
    return [
        card(part, number, "", row) | {"lacks": lacking.get(number, [])}
        for number, row in enumerate(rows, start=1)
    ]


def card(part: Part, number: int, title: str, row: Row | None) -> Card:
    schema = part.schema
    if schema is None:
        raise TypeError(f"{part.id} has no columns")
    listed = {column: row[column] for column in schema.list_columns if row and column in row}
    if title:
        listed.pop(schema.columns[0].id, None)
    cells = cells_in_words(schema, listed) if not is_empty(listed) else []
    heading = title or (cells.pop(0)[1] if cells else f"Row {number}")
    return {
        "number": number,
        "heading": heading,
        "cells": cells,
        "answered": row is not None,
        "lacks": [],
    }


def box_of(part: Part, column: str) -> str | None:
    """Return the id of a column's box on the page of a row; None where there is no such column."""
    asked = part.schema.column(column) if part.schema else None
    return stored_entry(asked, f"row.{asked.id}", None).focus_id if asked else None
