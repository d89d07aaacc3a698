"""Compare one thing with a value: an answer, a cell, a count, a fact, a mark, names, coverage.

Every function returns (True, False or None for unknown, what it read). Nothing here raises on any
answer: a value of the wrong shape compares as unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from question_bank.rules.conditions import readings
from question_bank.rules.conditions.grammar import Condition, columns_read
from question_bank.rules.conditions.operators import holds
from question_bank.rules.conditions.verdict import Reading, Situation
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Kind

Outcome = tuple[bool | None, tuple[Reading, ...]]
COMPANY_ENDINGS = re.compile(r"\b(ltd|limited|plc|llp|inc|gmbh|uk|group)\b\.?")


def part_node(condition: Condition, situation: Situation) -> Outcome:
    part_id = condition.subject
    part = situation.parts.get(part_id)
    value = readings.answer_to(situation, part_id)
    read = (readings.of_part(situation, part_id), *readings.of_compared_facts(condition, situation))
    if part is None or value is None:
        return None, read
    if condition.column:
        row = value if isinstance(value, Mapping) else {}
        outcome, cells = cell(condition, situation, part_id, row, 0)
        return outcome, cells
    return holds(part.kind, value, condition.operator, condition.value, situation), read


def cell(
    condition: Condition, situation: Situation, part_id: str, row: Mapping[str, Any], number: int
) -> Outcome:
    """Compare one cell of a row (``number`` counts from 1; 0 for a record, which has no rows)."""
    column = readings.column_of(situation, part_id, condition.column)
    if column is None:
        return None, (readings.of_part(situation, part_id),)
    value = row.get(condition.column)
    empty = is_empty(value)
    where = f"{part_id} row {number}" if number else part_id
    says = "empty" if empty else readings.in_words(column, value)
    reading = Reading(part_id, f"{where}: {column.label.lower()} is {says}")
    read = (reading, *readings.of_compared_facts(condition, situation))
    if condition.operator in ("empty", "filled"):
        return empty is (condition.operator == "empty"), read
    return holds(column.kind, value, condition.operator, condition.value, situation), read


def fact_node(condition: Condition, situation: Situation) -> Outcome:
    name = condition.subject
    read = (readings.of_fact(situation, name), *readings.of_compared_facts(condition, situation))
    spec = situation.fact_specs.get(name)
    if spec is None:
        return None, read
    value = situation.facts.get(name)
    return holds(spec.kind, value, condition.operator, condition.value, situation), read


def rows_node(condition: Condition, situation: Situation) -> Outcome:
    rows = readings.rows_of(situation, condition.subject)
    if rows is None:
        return None, (readings.of_part(situation, condition.subject),)
    read = (readings.of_rows(situation, condition.subject, condition, len(rows)),)
    return (
        holds(Kind.NUMBER, str(len(rows)), condition.operator, condition.value, situation),
        read,
    )


def mark_node(condition: Condition, situation: Situation) -> Outcome:
    mark = situation.marks.get(condition.subject)
    says = "not marked yet" if mark is None else f"marked {mark}"
    read = (Reading(condition.subject, f"{condition.subject} is {says}"),)
    if mark is None:
        return None, read
    return holds(Kind.NUMBER, str(mark), condition.operator, condition.value, situation), read


def names_node(condition: Condition, situation: Situation) -> Outcome:
    """True when some name of the first lists is in none of the second.

    A second list that was not asked because of another answer, or was optional and is empty, names
    nobody; one still to be answered may name anybody, so nothing is absent from it yet, and so may
    one that the questionnaire leaves out. Where none of the second lists was asked, nothing can be
    said.
    """
    read = tuple(
        readings.of_part(situation, part_id)
        for part_id, _ in dict.fromkeys(columns_read(condition))
    )
    named = [(part, name) for part, name in _names(situation, condition.subject) if name]
    listed = {plain_name(name) for _, name in _names(situation, condition.value)}
    absent = [(part, name) for part, name in named if plain_name(name) not in listed]
    if not _any_asked(situation, condition.subject) or not _any_asked(situation, condition.value):
        return None, read
    if not absent:
        return None if _any_pending(situation, condition.subject) else False, read
    if _any_pending(situation, condition.value):
        return None, read
    found = tuple(Reading(part, f"{part} names “{name}”") for part, name in dict.fromkeys(absent))
    where = " or ".join(item["part"] for item in condition.value)
    return True, (*found, *(Reading(i["part"], f"{where} does not") for i in condition.value))


def _any_asked(situation: Situation, items: Iterable[Mapping[str, Any]]) -> bool:
    return any(item["part"] in situation.parts for item in items)


def _any_pending(situation: Situation, items: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a list must be answered and is not readable yet, or is not asked of anybody."""
    return any(
        situation.leaves_out(item["part"])
        or (
            item["part"] in situation.parts
            and situation.parts[item["part"]].required
            and _unread(situation, item)
        )
        for item in items
    )


def _unread(situation: Situation, item: Mapping[str, Any]) -> bool:
    return _rows_named(situation, item) is None


def _rows_named(situation: Situation, item: Mapping[str, Any]) -> list[Any] | None:
    """Return where an item's names stand: the rows of a table, one record, or the answer itself."""
    part_id = item["part"]
    value = readings.answer_to(situation, part_id)
    if isinstance(value, Mapping) or not item.get("column"):
        return None if value is None else [value]
    return readings.rows_of(situation, part_id)


def _names(situation: Situation, items: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    found = []
    for item in items:
        for row in _rows_named(situation, item) or []:
            name = row.get(item.get("column")) if isinstance(row, Mapping) else row
            if isinstance(name, str):
                found.append((item["part"], name))
    return found


def plain_name(name: str) -> str:
    """Return a name for comparing: case, spaces, punctuation and ‘Ltd’ and its like ignored."""
    text = COMPANY_ENDINGS.sub(" ", name.casefold())
    return "".join(character for character in text if character.isalnum())


def coverage_node(condition: Condition, situation: Situation) -> Outcome:
    """Compare how many of the first list's names the second has, in percent (0 to 100, exact)."""
    of, by = condition.subject["of"], condition.subject["by"]
    read = tuple(readings.of_part(situation, item["part"]) for item in (of, by))
    wanted = {plain_name(name) for _, name in _names(situation, [of])} - {""}
    if _unread(situation, of) or _unread(situation, by) or not wanted:
        return None, read
    have = {plain_name(name) for _, name in _names(situation, [by])}
    percent = Decimal(100) * len(wanted & have) / len(wanted)
    says = f"{by['part']} covers {len(wanted & have)} of the {len(wanted)} in {of['part']}"
    text = format(percent.quantize(Decimal("0.01")), "f")
    outcome = holds(Kind.NUMBER, text, condition.operator, condition.value, situation)
    return outcome, tuple(Reading(item["part"], says) for item in (of, by))


NODES: Mapping[str, Callable[[Condition, Situation], Outcome]] = {
    "part": part_node,
    "fact": fact_node,
    "rows": rows_node,
    "mark": mark_node,
    "names": names_node,
    "coverage": coverage_node,
}
