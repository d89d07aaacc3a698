"""What a condition read, and the words for it: an answer, a cell, a count, a tender fact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.rules.conditions.grammar import Condition, columns_read
from question_bank.rules.conditions.verdict import Reading, Situation
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.questions import Asked, Part

LONGEST_QUOTE = 80


def answer_to(situation: Situation, part_id: str) -> Any:
    """Return the stored answer to a part that was asked, or None."""
    found = situation.given.get(part_id, situation)
    if found is situation:  # not looked at yet
        if part_id not in situation.parts:
            return None
        value = situation.answers.get(part_id)
        found = situation.given[part_id] = None if is_empty(value) else value
    return found


def rows_of(situation: Situation, part_id: str) -> list[Mapping[str, Any]] | None:
    """Return a table's rows; a table asked for and left empty has none; None when not asked."""
    found = situation.rows.get(part_id, situation)
    if found is situation:
        if part_id not in situation.parts:
            return None
        found = _rows(situation.answers.get(part_id), situation.parts[part_id])
        situation.rows[part_id] = found
    rows: list[Mapping[str, Any]] | None = found
    return rows


def _rows(value: Any, asked: Part) -> list[Mapping[str, Any]] | None:
    if value is None:
        return None if asked.required else []
    if not isinstance(value, list | tuple):
        return None
    return [row for row in value if type(row) is dict or isinstance(row, Mapping)]


def of_part(situation: Situation, part_id: str) -> Reading:
    if part_id not in situation.parts:
        return Reading(part_id, f"{part_id} is not asked")
    key = ("says", part_id)
    found: Reading | None = situation.memo.get(key)
    if found is None:
        says = f"{part_id} is {_quoted(situation, part_id)}"
        found = situation.memo[key] = Reading(part_id, says)
    return found


def _quoted(situation: Situation, part_id: str) -> str:
    value = answer_to(situation, part_id)
    if value is None:
        return "not answered"
    return in_words(situation.parts[part_id], value)


def in_words(asked: Asked, value: Any) -> str:
    try:
        if isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            return f"{len(value)} row{'' if len(value) == 1 else 's'}"
        text = rules_for(asked.kind).show(asked, value)
    except (KeyError, TypeError, ValueError, AttributeError):
        text = str(value)
    line = " ".join(text.split())
    return f"“{line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1] + '…'}”"


def of_rows(situation: Situation, part_id: str, condition: Condition, count: int) -> Reading:
    columns = [name for _, name in columns_read(condition) if name]
    named = ", ".join(dict.fromkeys(_column_label(situation, part_id, name) for name in columns))
    rows = f"{count} row{'' if count == 1 else 's'}"
    return Reading(part_id, f"{part_id} has {rows}" + (f" (looked at: {named})" if named else ""))


def _column_label(situation: Situation, part_id: str, name: str) -> str:
    column = column_of(situation, part_id, name)
    return column.label.lower() if column else name


def column_of(situation: Situation, part_id: str, name: str) -> Asked | None:
    part = situation.parts.get(part_id)
    return part.schema.column(name) if part is not None and part.schema else None


def of_cell(
    condition: Condition, situation: Situation, part_id: str, number: int | None
) -> tuple[Reading, ...]:
    """What a cell says: of the row in that place, or of a record, which has no rows (None)."""
    column = column_of(situation, part_id, condition.column)
    if column is None:
        return (of_part(situation, part_id),)
    key = ("cell", part_id, number, column.id)
    reading: Reading | None = situation.memo.get(key)
    if reading is None:
        reading = situation.memo[key] = _cell(situation, part_id, number, column)
    return (reading, *of_compared_facts(condition, situation))


def _cell(situation: Situation, part_id: str, number: int | None, column: Asked) -> Reading:
    if number is None:
        record = answer_to(situation, part_id)
        row, where = record if isinstance(record, Mapping) else {}, part_id
    else:
        row, where = (rows_of(situation, part_id) or [])[number], f"{part_id} row {number + 1}"
    value = row.get(column.id)
    says = "empty" if is_empty(value) else in_words(column, value)
    return Reading(part_id, f"{where}: {column.label.lower()} is {says}")


def of_fact(situation: Situation, name: str) -> Reading:
    key = ("fact", name)
    found: Reading | None = situation.memo.get(key)
    if found is None:
        found = situation.memo[key] = _fact(situation, name)
    return found


def _fact(situation: Situation, name: str) -> Reading:
    spec, value = situation.fact_specs.get(name), situation.facts.get(name)
    label = spec.label.lower() if spec is not None else name
    known = spec is not None and not is_empty(value)
    says = f"is {in_words(spec, value)}" if spec is not None and known else "is not given"
    return Reading(f"tender.{name}", f"the tender’s {label} {says}")


def of_compared_facts(condition: Condition, situation: Situation) -> tuple[Reading, ...]:
    """What the right-hand side read: ``tender.award_date`` and the like."""
    value = condition.value
    if condition.operator == "older_than":
        value = value["before"]
    if type(value) is str and value.startswith("tender."):
        return (of_fact(situation, value.removeprefix("tender.")),)
    return ()
