"""Figures of procurement law with the day from which each counts; content/law.yml holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    listed,
    mapping,
    needed,
    needed_line,
    needed_whole,
    needed_words,
    place_of,
    refuse_unknown_keys,
    yes_or_no,
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """An amount in pounds, including VAT, that counts from a day on."""

    id: str
    label: str
    amount: int
    since: date
    source: str

    @property
    def words(self) -> str:
        return f"£{self.amount:,}"


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """Calendar days that suppliers must have, counted from the day after publication."""

    id: str
    days: int
    since: date
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a procedure of the tender facts can have."""

    id: str
    participation: bool
    time_limits: bool
    source: str


Dated = TypeVar("Dated", Threshold, TimeLimit)


@dataclass(frozen=True, slots=True)
class Law:
    checked: date
    thresholds: tuple[Threshold, ...]
    time_limits: tuple[TimeLimit, ...]
    procedures: Mapping[str, Procedure]
    # Check before publication → where its rule comes from.
    rules: Mapping[str, str]

    def threshold(self, name: str, day: date) -> Threshold:
        """Return the amount that counts on ``day``. Raises LookupError before the first."""
        return _on(self.thresholds, name, day)

    def time_limit(self, name: str, day: date) -> TimeLimit:
        return _on(self.time_limits, name, day)

    def figures(self, day: date) -> dict[str, str]:
        """Return every threshold that counts on ``day``, as it is written in a sentence."""
        names = dict.fromkeys(t.id for t in self.thresholds if t.since <= day)
        return {name: self.threshold(name, day).words for name in names}


def _on(entries: Iterable[Dated], name: str, day: date) -> Dated:
    found = [entry for entry in entries if entry.id == name and entry.since <= day]
    if not found:
        raise LookupError(f"The law has no {name} on {day.isoformat()}")
    return max(found, key=lambda entry: entry.since)


def read_law(raw: Any) -> Law:
    """Return the figures in ``raw``. Raises ContentError with the place and the remedy."""
    keys = ("checked", "note", "thresholds", "time_limits", "procedures", "rules")
    refuse_unknown_keys(raw, keys, "law.yml")
    procedures = [_procedure(entry) for entry in _list(raw, "procedures")]
    rules = mapping(needed(raw, "rules", "law.yml"), "law.yml, rules")
    return Law(
        checked=_day(raw, "checked", "law.yml"),
        thresholds=tuple(_threshold(entry) for entry in _list(raw, "thresholds")),
        time_limits=tuple(_time_limit(entry) for entry in _list(raw, "time_limits")),
        procedures={procedure.id: procedure for procedure in procedures},
        rules={name: needed_line(rules, name, "law.yml, rules") for name in rules},
    )


def _list(raw: Raw, key: str) -> list[Any]:
    return listed(needed(raw, key, "law.yml"), f"law.yml, {key}")


def _day(entry: Raw, key: str, place: str) -> date:
    written = needed_words(entry, key, place)
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ContentError(f"{place}, {key}: write a day such as 2026-01-01") from error


def _threshold(entry: Any) -> Threshold:
    place = f"law.yml, {place_of(entry, 'a threshold')}"
    refuse_unknown_keys(entry, ("id", "label", "amount", "from", "source"), place)
    return Threshold(
        entry["id"],
        needed_line(entry, "label", place),
        needed_whole(entry, "amount", place),
        _day(entry, "from", place),
        needed_line(entry, "source", place),
    )


def _time_limit(entry: Any) -> TimeLimit:
    place = f"law.yml, {place_of(entry, 'a time limit')}"
    refuse_unknown_keys(entry, ("id", "days", "from", "says", "source"), place)
    return TimeLimit(
        entry["id"],
        needed_whole(entry, "days", place),
        _day(entry, "from", place),
        needed_line(entry, "says", place),
        needed_line(entry, "source", place),
    )


def _procedure(entry: Any) -> Procedure:
    place = f"law.yml, {place_of(entry, 'a procedure')}"
    refuse_unknown_keys(entry, ("id", "participation", "time_limits", "source"), place)
    return Procedure(
        entry["id"],
        yes_or_no(entry, "participation", place, False),
        yes_or_no(entry, "time_limits", place, False),
        needed_line(entry, "source", place),
    )
