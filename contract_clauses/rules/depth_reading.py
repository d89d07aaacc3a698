"""Read the sub-clauses of a topic, in the depths in which it is written.

A depth lists its sub-clauses; ``{use: short}`` stands for all those of another depth, ``{use:
standard, without: [3]}`` for all but its third, ``{use: standard, only: [1, 4]}`` for two of them.
A topic with ``text`` alone has the standard depth only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_clauses.rules.library import Depth, Obligation, SubClause
from question_bank.rules.conditions.grammar import Condition, ConditionError, read_condition
from question_bank.rules.reading.plain import (
    ContentError,
    identifier,
    line,
    listed,
    names,
    needed,
    needed_line,
    refuse_unknown_keys,
)

SUB_CLAUSE_KEYS = frozenset(["text", "items", "when", "obligation"])
USE_KEYS = frozenset(["use", "without", "only"])
TIMINGS = (
    "every_months",
    "within_working_days",
    "within_days",
    "within_months",
    "within_hours",
    "working_days_before",
    "days_before",
    "months_before",
    "before",
    "on",
)
# Given together: for the first time before go-live, and again every so many months.
BOTH = frozenset(["before", "every_months"])
BEFORE_AND_EVERY_MONTHS = "before_and_every_months"
GO_LIVE = "go-live"
OBLIGATION_KEYS = frozenset(["who", "what", "evidence", "of", *TIMINGS])

Depths = Mapping[Depth, tuple[int, ...]]


def read_depths(entry: Mapping[str, Any], place: str) -> tuple[tuple[SubClause, ...], Depths]:
    """Return every sub-clause of a topic, and the places of those that make up each depth."""
    if "depths" not in entry:
        text = read_sub_clauses(needed(entry, "text", place), place)
        return text, {Depth.STANDARD: tuple(range(len(text)))}
    if "text" in entry:
        raise ContentError(f"{place}: give ‘text’ or ‘depths’, not both")
    written = entry["depths"]
    refuse_unknown_keys(written, tuple(Depth), f"{place}, depths")
    if Depth.STANDARD not in written:
        raise ContentError(f"{place}, depths: every clause has a standard depth")
    found = _Depths(written, place)
    # The standard depth comes first, so that its places stay as they are when others are added.
    for depth in sorted(written, key=[Depth.STANDARD, *Depth].index):
        found.places(Depth(depth))
    return tuple(found.text), found.read


class _Depths:
    """The depths of one topic while they are read; one may use the sub-clauses of another."""

    def __init__(self, written: Mapping[str, Any], place: str) -> None:
        self._written, self._place = written, place
        self._open: list[Depth] = []
        self.text: list[SubClause] = []
        self.read: dict[Depth, tuple[int, ...]] = {}

    def places(self, depth: Depth) -> tuple[int, ...]:
        if depth in self.read:
            return self.read[depth]
        place = f"{self._place}, {depth}"
        if depth in self._open:
            raise ContentError(f"{place}: depths use each other in a circle")
        self._open.append(depth)
        places: list[int] = []
        for number, entry in enumerate(listed(self._written[depth], place), start=1):
            at = f"{place}, sub-clause {number}"
            if isinstance(entry, Mapping) and "use" in entry:
                places += self._used(entry, at)
            else:
                self.text.append(_sub_clause(entry, at))
                places.append(len(self.text) - 1)
        self.read[depth] = tuple(places)
        return self.read[depth]

    def _used(self, entry: Mapping[str, Any], place: str) -> list[int]:
        refuse_unknown_keys(entry, USE_KEYS, place)
        named = entry["use"]
        if not isinstance(named, str) or named not in self._written:
            raise ContentError(f"{place}: ‘use’ names a depth of this clause, not ‘{named}’")
        if "only" in entry and "without" in entry:
            raise ContentError(f"{place}: give ‘only’ or ‘without’, not both")
        used = self.places(Depth(named))
        only = _numbers(entry, "only", len(used), place)
        if only:
            return [used[number - 1] for number in only]
        left_out = _numbers(entry, "without", len(used), place)
        return [at for number, at in enumerate(used, start=1) if number not in left_out]


def _numbers(entry: Mapping[str, Any], key: str, most: int, place: str) -> list[int]:
    numbers = listed(entry.get(key) or [], f"{place}, {key}")
    for number in numbers:
        if not isinstance(number, int) or not 1 <= number <= most:
            raise ContentError(f"{place}: ‘{key}’ takes numbers from 1 to {most}")
    return list(numbers)


def read_the_condition(entry: Any, place: str) -> Condition:
    try:
        return read_condition(entry, place)
    except ConditionError as error:
        raise ContentError(str(error)) from error


def _optional_condition(entry: Any, place: str) -> Condition | None:
    return None if entry is None else read_the_condition(entry, place)


def read_sub_clauses(entries: Any, place: str) -> tuple[SubClause, ...]:
    return tuple(
        _sub_clause(entry, f"{place}, sub-clause {number}")
        for number, entry in enumerate(listed(entries, place), start=1)
    )


def _sub_clause(entry: Any, place: str) -> SubClause:
    if isinstance(entry, str):
        return SubClause(line(entry, place))
    if not isinstance(entry, Mapping):
        raise ContentError(f"{place}: write a sentence, or a mapping with ‘text’")
    refuse_unknown_keys(entry, SUB_CLAUSE_KEYS, place)
    return SubClause(
        text=needed_line(entry, "text", place),
        items=tuple(" ".join(item.split()) for item in names(entry, "items", place)),
        when=_optional_condition(entry.get("when"), f"{place}, when"),
        obligation=_obligation(entry.get("obligation"), f"{place}, obligation"),
    )


def _obligation(entry: Any, place: str) -> Obligation | None:
    if entry is None:
        return None
    refuse_unknown_keys(entry, OBLIGATION_KEYS, place)
    given = [key for key in TIMINGS if key in entry]
    if len(given) > 1 and set(given) != BOTH:
        raise ContentError(f"{place}: give one of {', '.join(given)}, not several")
    timing, at = timing_in(entry)
    if timing == BEFORE_AND_EVERY_MONTHS and entry["before"] != GO_LIVE:
        raise ContentError(f"{place}: ‘before’ takes go-live; give another date with ‘on’")
    return Obligation(
        who=identifier(entry, "who", place),
        what=needed_line(entry, "what", place),
        evidence=needed_line(entry, "evidence", place),
        timing=timing,
        at=at,
        of=str(entry.get("of") or ""),
    )


def timing_in(entry: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the time that an obligation is written with: its kind, and its value."""
    if entry.keys() >= BOTH:
        return BEFORE_AND_EVERY_MONTHS, entry["every_months"]
    key = next((key for key in TIMINGS if key in entry), "")
    return key, entry.get(key) if key else None


def timing_of(timing: str, at: Any) -> dict[str, Any]:
    """Return how a kind of time with its value is written in an obligation."""
    if timing == BEFORE_AND_EVERY_MONTHS:
        return {"before": GO_LIVE, "every_months": at}
    return {timing: at} if timing else {}
