"""The form on which the lines of a price schedule are designed: one row for each."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from wtforms import HiddenField

from foundation.fields import Choice, Form, NumberField, SelectField, TextField
from tenders.planning import Sheet
from tenders.rules.price_schedule import (
    KINDS,
    MOST_LINES,
    MOST_YEARS,
    LineKind,
    PriceLine,
    PriceSchedule,
    next_reference,
    read_schedule,
)

# Rows left empty below those that are filled.
SPARE = 4
ONCE, YEARLY = "once", "yearly"
TIMES = [Choice(ONCE, "Once"), Choice(YEARLY, "Each year")]
NAMES = ("id", "what", "unit", "quantity", "times", "kind")
# What a row takes for granted, so that it is empty where nothing else stands in it.
GRANTED = frozenset({"times", "kind"})


class PriceScheduleForm(Form):
    """``version`` names the sheet the form was filled from; ``rows``: how many it shows."""

    version = HiddenField()
    rows = HiddenField()
    years = NumberField(
        "Years of the contract, without extensions", lowest=1, highest=MOST_YEARS, width=2
    )

    # What a colleague saved in between, to be shown beside what was typed.
    saved: PriceSchedule | None = None

    @property
    def count(self) -> int:
        return sum(name.startswith("what_") for name in self._fields)

    def row(self, number: int) -> list[Any]:
        """Return the fields of a row in the order of the table."""
        return [self._fields[f"{name}_{number}"] for name in NAMES]

    @property
    def table(self) -> Iterator[list[Any]]:
        return (self.row(number) for number in range(1, self.count + 1))

    def schedule(self) -> tuple[PriceSchedule, list[int]]:
        """Return what was typed, and which row each line stands in. Empty rows are passed over."""
        lines: list[PriceLine] = []
        rows: list[int] = []
        taken = {str(self._fields[f"id_{n}"].data or "") for n in range(1, self.count + 1)}
        for number in range(1, self.count + 1):
            typed = dict(zip(NAMES, (field.data for field in self.row(number)), strict=True))
            if not any(typed[name] for name in NAMES if name not in GRANTED):
                continue
            reference = str(typed["id"] or "") or next_reference(taken)
            taken.add(reference)
            rows.append(number)
            lines.append(
                PriceLine(
                    id=reference,
                    what=" ".join(str(typed["what"] or "").split()),
                    unit=" ".join(str(typed["unit"] or "").split()),
                    quantity=typed["quantity"] or Decimal(0),
                    kind=LineKind(typed["kind"] or LineKind.PRICED),
                    yearly=typed["times"] == YEARLY,
                )
            )
        return PriceSchedule(tuple(lines), int(self.years.data or 1)), rows


def form_of(sheet: Sheet, *, posted_rows: str = "") -> PriceScheduleForm:
    """Return the form filled with the sheet; with as many rows as a form just sent had."""
    schedule = read_schedule(sheet.value)
    asked = int(posted_rows) if posted_rows.isascii() and posted_rows.isdigit() else 0
    count = min(max(asked, len(schedule.lines) + SPARE), MOST_LINES)
    data: dict[str, Any] = {
        "version": str(sheet.version),
        "rows": str(count),
        "years": Decimal(schedule.years) if schedule else None,
    }
    for number, line in enumerate(schedule.lines, 1):
        values = (line.id, line.what, line.unit, line.quantity, _times(line), str(line.kind))
        data |= {f"{name}_{number}": value for name, value in zip(NAMES, values, strict=True)}
    return _with_rows(count)(data=data)


def _times(line: PriceLine) -> str:
    return YEARLY if line.yearly else ONCE


def _with_rows(count: int) -> type[PriceScheduleForm]:
    fields: dict[str, Any] = {}
    for number in range(1, count + 1):
        at = f"of line {number}"
        fields |= {
            f"id_{number}": TextField(f"Reference {at}", width=4),
            f"what_{number}": TextField(f"What is priced {at}"),
            f"unit_{number}": TextField(f"Unit {at}", width=10),
            f"quantity_{number}": NumberField(f"Quantity {at}", lowest=0, places=3, width=5),
            f"times_{number}": SelectField(f"How often {at}", choices=TIMES),
            f"kind_{number}": SelectField(
                f"Kind {at}", choices=[Choice(str(kind), words) for kind, words in KINDS.items()]
            ),
        }
    return type("PriceScheduleFormOfRows", (PriceScheduleForm,), fields)
