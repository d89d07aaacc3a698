"""The price schedule: which lines bidders price, and how a total is worked out from them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from foundation.canonical import canonical_json, sha256_hex
from foundation.errors import DomainError
from tenders.rules.award import HUNDRED, Award, Formula
from tenders.rules.findings import Finding, Place, Urgency

PENNY = Decimal("0.01")
MOST_LINES = 60
MOST_YEARS = 30
LONGEST = 200
# With 3 decimal places; so every product of a line fits into the 28 digits that are exact.
MOST_UNITS = 999_999_999
REFERENCE = re.compile(r"[A-Za-z][A-Za-z0-9.-]{0,11}")
SOURCE = "Procurement Act 2023, section 23: award criteria are clear and measurable"
# Formulas that work on a price each bidder names.
PRICED = frozenset({Formula.LOWEST, Formula.PER_POINT, Formula.BENCHMARK})
RULE = (
    "Each line is its quantity × the price for one unit, × the {years} of the contract where it is "
    "for each year, rounded once, half up, to the penny. The total is the sum of the lines, those "
    "that may be zero with them; options are priced and not in the total. All prices are in pounds "
    "sterling without VAT; a price for one unit may have up to 4 decimal places."
)


class LineKind(StrEnum):
    PRICED = "priced"
    ZERO = "zero"
    OPTION = "option"


KINDS: Mapping[LineKind, str] = MappingProxyType(
    {
        LineKind.PRICED: "Priced",
        LineKind.ZERO: "Expected at zero",
        LineKind.OPTION: "Option, not in the total",
    }
)


class ScheduleUnclear(DomainError):
    """The lines of a price schedule do not go together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """One line. ``yearly``: the quantity is that of one year of the contract."""

    id: str
    what: str
    unit: str
    quantity: Decimal
    kind: LineKind = LineKind.PRICED
    yearly: bool = False

    @property
    def is_in_total(self) -> bool:
        return self.kind is not LineKind.OPTION

    @property
    def kind_words(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class PriceSchedule:
    lines: tuple[PriceLine, ...] = ()
    years: int = 1

    def __bool__(self) -> bool:
        return bool(self.lines)

    @property
    def fingerprint(self) -> str:
        return sha256_hex(canonical_json(written(self)))

    @property
    def rule(self) -> str:
        return RULE.format(years="1 year" if self.years == 1 else f"{self.years} years")

    def line_total(self, line: PriceLine, price: Decimal) -> Decimal:
        """Return what a line comes to, rounded once, half up, to the penny."""
        times = self.years if line.yearly else 1
        return (line.quantity * price * times).quantize(PENNY, ROUND_HALF_UP)

    def total(self, prices: Mapping[str, Decimal]) -> Decimal | None:
        """Return the total of the lines that are in it; None while one has no price."""
        counted = [line for line in self.lines if line.is_in_total]
        if not counted or any(line.id not in prices for line in counted):
            return None
        return sum((self.line_total(line, prices[line.id]) for line in counted), Decimal("0.00"))

    def missing(self, prices: Mapping[str, Decimal]) -> tuple[PriceLine, ...]:
        return tuple(line for line in self.lines if line.id not in prices)


# Offered ready-made, because the questions ask for access to data without further charges (SLP-04).
READY_MADE = (
    ("Calls to the API", "1,000 calls", Decimal(12), True),
    ("Export of all data in an open format", "export", Decimal(1), True),
    ("Data leaving the cloud (egress)", "gigabyte", Decimal(100), True),
)


def with_ready_made(schedule: PriceSchedule) -> PriceSchedule:
    """Return the schedule with the lines for access to data that it does not have yet."""
    there, lines = {line.what for line in schedule.lines}, list(schedule.lines)
    for what, unit, quantity, yearly in READY_MADE:
        if what not in there and len(lines) < MOST_LINES:
            new = next_reference({line.id for line in lines})
            lines.append(
                PriceLine(
                    id=new,
                    what=what,
                    unit=unit,
                    quantity=quantity,
                    kind=LineKind.ZERO,
                    yearly=yearly,
                )
            )
    return PriceSchedule(tuple(lines), schedule.years)


def next_reference(taken: set[str]) -> str:
    """Return the first of L1, L2, … that is free."""
    used = {name.casefold() for name in taken}
    number = 1
    while f"l{number}" in used:
        number += 1
    return f"L{number}"


def must_be_clear(schedule: PriceSchedule) -> None:
    """Raise ScheduleUnclear, naming the field of the row, where a line cannot be priced."""
    if len(schedule.lines) > MOST_LINES:
        raise ScheduleUnclear(f"Keep to {MOST_LINES} lines")
    if not 1 <= schedule.years <= MOST_YEARS:
        raise ScheduleUnclear(f"Enter years from 1 to {MOST_YEARS}", field="years")
    seen: set[str] = set()
    for row, line in enumerate(schedule.lines, 1):
        _line_must_be_clear(line, row)
        if line.id.casefold() in seen:
            raise ScheduleUnclear(f"Give each line its own reference: {line.id}", field=f"id_{row}")
        seen.add(line.id.casefold())
    if schedule.lines and all(line.kind is LineKind.OPTION for line in schedule.lines):
        raise ScheduleUnclear("Enter a line that is in the total: options are not", field="kind_1")


def _line_must_be_clear(line: PriceLine, row: int) -> None:
    if not REFERENCE.fullmatch(line.id):
        raise ScheduleUnclear(
            "Enter a reference of a letter and up to 11 letters, digits, dots or hyphens, like L1",
            field=f"id_{row}",
        )
    if not line.what or len(line.what) > LONGEST:
        raise ScheduleUnclear(
            f"Enter what line {line.id} prices, in {LONGEST} characters or fewer",
            field=f"what_{row}",
        )
    if not line.unit or len(line.unit) > LONGEST:
        raise ScheduleUnclear(
            f"Enter the unit of line {line.id}, for example “device”", field=f"unit_{row}"
        )
    if not 0 < line.quantity <= MOST_UNITS:
        raise ScheduleUnclear(
            f"Enter how many units line {line.id} counts, above 0 and up to {MOST_UNITS:,}",
            field=f"quantity_{row}",
        )


def written(schedule: PriceSchedule) -> dict[str, Any]:
    """Return the schedule as plain values; nothing for one without lines."""
    if not schedule.lines:
        return {}
    return {
        "currency": "GBP",
        "vat": "excluded",
        "years": schedule.years,
        "lines": [
            {
                "id": line.id,
                "what": line.what,
                "unit": line.unit,
                "quantity": format(line.quantity, "f"),
                "kind": str(line.kind),
                "yearly": line.yearly,
            }
            for line in schedule.lines
        ],
    }


def read_schedule(value: Mapping[str, Any]) -> PriceSchedule:
    """Return what ``written`` made plain; an empty one for nothing at all."""
    if not value:
        return PriceSchedule()
    lines = tuple(
        PriceLine(
            id=line["id"],
            what=line["what"],
            unit=line["unit"],
            quantity=Decimal(line["quantity"]),
            kind=LineKind(line["kind"]),
            yearly=line["yearly"],
        )
        for line in value["lines"]
    )
    return PriceSchedule(lines, value["years"])


def needs_prices(award: Award, quality_weight: int) -> bool:
    """Return whether the formula works on prices that bidders name."""
    return award.formula in PRICED and quality_weight != HUNDRED


def problems(schedule: PriceSchedule, award: Award, quality_weight: int) -> Iterator[Finding]:
    """Yield what stops publication."""
    if needs_prices(award, quality_weight) and not schedule.lines:
        yield Finding(
            "The price formula needs a price, and there is no price schedule",
            Place.PRICES,
            remedy="Enter the lines that bidders price.",
            source=SOURCE,
        )


def advice(
    schedule: PriceSchedule, award: Award, quality_weight: int, named: object = None
) -> Iterator[Finding]:
    """Yield what is worth a thought. ``named``: lines for data as a fact about the contract."""
    if schedule.lines and not needs_prices(award, quality_weight):
        yield Finding(
            "There is a price schedule, and the price formula uses no prices",
            Place.PRICES,
            urgency=Urgency.SHOULD,
            remedy="It is not published. Choose a formula that uses it, or empty its lines.",
            source=SOURCE,
        )
    names = [str(one) for one in named] if isinstance(named, list | tuple) else []
    known = {line.id for line in schedule.lines}
    stray = [name for name in names if not set(name.split()[:1]) & known]
    if schedule.lines and stray:
        yield Finding(
            "A fact names lines for data that are not in the price schedule",
            Place.FACTS,
            urgency=Urgency.SHOULD,
            details=tuple(stray),
            remedy="Begin each with the reference of a line, like L1, or take it out.",
            source=SOURCE,
        )
