"""Answers made of named cells: a record, a certificate, a table of rows, and files."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from question_bank.rules.kinds import registry
from question_bank.rules.kinds.base import KindRules, Problem, Read, is_empty, problem
from question_bank.rules.kinds.text import clean_text
from question_bank.rules.questions import Asked, Kind, Part, Schema

MOST_FILES = 20
FILE_KEYS = ("name", "title", "evidence", "sha256", "size", "issued")


def read_row(part: Part, value: Any, row: int, *, draft: bool = False) -> Read:
    """Return one row with every cell read; an empty cell is left out, not stored empty.

    A draft may lack cells, and hold cells that disagree: a row begun is worth keeping.
    """
    schema = _schema(part)
    given = _as_given(schema, value, draft=draft) if type(value) is dict else None
    if given is not None:
        return Read(given)
    if type(value) is not dict and not isinstance(value, Mapping):
        return Read(None, (_at(problem(part, "not_a_row"), row, ""),))
    problems = [_unknown_column(part, schema, name, row) for name in _unknown(schema, value)]
    cells: dict[str, Any] = {}
    for column in schema.columns:
        name = column.id
        kept, wrong = _read_cell(column, value.get(name), draft=draft)
        if wrong:
            problems += [_at(one, row, name) for one in wrong]
        elif kept:
            cells[name] = kept
    if schema.contradictions and not draft:
        problems.extend(_contradictions(schema, cells, row))
    return Read(None if problems else cells, tuple(problems))


def _as_given(schema: Schema, row: dict[str, Any], *, draft: bool) -> dict[str, Any] | None:
    """Return a row in which nothing is wrong, as nearly all are; None where something may be.

    Only the cells that are given are looked at: most rows of a wide table fill a few.
    """
    cells: dict[str, Any] = {}
    last, in_order = -1, True
    for name, given in row.items():
        place = schema.places.get(name)
        if place is None:
            return None
        in_order, last = in_order and last < place, place
        column = schema.columns[place]
        read = column.seen.get(given) if type(given) is str else None
        if read is None:
            if (not given or given.isspace()) if type(given) is str else is_empty(given):
                continue
            read = registry.read_value(column, given)
        kept, wrong = read
        if wrong:
            return None
        if kept:
            cells[name] = kept
    if not draft and (not schema.required <= cells.keys() or _contradictions(schema, cells, 0)):
        return None
    return cells if in_order else {name: cells[name] for name in schema.places if name in cells}


def _read_cell(column: Asked, given: Any, *, draft: bool) -> Read:
    if not (given is None or is_empty(given)):
        return registry.read_value(column, given)
    return Read(None, (_empty_cell(column),) if column.required and not draft else ())


def _contradictions(schema: Schema, cells: Mapping[str, Any], row: int) -> list[Problem]:
    return [
        Problem(found.says, "contradiction", row, found.column)
        for found in schema.contradictions
        if found.column in cells
        and all(cells.get(name) == value for name, value in found.where.items())
    ]


def lacking_cells(part: Part, rows: list[Mapping[str, Any]]) -> list[Problem]:
    """Return each cell that rows kept as drafts still need, row by row in column order."""
    schema = _schema(part)
    needed = [column for column in schema.columns if column.required]
    return [
        _at(_empty_cell(column), number, column.id)
        for number, row in enumerate(rows, start=1)
        for column in needed
        if is_empty(row.get(column.id))
    ] + [
        wrong
        for number, row in enumerate(rows, start=1)
        for wrong in _contradictions(schema, row, number)
    ]


def _empty_cell(column: Asked) -> Problem:
    code = "select" if column.kind in (Kind.CHOICE, Kind.CHOICES, Kind.COUNTRY) else "missing"
    return problem(column, code)


def _unknown(schema: Schema, value: Mapping[str, Any]) -> list[str]:
    if value.keys() <= schema.names:
        return []
    return [name for name in map(str, value) if schema.column(name) is None]


def _unknown_column(part: Part, schema: Schema, name: str, row: int) -> Problem:
    near = get_close_matches(name, [column.id for column in schema.columns], n=1)
    advice = f"; did you mean ‘{near[0]}’?" if near else ""
    return _at(problem(part, "unknown_column", column=name[:60], advice=advice), row, "")


def _at(wrong: Problem, row: int, column: str) -> Problem:
    return Problem(wrong.message, wrong.code, row, column)


def _schema(part: Part) -> Schema:
    if part.schema is None:
        raise TypeError(f"{part.id} is a {part.kind} without a schema")
    return part.schema


def read_record(part: Part, value: Any) -> Read:
    return read_row(part, value, 0)


def read_table(part: Part, value: Any, *, draft: bool = False) -> Read:
    """Return the rows in the order given; refuse too few, too many, or a row entered twice."""
    if not isinstance(value, list | tuple):
        return Read(None, (problem(part, "not_rows"),))
    if len(value) > part.rows_at_most:
        wrong = problem(part, "too_many_rows", rows=part.rows_at_most, count=len(value))
        return Read(None, (wrong,))
    reads = [read_row(part, row, number, draft=draft) for number, row in enumerate(value, start=1)]
    problems = [wrong for read in reads for wrong in read.problems]
    if problems:
        return Read(None, tuple(problems))
    rows = [read.value for read in reads]
    problems = [*_repeated(part, rows), *_fixed(part, rows)]
    return Read(None if problems else rows, tuple(problems))


def too_few_rows(part: Part, value: Any) -> Problem | None:
    """Return what is wrong with a complete table that has fewer rows than it must."""
    if len(value or ()) >= part.rows_at_least:
        return None
    name = _schema(part).row_name
    code = "no_rows" if part.rows_at_least == 1 else "too_few_rows"
    return problem(part, code, rows=part.rows_at_least, row_name=name)


def _repeated(part: Part, rows: list[dict[str, Any]]) -> list[Problem]:
    unique = _schema(part).unique
    if not unique:
        return []
    first: dict[tuple[str, ...], int] = {}
    problems = []
    for number, row in enumerate(rows, start=1):
        key = tuple(" ".join(str(row.get(name, "")).casefold().split()) for name in unique)
        if key in first:
            limits = {"row": number, "first": first[key], "row_name": _schema(part).row_name}
            problems.append(_at(problem(part, "duplicate_row", **limits), number, unique[0]))
        first.setdefault(key, number)
    return problems


def _fixed(part: Part, rows: list[dict[str, Any]]) -> list[Problem]:
    """The rows of a fixed table are given: each may be answered once, no other may be added."""
    if not part.fixed_rows:
        return []
    column = _schema(part).columns[0].id
    given = [row.get(column) for row in rows]
    allowed = {value for value, _ in part.fixed_rows}
    wrong = sorted(
        {str(value) for value in given if value not in allowed or given.count(value) > 1}
    )
    return [problem(part, "fixed_rows", column=value) for value in wrong]


def show_record(part: Part, value: Any) -> str:
    return "; ".join(f"{label}: {text}" for label, text in cells_in_words(_schema(part), value))


def cells_in_words(schema: Schema, row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (column label, value in words) for each filled cell, in column order."""
    return [
        (column.label, registry.rules_for(column.kind).show(column, row[column.id]))
        for column in schema.columns
        if not is_empty(row.get(column.id))
    ]


def show_table(part: Part, value: Any) -> str:
    return "\n".join(f"{number}. {show_record(part, row)}" for number, row in enumerate(value, 1))


def _rows_or_none(value: Any) -> list[Mapping[str, Any]] | None:
    if not isinstance(value, list | tuple):
        return None
    return [row for row in value if isinstance(row, Mapping)]


def read_files(part: Part, value: Any) -> Read:
    """Accept a list of {"name": …, "title": …}; the portal adds evidence token, hash and size."""
    entries = [value] if isinstance(value, str | Mapping) else value
    if not isinstance(entries, list | tuple) or not entries or len(entries) > MOST_FILES:
        return Read(None, (problem(part, "not_files"),))
    files = []
    for entry in entries:
        given = {"name": entry} if isinstance(entry, str) else entry
        if not isinstance(given, Mapping) or is_empty(given.get("name")):
            return Read(None, (problem(part, "not_files"),))
        kept = {}
        for key in FILE_KEYS:
            if not is_empty(given.get(key)):
                read = clean_text(part, str(given[key]))
                if read.problems:
                    return read
                kept[key] = read.value
        files.append(kept)
    return Read(files)


def show_files(_part: Part, value: Any) -> str:
    return "; ".join(
        f"{entry['title']} ({entry['name']})" if entry.get("title") else entry["name"]
        for entry in value
    )


def _row_schema(part: Part) -> Mapping[str, Any]:
    schema = _schema(part)
    return {
        "type": "object",
        "properties": {
            column.id: {
                **registry.rules_for(column.kind).json_schema(column),
                "title": column.label,
            }
            for column in schema.columns
        },
        "required": [column.id for column in schema.columns if column.required],
        "additionalProperties": False,
    }


def _file_schema(_part: Part) -> Mapping[str, Any]:
    text = {"type": "string"}
    entry = {
        "type": "object",
        "properties": {"name": text, "title": text, "issued": {"type": "string", "format": "date"}},
        "required": ["name"],
    }
    return {"type": "array", "minItems": 1, "items": entry}


RECORD = KindRules(
    read_record,
    show_record,
    lambda value: value if isinstance(value, Mapping) else None,
    _row_schema,
)
TABLE = KindRules(
    read_table,
    show_table,
    _rows_or_none,
    lambda part: {"type": "array", "items": _row_schema(part), "maxItems": part.rows_at_most},
)
FILE = KindRules(read_files, show_files, lambda value: value or None, _file_schema)
