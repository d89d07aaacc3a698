"""The values of a clause that came back otherwise: which, from what to what, and what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contract_clauses.rules.library import Library
from contract_clauses.rules.negotiated_words import (
    FIGURE,
    Spoken,
    differs_in_figures,
    text_between,
    value_of,
    where_each_went,
)
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.variables import OfficerValue, fill
from contract_clauses.rules.wording import SegmentKind
from question_bank.rules.conditions.verdict import Situation

LONGEST_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Figure:
    """A value before and after. ``variable`` is empty for a figure of the clause's own words.

    ``value``: what to enter for the variable so that it prints as negotiated; None where the words
    are no value. ``short``: how it falls short of the minimum position, in words; ``minimum``: that
    position with its side and unit, such as "at most 24 hours".
    """

    before: str
    after: str
    clause: str = ""
    variable: str = ""
    label: str = ""
    value: Any = None
    short: str = ""
    minimum: str = ""
    has_minimum: bool = False


def weigher(
    library: Library, situation: Situation, schedule: Schedule
) -> Callable[[str, str, str, str, str], Figure]:
    """Return what weighs a changed value against the minimum of its variable."""
    labels: Mapping[tuple[str, str], str] = {
        (clause.id, value.name): value.label
        for clause in schedule.clauses
        for value in clause.variables
    }

    def weigh(clause: str, name: str, before: str, after: str, following: str) -> Figure:
        topic = library.topics.get(clause)
        variable = topic.variables.get(name) if topic else None
        plain = Figure(before, after, clause, name, labels.get((clause, name), name))
        if variable is None:
            return replace(plain, variable="", label="")
        value = value_of(variable.kind, after, following) if after else None
        plain = replace(
            plain, label=variable.label, value=value, has_minimum=variable.minimum is not None
        )
        if value is None:
            return plain
        filled = fill(clause, variable, situation, OfficerValue(value, ""))
        if filled.deviation is None:
            return plain
        deviation = filled.deviation
        return replace(plain, short=deviation.says, minimum=deviation.minimum_in_words)

    return weigh


def figures_in(
    clause: str,
    before: Spoken,
    after: Spoken,
    weigh: Callable[[str, str, str, str, str], Figure],
) -> Iterator[Figure]:
    """Yield each value of a sub-clause that is no longer what it was, and each other figure that
    changed where nothing else did. The same change twice is one."""
    seen: set[Figure] = set()
    for figure in (*_values(clause, before, after, weigh), *_others(before, after)):
        if figure not in seen:
            seen.add(replace(figure, value=None) if isinstance(figure.value, list) else figure)
            yield figure


def _values(
    clause: str,
    before: Spoken,
    after: Spoken,
    weigh: Callable[[str, str, str, str, str], Figure],
) -> Iterator[Figure]:
    for whole, (start, end, same) in where_each_went(before, after).items():
        segment = before.wholes[whole]
        if same or segment.kind not in (SegmentKind.VARIABLE, SegmentKind.EMPTY):
            continue
        words = text_between(after, start, end)
        figures = FIGURE.findall(words)
        if FIGURE.fullmatch(segment.text) and len(figures) == 1:
            words = figures[0]
        following = after.words[end].text if end < len(after.words) else ""
        yield weigh(clause, segment.target, segment.text, words[:LONGEST_SHOWN], following)


def _others(before: Spoken, after: Spoken) -> Iterator[Figure]:
    if not differs_in_figures(before, after):
        return
    for then, now in zip(before.words, after.words, strict=True):
        is_value = then.whole >= 0 and before.wholes[then.whole].kind in (
            SegmentKind.VARIABLE,
            SegmentKind.EMPTY,
        )
        if then.text != now.text and then.is_figure and not is_value:
            yield Figure(then.text, now.text)
