"""The truth of a condition on the cells of rows, and the truths themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.operators import tester
from question_bank.rules.conditions.readings import answer_to, rows_of
from question_bank.rules.conditions.verdict import Situation, Truth
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.questions import Kind

TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
TRUTH: Mapping[bool | None, Truth] = {True: TRUE, False: FALSE, None: UNKNOWN}
OPPOSITE = {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}
GROUPS = ("all", "any", "not")

# The truth of each row, in their order.
DecideRows = Callable[[Situation], Sequence[Truth]]
DecideRow = Callable[[Situation, int], Truth]


def of_table(condition: Condition, part_id: str) -> DecideRows:
    """Return what decides what ``any_row`` or ``every_row`` of a table asks, made once."""
    known: DecideRows | None = condition.compiled
    if known is None:
        known = rows_decider(condition, part_id)
        # Kept where it belongs, so that it lives as long as its condition.
        object.__setattr__(condition, "compiled", known)
    return known


def row_decider(condition: Condition, part_id: str, *, of_record: bool = False) -> DecideRow:
    """Return what decides a condition on the cells of one row, which is named by its place."""
    of_rows = rows_decider(condition, part_id, of_record=of_record)
    return lambda situation, number: of_rows(situation)[number]


def rows_decider(condition: Condition, part_id: str, *, of_record: bool = False) -> DecideRows:
    """Return what decides a condition on the cells of every row.

    A record is its own only row, in place 0.
    """
    if condition.node in GROUPS:
        return _group_of_cells(condition, part_id, of_record)
    if condition.operator in ("empty", "filled"):
        return _presence_of_cell(condition, part_id, of_record)
    key = (part_id, condition.column, of_record)
    # Several rules ask the same of a column, and those that hold ask again for their words.
    asked = f"{key} {condition.operator} {condition.value!r}"
    test = tester(condition.operator, condition.value)

    def decided(situation: Situation) -> Sequence[Truth]:
        memo = situation.memo
        truths: list[Truth] | None = memo.get(asked)
        if truths is None:
            found = memo.get(key)
            if found is None:
                found = memo[key] = _cells(situation, *key)
            kind, cells = found
            truths = memo[asked] = [
                UNKNOWN if known is None else TRUTH[test(known, kind, situation)] for known in cells
            ]
        return truths

    return decided


def _group_of_cells(condition: Condition, part_id: str, of_record: bool) -> DecideRows:
    """``all`` is false where one is false, ``any`` true where one is true."""
    of_children = [
        rows_decider(child, part_id, of_record=of_record) for child in condition.children
    ]
    if condition.node == "not":
        return lambda situation: [OPPOSITE[truth] for truth in of_children[0](situation)]
    if len(of_children) == 1:
        return of_children[0]
    decisive = FALSE if condition.node == "all" else TRUE
    otherwise = OPPOSITE[decisive]

    def decided(situation: Situation) -> Sequence[Truth]:
        truths = [of_child(situation) for of_child in of_children]
        return [
            decisive if decisive in row else UNKNOWN if UNKNOWN in row else otherwise
            for row in zip(*truths, strict=True)
        ]

    return decided


def _presence_of_cell(condition: Condition, part_id: str, of_record: bool) -> DecideRows:
    wanted = condition.operator == "empty"

    def decided(situation: Situation) -> Sequence[Truth]:
        rows = _all_rows(situation, part_id, of_record)
        if not _has_column(situation, part_id, condition.column):
            return [UNKNOWN] * len(rows)
        return [TRUTH[is_empty(row.get(condition.column)) is wanted] for row in rows]

    return decided


def _has_column(situation: Situation, part_id: str, column: str) -> bool:
    part = situation.parts.get(part_id)
    return part is not None and part.schema is not None and part.schema.column(column) is not None


def _all_rows(situation: Situation, part_id: str, of_record: bool) -> list[Mapping[str, Any]]:
    """Return the rows of a table, or a record as its only row, even one of the wrong shape."""
    if not of_record:
        return rows_of(situation, part_id) or []
    value = answer_to(situation, part_id)
    return [value if type(value) is dict or isinstance(value, Mapping) else {}]


def _cells(
    situation: Situation, part_id: str, name: str, of_record: bool
) -> tuple[Kind, list[Any]]:
    """Return a column of every row as it is compared; None where there is nothing to compare."""
    part = situation.parts.get(part_id)
    column = part.schema.column(name) if part is not None and part.schema else None
    rows = _all_rows(situation, part_id, of_record)
    if column is None:
        return Kind.SHORT_TEXT, [None] * len(rows)
    comparable = rules_for(column.kind).comparable
    values = [row.get(name) for row in rows]
    if column.kind is Kind.CHOICE and all(type(v) is str and v.strip() for v in values):
        return column.kind, values  # compared as they are written, and most columns are choices
    return column.kind, [None if is_empty(value) else comparable(value) for value in values]
