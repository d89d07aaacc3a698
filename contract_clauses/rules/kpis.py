"""Key performance indicators: what is measured, and the five ratings of section 71."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contract_clauses.rules.obligations_due import months_after
from contract_clauses.rules.parts import Schedule
from foundation.errors import DomainError
from question_bank.rules.reading.plain import listed, mapping, needed_words

LONGEST_WORDS = 2000
LONGEST_TITLE = 120
MOST = Decimal(1_000_000)
HUNDRED = Decimal(100)
YEAR = 12
EXEMPT = ("id", "words", "source")
UNITS = {"percent": "%", "days": "days", "hours": "hours", "months": "months", "number": ""}


class Rating(StrEnum):
    """The ratings of the contract performance notice (Procurement Regulations 2024)."""

    GOOD = "Good"
    APPROACHING = "Approaching target"
    IMPROVE = "Requires improvement"
    INADEQUATE = "Inadequate"
    OTHER = "Other"


class KpiRefused(DomainError):
    """An indicator or a rating cannot be recorded as it was entered."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of content/kpis.yml. ``offered``: what the service knows of it, by name."""

    id: str
    title: str
    unit: str
    is_more_better: bool
    clause: str
    variable: str
    target: Decimal
    measure: str
    offered: str = ""


@dataclass(frozen=True, slots=True)
class Bands:
    """By how many percent of the target a figure may miss it for a rating."""

    approaching: Decimal
    improve: Decimal


@dataclass(frozen=True, slots=True)
class Exempt:
    """When no indicators have to be set, with its place in the Act."""

    id: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Guide:
    value_from: Decimal
    at_least: int
    breach: timedelta
    source: str
    bands: Bands
    indicators: tuple[Indicator, ...]
    exceptions: tuple[Exempt, ...] = ()

    def exception(self, name: str) -> Exempt | None:
        return next((one for one in self.exceptions if one.id == name), None)

    def indicator(self, name: str) -> Indicator | None:
        return next((one for one in self.indicators if one.id == name), None)

    def is_more_better(self, name: str) -> bool:
        """Return whether more is better; of an indicator of the authority's own it is."""
        known = self.indicator(name)
        return known is None or known.is_more_better

    def are_needed(self, value: Decimal | None) -> bool:
        """Return whether section 52 asks for published indicators, but for its exceptions."""
        return value is not None and value > self.value_from


def read_guide(raw: Any) -> Guide:
    """Return the guide of content/kpis.yml. Raises ContentError."""
    here = "kpis.yml"
    top = mapping(raw, here)
    bands = mapping(top["ratings"], here)
    return Guide(
        Decimal(str(top["value_from"])),
        int(top["at_least"]),
        timedelta(days=int(top["breach_days"])),
        needed_words(top, "source", here),
        Bands(Decimal(str(bands["approaching"])), Decimal(str(bands["improve"]))),
        tuple(_indicator(mapping(one, here)) for one in listed(top.get("indicators"), here)),
        tuple(
            Exempt(*(needed_words(mapping(one, here), name, here) for name in EXEMPT))
            for one in listed(top.get("exceptions"), here)
        ),
    )


def _indicator(raw: Mapping[str, Any]) -> Indicator:
    return Indicator(
        str(raw["id"]),
        str(raw["title"]),
        str(raw["unit"]),
        raw["better"] == "more",
        str(raw["clause"]),
        str(raw["variable"]),
        Decimal(str(raw["target"])),
        str(raw["measure"]),
        str(raw.get("offered", "")),
    )


def target_of(one: Indicator, schedule: Schedule | None) -> tuple[Decimal, str]:
    """Return the target with where it comes from: a clause of the issued schedule, or the guide."""
    clause = schedule.clause(one.clause) if schedule else None
    for filled in clause.variables if clause else ():
        number = filled.words.split()[0].rstrip("%") if filled.words.split() else ""
        if filled.name == one.variable and number.isascii() and number.isdigit() and int(number):
            return Decimal(number), f"clause {one.clause} of the issued schedule"
    return one.target, "our default: the issued schedule states none"


def missed_by(value: Decimal, target: Decimal, *, is_more_better: bool) -> Decimal:
    """Return by how many percent of the target a figure misses it; 0 where it meets it."""
    short = target - value if is_more_better else value - target
    return max(short, Decimal(0)) * HUNDRED / target


def proposed_rating(
    value: Decimal | None, target: Decimal | None, bands: Bands, *, is_more_better: bool
) -> Rating:
    """Return what the published rule makes of a figure: no figure or no target is “Other”."""
    if value is None or target is None or target <= 0:
        return Rating.OTHER
    missed = missed_by(value, target, is_more_better=is_more_better)
    if missed == 0:
        return Rating.GOOD
    if missed <= bands.approaching:
        return Rating.APPROACHING
    return Rating.IMPROVE if missed <= bands.improve else Rating.INADEQUATE


def bands_in_words(
    target: Decimal | None, unit: str, bands: Bands, *, is_more_better: bool
) -> list[tuple[Rating, str]]:
    """Return what each rating takes, for one target."""
    if target is None or target <= 0:
        return [(Rating.OTHER, "There is no target to measure against")]
    sign = -1 if is_more_better else 1
    near, far = (
        target * (HUNDRED + sign * by) / HUNDRED for by in (bands.approaching, bands.improve)
    )
    than, worse = ("or more", "less than") if is_more_better else ("or less", "more than")
    return [
        (Rating.GOOD, f"{shown(target, unit)} {than}"),
        (Rating.APPROACHING, f"{shown(near, unit)} {than}"),
        (Rating.IMPROVE, f"{shown(far, unit)} {than}"),
        (Rating.INADEQUATE, f"{worse} {shown(far, unit)}"),
        (Rating.OTHER, "It could not be measured, or measuring it would mislead"),
    ]


def shown(value: Decimal | None, unit: str) -> str:
    """Return a figure with its unit."""
    if value is None:
        return "No figure"
    plain = f"{value.quantize(Decimal('0.01')).normalize():f}"
    word = UNITS.get(unit, unit)
    if unit in ("days", "hours", "months") and plain == "1":
        word = unit[:-1]
    return f"{plain}{word}" if word == "%" else f"{plain} {word}".strip()


@dataclass(frozen=True, slots=True)
class Measured:
    """A rating as it is entered."""

    period_from: date
    period_to: date
    value: Decimal | None
    # None: what the rule proposes.
    rating: Rating | None
    words: str


def checked_rating(entered: Measured, starts_on: date, today: date) -> Measured:
    """Return what is recorded. Raises KpiRefused with the field to look at."""
    if entered.period_to < entered.period_from:
        raise KpiRefused("Enter a day after the first of the period", field="period_to")
    if entered.period_to > today:
        raise KpiRefused("Enter a day that has come: a period is rated once it is over",
                         field="period_to")  # fmt: skip
    if entered.period_from < starts_on:
        raise KpiRefused("Enter a day on or after the start of the contract", field="period_from")
    if entered.value is not None and not 0 <= entered.value <= MOST:
        raise KpiRefused(f"Enter a figure between 0 and {MOST:,}", field="value")
    checked_words(entered.words, "Enter what the rating rests on")
    return entered


def checked_words(text: str, asked: str) -> str:
    words = text.strip()
    if not words:
        raise KpiRefused(asked, field="why" if "why" in asked else "words")
    if len(words) > LONGEST_WORDS:
        raise KpiRefused(f"Enter {LONGEST_WORDS:,} characters or fewer", field="words")
    return words


def next_due(starts_on: date, rated_to: Iterable[date], ends_on: date) -> date | None:
    """Return by when it is rated again: at most a year after the last period, and at the end; None
    once it is rated up to the end."""
    last = max(rated_to, default=starts_on)
    return None if last >= ends_on else min(months_after(last, YEAR), ends_on)


def needs_notice(ratings: Sequence[Rating]) -> bool:
    """Return whether to think of a notice of a breach or a failure to improve (section 71): rated
    inadequate, or to be improved twice running. ``ratings``: the earliest first."""
    if not ratings:
        return False
    below = (Rating.IMPROVE, Rating.INADEQUATE)
    return ratings[-1] is Rating.INADEQUATE or (
        len(ratings) > 1 and ratings[-1] in below and ratings[-2] in below
    )
