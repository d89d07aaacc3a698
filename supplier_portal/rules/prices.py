"""The prices of a bid: read as typed, written down with a hash, and held beside the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foundation.canonical import canonical_json
from foundation.errors import DomainError
from supplier_portal.rules.receipt import commitment
from tenders.rules.price_schedule import LineKind, PriceLine, PriceSchedule

FORMAT = "supplier-assurance-prices/1"
PLACES = 4
HIGHEST = Decimal(999_999_999)
LONGEST_REASON = 2000
# The answers that say whether access to data is charged for (check X11 of the question bank).
CHARGES, DATASETS = "SLP-04.b2", "SLP-11.a"
NO_CHARGES, ALL_PRICED = "no-charges", "all-priced"


class WrongPrice(DomainError):
    """A price that cannot be taken as it is."""


class PricesOvertaken(DomainError):
    """A colleague saved prices while somebody was writing."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The prices of one version by line; ``entered_because``: why an officer entered them."""

    bid: str
    number: int
    # The fingerprint of the schedule they were entered for.
    schedule: str
    prices: Mapping[str, Decimal]
    entered_because: str = ""

    @property
    def text(self) -> str:
        """The canonical text the hash is about."""
        return canonical_json(
            {
                "format": FORMAT,
                "bid": self.bid,
                "number": self.number,
                "schedule": self.schedule,
                "prices": {line: format(price, "f") for line, price in self.prices.items()},
                **({"entered_because": self.entered_because} if self.entered_because else {}),
            }
        )

    def commitment(self, salt: bytes) -> str:
        """Return SHA-256(salt ‖ text): without the salt nobody can try prices against it."""
        return commitment(salt, self.text)


def offer_from(plain: Mapping[str, Any]) -> Offer:
    """Return what ``Offer.text`` wrote."""
    return Offer(
        plain["bid"],
        plain["number"],
        plain["schedule"],
        {line: Decimal(price) for line, price in plain["prices"].items()},
        plain.get("entered_because", ""),
    )


def checked_prices(
    schedule: PriceSchedule, prices: Mapping[str, Decimal | None]
) -> dict[str, Decimal]:
    """Return the prices of lines that have one. Raises WrongPrice naming the field of the line."""
    found = {}
    for row, line in enumerate(schedule.lines, 1):
        price = prices.get(line.id)
        if price is None:
            continue
        must_be_a_price(price, line, field=f"price_{row}")
        # One way to write it: 5 and 5.00 are the same price.
        found[line.id] = price.quantize(Decimal("0.01")) if has_pence(price) else price.normalize()
    return found


def has_pence(price: Decimal) -> bool:
    """Return whether whole pence say it all."""
    return price == price.quantize(Decimal("0.01"))


def must_be_a_price(price: Decimal, line: PriceLine, *, field: str | None = None) -> None:
    """Raise WrongPrice unless it is from 0 to the most there is, with at most 4 places."""
    if not price.is_finite() or not 0 <= price <= HIGHEST:
        raise WrongPrice(f"Enter a price for {line.id} from £0 to £{HIGHEST:,}", field=field)
    exponent = price.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > PLACES:
        raise WrongPrice(
            f"Enter a price for {line.id} with no more than {PLACES} decimal places", field=field
        )


def checked_reason(text: str) -> str:
    plain = text.strip()
    if len(plain) < 10:
        raise WrongPrice("Enter why you enter the prices, and where they come from", field="reason")
    if len(plain) > LONGEST_REASON:
        raise WrongPrice(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
    return plain


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A charge in the schedule that an answer denies, or the other way round. It may be right."""

    says: str
    lines: tuple[str, ...]
    part: str


def contradictions(
    schedule: PriceSchedule, prices: Mapping[str, Decimal], answers: Mapping[str, Any]
) -> tuple[Contradiction, ...]:
    """Return where charges for access to data and the answers about them do not agree."""
    return (
        *_with_the_choice(schedule, prices, answers),
        *_with_the_table(schedule, prices, answers),
    )


def _with_the_choice(
    schedule: PriceSchedule, prices: Mapping[str, Decimal], answers: Mapping[str, Any]
) -> Iterator[Contradiction]:
    free = [line for line in schedule.lines if line.kind is LineKind.ZERO]
    charged = [line for line in free if prices.get(line.id, 0) > 0]
    said = answers.get(CHARGES)
    if said == NO_CHARGES:
        for line in charged:
            yield Contradiction(
                f"Line {line.id} ({line.what}) is priced at {pounds(prices[line.id])}, and "
                f"{CHARGES} says that there are no such charges",
                (line.id,),
                CHARGES,
            )
    if said == ALL_PRICED and free and not charged and all(line.id in prices for line in free):
        yield Contradiction(
            f"{CHARGES} says that the price schedule has charges for access to data, and every "
            "line expected at zero is priced at £0.00",
            tuple(line.id for line in free),
            CHARGES,
        )


def _with_the_table(
    schedule: PriceSchedule, prices: Mapping[str, Decimal], answers: Mapping[str, Any]
) -> Iterator[Contradiction]:
    """Yield each dataset with a charge whose line is not there or costs nothing."""
    rows = answers.get(DATASETS)
    known = {line.id.casefold(): line for line in schedule.lines}
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, Mapping) or not _is_charged(row.get("charge")):
            continue
        named = str(row.get("charge_line") or "").split()
        line = known.get(named[0].casefold().rstrip(".:,")) if named else None
        dataset = str(row.get("dataset") or "a dataset")
        if line is None:
            where = "names no line of the price schedule"
        elif line.id in prices and prices[line.id] == 0:
            where = f"names line {line.id}, which is priced at £0.00"
        else:
            continue
        yield Contradiction(
            f"{DATASETS} has a charge for {dataset} and {where}",
            () if line is None else (line.id,),
            DATASETS,
        )


def _is_charged(charge: Any) -> bool:
    try:
        return Decimal(str(charge)) > 0
    except ArithmeticError:
        return False


def pounds(amount: Decimal) -> str:
    """Return "£1,250.00"; more places only where they say something."""
    shown = amount.quantize(Decimal("0.01")) if has_pence(amount) else amount.normalize()
    return f"£{shown:,f}"
