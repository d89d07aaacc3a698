"""The price schedule of the demonstration, and what its three companies offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from accounts.queries import Viewer
from records.demonstration.people import BRIGHTWATER, LARKMEAD, OMNIFLOW
from supplier_portal.models import Bid
from supplier_portal.queries.prices import prices_of
from supplier_portal.service.prices import save_prices
from tenders import price_schedule
from tenders.models import Tender
from tenders.rules.price_schedule import LineKind, PriceLine, PriceSchedule
from tenders.service.price_schedule import set_schedule


def _line(reference: str, what: str, unit: str, quantity: str, **more: object) -> PriceLine:
    return PriceLine(id=reference, what=what, unit=unit, quantity=Decimal(quantity), **more)  # type: ignore[arg-type]


# The last three are named as a fact about the contract too: a charge in an answer can point there.
SCHEDULE = PriceSchedule(
    (
        _line("P1", "Sensor, delivered, fitted and calibrated", "sensor", "60"),
        _line("P2", "Platform with hosting, for all users", "year", "1", yearly=True),
        _line("P3", "Maintenance and calibration", "sensor", "60", yearly=True),
        _line("P4", "Training for council staff", "day", "6"),
        _line("P5", "Moving a sensor to another place", "sensor", "1", kind=LineKind.OPTION),
        _line("P6", "Further dashboard users", "user", "20", kind=LineKind.ZERO, yearly=True),
        _line(
            "P7",
            "API calls above the included volume",
            "10,000 calls",
            "12",
            kind=LineKind.ZERO,
            yearly=True,
        ),
        _line("P8", "Export of all data at the end", "export", "1", kind=LineKind.ZERO),
    ),
    3,
)
OFFERED: Mapping[str, tuple[str, ...]] = {
    LARKMEAD: ("2350", "28500", "640", "780", "290", "0", "0", "0"),
    BRIGHTWATER: ("1980", "31000", "585", "850", "340", "0", "50", "0"),
    OMNIFLOW: ("1240", "14900", "310", "600", "180", "35", "0", "450"),
}


def amounts_of(company: str) -> dict[str, Decimal]:
    amounts = OFFERED[company]
    return {line.id: Decimal(amount) for line, amount in zip(SCHEDULE.lines, amounts, strict=True)}


def design(tender: Tender, *, officer: Viewer) -> None:
    """Enter the lines of a draft whose price formula needs them."""
    if price_schedule.needs_prices(tender) and price_schedule.sheet_of(tender).version == 0:
        set_schedule(tender, SCHEDULE, version=0, by=officer)


def offer(bid: Bid, *, by: Viewer, arrived_at: datetime) -> None:
    """Enter what a company offers, where the tender asks for prices and it has entered none."""
    found = prices_of(bid)
    if found is not None and not found.saved.number:
        save_prices(bid, amounts_of(by.organisation_name), based_on=0, by=by, arrived_at=arrived_at)
