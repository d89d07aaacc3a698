"""A price schedule and prices, for tests of what is done with them."""

from __future__ import annotations

from decimal import Decimal

from foundation import clock
from supplier_portal.service.prices import save_prices
from tenders.rules.award import Award, Formula
from tenders.rules.price_schedule import LineKind, PriceLine, PriceSchedule
from tenders.service.award import set_award
from tenders.service.price_schedule import set_schedule
from tests.beginnings import a_step

F6 = Award(formula=Formula.BENCHMARK, ceiling=Decimal(90000), floor=Decimal(30000), low_percent=30)
SCHEDULE = PriceSchedule(
    (
        PriceLine(id="L1", what="Sensor, fitted", unit="sensor", quantity=Decimal(40)),
        PriceLine(id="L2", what="Platform", unit="year", quantity=Decimal(1), yearly=True),
        PriceLine(
            id="L3",
            what="Calls to the API",
            unit="1,000 calls",
            quantity=Decimal(12),
            kind=LineKind.ZERO,
            yearly=True,
        ),
        PriceLine(id="L4", what="Training", unit="day", quantity=Decimal(2), kind=LineKind.OPTION),
    ),
    3,
)


@a_step
def design(tender, *, by, award=F6, schedule=SCHEDULE):
    """Give a draft a price formula and lines to price."""
    set_award(tender, award, version=0, by=by)
    set_schedule(tender, schedule, version=0, by=by)


def priced(*amounts):
    return {line.id: Decimal(amount) for line, amount in zip(SCHEDULE.lines, amounts, strict=False)}


@a_step
def offer(bid, *amounts, by, based_on=0):
    """Save prices of a bid: ``offer(bid, "1000", "5000", "0", "600", by=lead)``."""
    return save_prices(bid, priced(*amounts), based_on=based_on, by=by, arrived_at=clock.now())
