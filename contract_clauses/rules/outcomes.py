"""The outcome measure of the tender after award: on which days it is measured, and its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contract_clauses.rules.obligations_due import months_after
from foundation.errors import DomainError
from scoring.rules.drawing import Axis, Drawing, Line, Table, line_picture

LONGEST_WORDS = 2000
LONGEST_UNIT = 40
MOST = Decimal(1_000_000_000)
YEAR = 12
TICKS = 4


class OutcomeRefused(DomainError):
    """A figure or a reading of the outcome measure cannot be recorded as it was entered."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the words of the tender come to in figures: how it was, and how it is to be."""

    unit: str
    baseline: Decimal
    target: Decimal

    def as_plain(self) -> dict[str, str]:
        return {
            "unit": self.unit, "baseline": f"{self.baseline:f}", "target": f"{self.target:f}",
        }  # fmt: skip


def read_figures(kept: Mapping[str, Any]) -> Figures:
    return Figures(str(kept["unit"]), Decimal(kept["baseline"]), Decimal(kept["target"]))


@dataclass(frozen=True, slots=True)
class Reading:
    """What it was found to be on a day."""

    measured_on: date
    value: Decimal | None


def days_to_measure(starts_on: date, by_when: date | None, ends_on: date) -> tuple[date, ...]:
    """Return when it is measured: each year of the contract, on the day by which the tender said
    that the change is visible, and when the contract ends."""
    yearly = []
    number = 1
    while (day := months_after(starts_on, YEAR * number)) < ends_on:
        yearly.append(day)
        number += 1
    named = [by_when] if by_when is not None and starts_on < by_when <= ends_on else []
    return tuple(sorted({*yearly, *named, ends_on}))


def checked_figures(figures: Figures) -> Figures:
    if not figures.unit.strip():
        raise OutcomeRefused("Enter what it is counted in", field="unit")
    if len(figures.unit.strip()) > LONGEST_UNIT:
        raise OutcomeRefused(f"Enter {LONGEST_UNIT} characters or fewer", field="unit")
    for value, field in ((figures.baseline, "baseline"), (figures.target, "target")):
        if abs(value) > MOST:
            raise OutcomeRefused(f"Enter a figure up to {MOST:,}", field=field)
    if figures.baseline == figures.target:
        raise OutcomeRefused("Enter a target other than the figure before", field="target")
    return figures


def checked_reading(
    due_on: date, measured_on: date, value: Decimal | None, days: Sequence[date], today: date
) -> None:
    if due_on not in days:
        raise OutcomeRefused("Select one of the days", field="due_on")
    if measured_on > today:
        raise OutcomeRefused("Enter the day it was measured, today or before", field="measured_on")
    if value is not None and abs(value) > MOST:
        raise OutcomeRefused(f"Enter a figure up to {MOST:,}", field="value")


def checked_words(text: str, asked: str) -> str:
    words = text.strip()
    if not words:
        raise OutcomeRefused(asked, field="words")
    if len(words) > LONGEST_WORDS:
        raise OutcomeRefused(f"Enter {LONGEST_WORDS:,} characters or fewer", field="words")
    return words


def share_of_way(figures: Figures, value: Decimal) -> int:
    """Return how much of the way from the baseline to the target a figure is, in percent."""
    way = figures.target - figures.baseline
    return round((value - figures.baseline) * 100 / way)


def shown(value: Decimal | None) -> str:
    return "No figure" if value is None else f"{value.normalize():f}"


def how_far(figures: Figures, readings: Sequence[Reading]) -> str:
    """Return in a sentence where the last figure stands."""
    last = next((one for one in reversed(readings) if one.value is not None), None)
    way = f"from {shown(figures.baseline)} to {shown(figures.target)} {figures.unit}"
    if last is None or last.value is None:
        return f"Nothing was measured yet. The way is {way}."
    part = share_of_way(figures, last.value)
    met = "the target is met" if part >= 100 else f"{part}% of the way"
    if part < 0:
        met = "it is further away than before"
    return f"The last figure is {shown(last.value)} {figures.unit}: {met} {way}."


def picture_of(
    figures: Figures, readings: Sequence[Reading], starts_on: date, target_on: date
) -> Drawing:
    """Return the way from the baseline to the target beside what was measured."""
    measured = [(one.measured_on, one.value) for one in readings if one.value is not None]
    first = min([starts_on, *(day for day, _ in measured)])
    last = max([target_on, *(day for day, _ in measured)])
    values = [figures.baseline, figures.target, *(value for _, value in measured)]
    low, high = min(values), max(values)
    room = (high - low) / 10
    across = Axis("Day", first.toordinal(), last.toordinal(), _days(first, last))
    up = Axis(figures.unit, low - room, high + room, _values(low, high))
    points = tuple((day.toordinal(), value) for day, value in measured)
    way = ((starts_on.toordinal(), figures.baseline), (target_on.toordinal(), figures.target))
    lines = [Line("To the target", way, way)]
    if points:
        lines.append(Line("Measured", points, points))
    rows = [(_day(starts_on), "Before", shown(figures.baseline))]
    rows += [(_day(day), "Measured", shown(value)) for day, value in measured]
    rows.append((_day(target_on), "Target", shown(figures.target)))
    table = Table("The figures", ("Day", "What it is", figures.unit), tuple(rows))
    said = how_far(figures, readings)
    return line_picture("outcome", "From the figure before to the target", said, (across, up),
                        lines, table)  # fmt: skip


def _days(first: date, last: date) -> tuple[tuple[int, str], ...]:
    step = max((last.toordinal() - first.toordinal()) // TICKS, 1)
    ticks = range(first.toordinal(), last.toordinal() + 1, step)
    return tuple((tick, f"{date.fromordinal(tick):%b %Y}") for tick in ticks)


def _values(low: Decimal, high: Decimal) -> tuple[tuple[Decimal, str], ...]:
    step = (high - low) / TICKS
    ticks = [low + step * number for number in range(TICKS + 1)]
    return tuple((tick, shown(tick.quantize(Decimal("0.1")))) for tick in ticks)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
