"""A winner's answers without what stays confidential: the only answers drafts are made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Kind, Part
from supplier_portal.rules.confidential import Mark, MarkedThing

Row = dict[str, Any]


def rows_for_everyone(
    parts: Mapping[str, Part], answers: Mapping[str, Any], kept_back: Iterable[Mark], schema: str
) -> list[Row]:
    """Return the rows of every table with ``schema``, cells that stay confidential left out."""
    marks = list(kept_back)
    return [
        row
        for part in parts.values()
        if part.kind is Kind.TABLE and part.schema is not None and part.schema.id == schema
        for row in _rows(part, answers.get(part.id) or [], marks)
    ]


def words_for_everyone(
    parts: Mapping[str, Part], answers: Mapping[str, Any], kept_back: Iterable[Mark], part_id: str
) -> str:
    """Return one answer in words; nothing where it, or a passage of it, stays confidential."""
    part, value = parts.get(part_id), answers.get(part_id)
    if part is None or is_empty(value) or _of(part, list(kept_back)):
        return ""
    return show_answer(part, value)


def _of(part: Part, marks: Iterable[Mark]) -> list[Mark]:
    return [m for m in marks if m.part_id == part.id and m.thing is not MarkedThing.FILE]


def _rows(part: Part, rows: Iterable[Mapping[str, Any]], marks: list[Mark]) -> list[Row]:
    """Return the rows of one table. A passage that lies in no cell alone keeps back them all."""
    kept = [dict(row) for row in rows]
    for mark in _of(part, marks):
        if mark.thing is MarkedThing.ANSWER:
            return []
        cells = [
            (row, name)
            for row in kept
            for name in list(row)
            if _touches(_shown(part, name, row[name]), _plain(mark.passage))
        ]
        if not cells:
            return []
        for row, name in cells:
            del row[name]
    return kept


def _touches(shown: str, passage: str) -> bool:
    return bool(shown) and (passage in shown or shown in passage)


def _shown(part: Part, name: str, value: Any) -> str:
    """Return a cell as a page shows it, which is what a passage was copied from."""
    if part.schema is None or is_empty(value):
        return ""
    column = next((one for one in part.schema.columns if one.id == name), None)
    return "" if column is None else _plain(show_answer(column, value))


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
