"""Turn the plain content of an annex into one, or say what to mend and where."""

from __future__ import annotations

from typing import Any

from contract_clauses.rules.library import Annex, Column, Promise
from question_bank.rules.conditions.grammar import Condition, ConditionError, read_condition
from question_bank.rules.reading.plain import (
    ContentError,
    identifier,
    listed,
    mapping,
    names,
    needed,
    needed_line,
    needed_whole,
    needed_words,
    optional_identifier,
    place_of,
    refuse_unknown_keys,
)

ANNEX_KEYS = frozenset(["id", "title", "intro", "from", "where", "columns", "empty"])
FROM_KEYS = frozenset(["part", "parts", "generated", "promises"])
PROMISE_KEYS = frozenset(
    ["parts", "answers", "says", "evidence", "column", "due", "otherwise_due", "before", "lasts"]
)


def read_annex(entry: Any) -> Annex:
    name = place_of(entry, "an annex")
    place = f"annex {name}"
    refuse_unknown_keys(entry, ANNEX_KEYS, place)
    origin = mapping(needed(entry, "from", place), f"{place}, from")
    part = optional_identifier(origin, "part", f"{place}, from")
    columns = listed(needed(entry, "columns", place), f"{place}, columns")
    promises = listed(origin.get("promises"), f"{place}, promises")
    refuse_unknown_keys(origin, FROM_KEYS, f"{place}, from")
    where = entry.get("where")
    return Annex(
        id=name,
        title=needed_line(entry, "title", place),
        intro=needed_line(entry, "intro", place),
        columns=tuple(_column(column, place) for column in columns),
        empty=needed_line(entry, "empty", place),
        parts=names(origin, "parts", f"{place}, from") or ((part,) if part else ()),
        generated=optional_identifier(origin, "generated", f"{place}, from"),
        where=_cells_condition(where, place) if where else None,
        promises=tuple(_promise(promise, place) for promise in promises),
    )


def _cells_condition(entry: Any, place: str) -> Condition:
    try:
        return read_condition(entry, f"{place}, where", in_row=True)
    except ConditionError as error:
        raise ContentError(str(error)) from error


def _column(entry: Any, place: str) -> Column:
    at = f"{place}, columns"
    refuse_unknown_keys(entry, ("id", "label", "width"), at)
    return Column(
        identifier(entry, "id", at),
        needed_words(entry, "label", at),
        needed_whole(entry, "width", at),
    )


def _promise(entry: Any, place: str) -> Promise:
    refuse_unknown_keys(entry, PROMISE_KEYS, f"{place}, promises")
    return Promise(
        parts=names(entry, "parts", place),
        answers=names(entry, "answers", place),
        says=needed_line(entry, "says", place),
        evidence=needed_line(entry, "evidence", place),
        column=optional_identifier(entry, "column", place),
        due=optional_identifier(entry, "due", place),
        otherwise_due=optional_identifier(entry, "otherwise_due", place),
        before=optional_identifier(entry, "before", place),
        lasts=str(entry.get("lasts", "")) == "yes",
    )
