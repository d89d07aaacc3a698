"""Figures of procurement law with the day from which each counts; content/law.yml holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    listed,
    mapping,
    names,
    needed,
    needed_line,
    needed_whole,
    needed_words,
    one_of,
    place_of,
    refuse_unknown_keys,
    yes_or_no,
)


class Force(StrEnum):
    """How strictly something binds: the two words of the law, and our own advice."""

    MUST = "must"
    MAY = "may"
    PRACTICE = "practice"


class Unit(StrEnum):
    """In what a period is counted."""

    DAYS = "days"
    WORKING_DAYS = "working-days"
    MONTHS = "months"
    YEARS = "years"


class Group(StrEnum):
    """Which contracts a duty is about."""

    ABOVE = "above"
    BELOW = "below"
    LIGHT_TOUCH = "light-touch"


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
    force: Force = Force.PRACTICE


@dataclass(frozen=True, slots=True)
class Period:
    """How long something takes or may take, from what, and in which days it is counted."""

    id: str
    count: int
    unit: Unit
    since: date
    says: str
    source: str
    force: Force = Force.MUST

    @property
    def words(self) -> str:
        unit = self.unit.value.replace("-", " ")
        return f"{self.count} {unit.removesuffix('s') if self.count == 1 else unit}"


@dataclass(frozen=True, slots=True)
class Procedure:
    """What a procedure of the tender facts can have, and the stages it goes through."""

    id: str
    participation: bool
    time_limits: bool
    source: str
    standstill: bool = False
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """What an authority must do, or may do, while it plans; ``says`` begins with a verb."""

    id: str
    force: Force
    applies: tuple[Group, ...]
    says: str
    source: str
    since: date = date.min


Dated = TypeVar("Dated", Threshold, TimeLimit, Period)


@dataclass(frozen=True, slots=True)
class Law:
    checked: date
    thresholds: tuple[Threshold, ...]
    time_limits: tuple[TimeLimit, ...]
    procedures: Mapping[str, Procedure]
    # Check before publication → where its rule comes from.
    rules: Mapping[str, str]
    periods: tuple[Period, ...] = ()
    amounts: tuple[Threshold, ...] = ()
    duties: Mapping[str, Duty] = field(default_factory=dict)

    def threshold(self, name: str, day: date) -> Threshold:
        """Return the amount that counts on ``day``. Raises LookupError before the first."""
        return _on(self.thresholds, name, day)

    def time_limit(self, name: str, day: date) -> TimeLimit:
        return _on(self.time_limits, name, day)

    def period(self, name: str, day: date) -> Period:
        return _on(self.periods, name, day)

    def amount(self, name: str, day: date) -> Threshold:
        return _on(self.amounts, name, day)

    def figures(self, day: date) -> dict[str, str]:
        """Return every threshold that counts on ``day``, as it is written in a sentence."""
        names = dict.fromkeys(t.id for t in self.thresholds if t.since <= day)
        return {name: self.threshold(name, day).words for name in names}


def _on(entries: Iterable[Dated], name: str, day: date) -> Dated:
    found = [entry for entry in entries if entry.id == name and entry.since <= day]
    if not found:
        raise LookupError(f"The law has no {name} on {day.isoformat()}")
    return max(found, key=lambda entry: entry.since)


KEYS = (
    "checked",
    "note",
    "thresholds",
    "time_limits",
    "periods",
    "amounts",
    "procedures",
    "duties",
    "rules",
)


def read_law(raw: Any) -> Law:
    """Return the figures in ``raw``. Raises ContentError with the place and the remedy."""
    refuse_unknown_keys(raw, KEYS, "law.yml")
    procedures = [_procedure(entry) for entry in _list(raw, "procedures")]
    duties = [_duty(entry) for entry in listed(raw.get("duties"), "law.yml, duties")]
    rules = mapping(needed(raw, "rules", "law.yml"), "law.yml, rules")
    return Law(
        checked=_day(raw, "checked", "law.yml"),
        thresholds=tuple(_threshold(entry) for entry in _list(raw, "thresholds")),
        time_limits=tuple(_time_limit(entry) for entry in _list(raw, "time_limits")),
        procedures={procedure.id: procedure for procedure in procedures},
        rules={name: needed_line(rules, name, "law.yml, rules") for name in rules},
        periods=tuple(_period(entry) for entry in listed(raw.get("periods"), "law.yml, periods")),
        amounts=tuple(_threshold(entry) for entry in listed(raw.get("amounts"), "law.yml")),
        duties={duty.id: duty for duty in duties},
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
    refuse_unknown_keys(entry, ("id", "days", "force", "from", "says", "source"), place)
    return TimeLimit(
        entry["id"],
        needed_whole(entry, "days", place),
        _day(entry, "from", place),
        needed_line(entry, "says", place),
        needed_line(entry, "source", place),
        _force(entry, place, Force.PRACTICE),
    )


def _force(entry: Raw, place: str, otherwise: Force) -> Force:
    if entry.get("force") is None:
        return otherwise
    return one_of(Force, entry, "force", place, "a word for how strictly it binds")


def _period(entry: Any) -> Period:
    place = f"law.yml, {place_of(entry, 'a period')}"
    refuse_unknown_keys(entry, ("id", "count", "unit", "force", "from", "says", "source"), place)
    return Period(
        entry["id"],
        needed_whole(entry, "count", place),
        one_of(Unit, entry, "unit", place, "a unit of time"),
        _day(entry, "from", place),
        needed_line(entry, "says", place),
        needed_line(entry, "source", place),
        _force(entry, place, Force.MUST),
    )


def _duty(entry: Any) -> Duty:
    place = f"law.yml, {place_of(entry, 'a duty')}"
    refuse_unknown_keys(entry, ("id", "force", "applies", "from", "says", "source"), place)
    groups = [
        one_of(Group, {"applies": name}, "applies", place, "a group of contracts")
        for name in names(entry, "applies", place)
    ]
    return Duty(
        entry["id"],
        _force(entry, place, Force.MUST),
        tuple(groups),
        needed_line(entry, "says", place),
        needed_line(entry, "source", place),
        _day(entry, "from", place),
    )


PROCEDURE_KEYS = ("id", "participation", "time_limits", "standstill", "stages", "source")


def _procedure(entry: Any) -> Procedure:
    place = f"law.yml, {place_of(entry, 'a procedure')}"
    refuse_unknown_keys(entry, PROCEDURE_KEYS, place)
    return Procedure(
        entry["id"],
        yes_or_no(entry, "participation", place, False),
        yes_or_no(entry, "time_limits", place, False),
        needed_line(entry, "source", place),
        yes_or_no(entry, "standstill", place, False),
        names(entry, "stages", place),
    )
