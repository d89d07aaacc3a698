"""Whether an answer given under one edition of the bank still answers the same part of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from question_bank.rules.questions import ROWED, Asked, Bank, Part, Schema


class Verdict(StrEnum):
    """The order is from the least to the most work."""

    AS_IT_IS = "can be reused"
    READ_AGAIN = "can be reused, but read the new words first"
    LOOK_AGAIN = "must be looked at again"
    NOT_ASKED = "is no longer asked"


@dataclass(frozen=True, slots=True)
class Reuse:
    """What becomes of the stored answers to a part, and why."""

    part: str
    verdict: Verdict
    reasons: tuple[str, ...] = ()


def reuse_of(old: Bank, new: Bank) -> Mapping[str, Reuse]:
    """Return the verdict on the stored answers to each part of ``old``."""
    now = new.parts
    return {name: part_reuse(part, now.get(name)) for name, part in old.parts.items()}


def part_reuse(old: Part, new: Part | None) -> Reuse:
    if new is None:
        return Reuse(old.id, Verdict.NOT_ASKED)
    reasons = tuple(_in_the_way(old, new))
    if reasons:
        return Reuse(old.id, Verdict.LOOK_AGAIN, reasons)
    changed = tuple(_worded_anew(old, new))
    return Reuse(old.id, Verdict.READ_AGAIN if changed else Verdict.AS_IT_IS, changed)


def _in_the_way(old: Part, new: Part) -> Iterator[str]:
    yield from _asked_in_the_way(old, new)
    if old.kind is new.kind and new.kind in ROWED and old.schema and new.schema:
        yield from _schema_in_the_way(old.schema, new.schema)
    if new.rows_at_least > old.rows_at_least:
        yield f"at least {new.rows_at_least} rows are needed now"
    if new.rows_at_most < old.rows_at_most:
        yield f"no more than {new.rows_at_most} rows are taken now"
    gone = {value for value, _title in old.fixed_rows} - {value for value, _ in new.fixed_rows}
    if gone or len(new.fixed_rows) > len(old.fixed_rows):
        yield "its rows are others now"


def _asked_in_the_way(old: Asked, new: Asked) -> Iterator[str]:
    """Yield why a value that was right before may be wrong, or mean something else, now."""
    if old.kind is not new.kind:
        yield f"it was answered as a {old.kind} and is a {new.kind} now"
        return
    offered = {option.value for option in new.options}
    for option in old.options:
        if option.value not in offered:
            yield f"the answer ‘{option.label or option.value}’ is no longer offered"
    if new.required and not old.required:
        yield "it must be answered now"
    if old.unit != new.unit:
        yield f"it is given in {new.unit or 'no unit'} now, not in {old.unit or 'no unit'}"
    yield from _tighter_limits(old, new)


def _tighter_limits(old: Asked, new: Asked) -> Iterator[str]:
    if new.words is not None and (old.words is None or new.words < old.words):
        yield f"no more than {new.words} words are read now"
    if new.characters < old.characters:
        yield f"no more than {new.characters} characters are taken now"
    if new.decimals < old.decimals:
        yield f"no more than {new.decimals} decimal places are taken now"
    if _tighter(old.at_least, new.at_least, upwards=True):
        yield f"it must be at least {new.at_least} now"
    if _tighter(old.at_most, new.at_most, upwards=False):
        yield f"it must be at most {new.at_most} now"


def _tighter(old: Decimal | None, new: Decimal | None, *, upwards: bool) -> bool:
    if new is None:
        return False
    return old is None or (new > old if upwards else new < old)


def _schema_in_the_way(old: Schema, new: Schema) -> Iterator[str]:
    for column in old.columns:
        now = new.column(column.id)
        if now is None:
            yield f"the column ‘{column.label}’ is gone"
            continue
        for reason in _asked_in_the_way(column, now):
            yield f"column ‘{now.label}’: {reason}"
    for column in new.columns:
        if column.required and old.column(column.id) is None:
            yield f"the column ‘{column.label}’ is new and must be filled in"


def _worded_anew(old: Part, new: Part) -> Iterator[str]:
    if old.ask != new.ask:
        yield "the question is put in other words"
    if old.hint != new.hint:
        yield "the hint is another"
    before = {option.value: option.label for option in old.options}
    for option in new.options:
        if option.value not in before:
            yield f"the answer ‘{option.label or option.value}’ is new"
        elif before[option.value] != option.label:
            yield f"the answer ‘{option.label}’ was called ‘{before[option.value]}’"
    if old.shown_when != new.shown_when:
        yield "it is asked in other cases"
