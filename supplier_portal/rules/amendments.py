"""Answers given before a question was amended: which still are answers, and what a form shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from question_bank.rules.answers import read_draft
from question_bank.rules.kinds import Problem, is_empty
from question_bank.rules.questions import ROWED, Part

Key = TypeVar("Key")


@dataclass(frozen=True)
class Amended:
    """When what is asked changed, and the parts whose earlier answers are to be confirmed."""

    id: int
    published_at: datetime
    to_confirm: frozenset[str]


def amended_since(
    part_id: str, saved_at: datetime, amendments: Iterable[Amended]
) -> Amended | None:
    """Return the last amendment of a part that is later than an answer to it; None if there is
    none. An answer saved at the very instant was given to the text before."""
    later = [
        one for one in amendments if part_id in one.to_confirm and one.published_at >= saved_at
    ]
    return max(later, key=lambda one: one.published_at, default=None)


def what_no_longer_fits(now: Part, value: Any) -> tuple[Problem, ...]:
    """Return what makes a stored value no answer to the part as it is asked now."""
    read = read_draft(now, value)
    if not read.problems and read.value != value:
        return (Problem(f"{now.label} is answered in another way now", "other_kind"),)
    return read.problems


def in_words(part: Part) -> tuple[object, ...]:
    """Return the words of a part that pages about amendments show beside each other."""
    return (part.ask, part.hint, tuple(option.label for option in part.options))


def for_a_form(before: Part, now: Part, value: Any) -> Any:
    """Return as much of an earlier answer as the boxes of ``now`` can show, to be mended there.

    Another kind of answer shows nothing; of rows the cells of columns that are gone, or are of
    another kind, are left out.
    """
    if before.kind is not now.kind:
        return None
    if now.kind not in ROWED or before.schema is None or now.schema is None:
        return value
    kept = {
        column.id
        for column in now.schema.columns
        if (was := before.schema.column(column.id)) is not None and was.kind is column.kind
    }
    if isinstance(value, Mapping):
        return _cells(value, kept)
    return [_cells(row, kept) for row in value if isinstance(row, Mapping)]


def _cells(row: Mapping[str, Any], kept: set[str]) -> dict[str, Any]:
    return {name: cell for name, cell in row.items() if name in kept and not is_empty(cell)}
