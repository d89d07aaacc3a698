"""From prices to points, 0 to 100 before they are weighed, by the formula that was published.

Exact: a fraction inside, rounded by whoever shows it. What each formula is good and bad for stands
where it is chosen (tenders.rules.award).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rules.totals import HUNDRED, half_up, in_units
from tenders.rules.award import Award, Formula, Ranking

# What is worked out from prices here; by the others the price decides nothing, or elsewhere.
OF_PRICES = frozenset({Formula.LOWEST, Formula.PER_POINT, Formula.BENCHMARK})
NO_PRICE = "no price is known"
ZERO = "a price of zero cannot be assessed"


@dataclass(frozen=True, slots=True)
class Method:
    """How the bids of a tender are ranked, as it published: by what, and how ties end.

    ``prices_open``: before prices are seen, what there is of a ranking is by quality alone.
    """

    award: Award
    quality_weight: int
    prices_open: bool = True

    @property
    def price_counts(self) -> bool:
        return self.award.formula in OF_PRICES and self.quality_weight < HUNDRED

    @property
    def uses_price(self) -> bool:
        return self.price_counts and self.prices_open

    @property
    def is_per_point(self) -> bool:
        """Whether the lowest price for a point of quality comes first, and weights are unused."""
        return self.uses_price and self.award.formula is Formula.PER_POINT

    @property
    def least_quality(self) -> Fraction | None:
        """Return the least quality that is ranked; None where none is published for it."""
        floor = self.award.quality_floor
        return Fraction(floor) if self.is_per_point and floor is not None else None

    @property
    def is_complete(self) -> bool:
        """Whether nothing that counts is missing still."""
        return self.prices_open or not self.price_counts

    def compared(self, value: Fraction) -> Fraction:
        """Return a figure as it is compared: rounded to 2 places or exact, as published."""
        if self.award.ranking is Ranking.EXACT:
            return value
        return Fraction(in_units(value), HUNDRED)

    def place_of(self, total: Fraction) -> Fraction | int:
        """Return what bids are sorted by, the smallest first."""
        key = total if self.award.ranking is Ranking.EXACT else in_units(total)
        return key if self.is_per_point else -key


def lowest_price(prices: Iterable[Decimal | None]) -> Decimal | None:
    """Return the price all others are measured by: the lowest above zero; None without any.

    ``prices``: of the bids that are not disregarded.
    """
    return min((price for price in prices if price is not None and price > 0), default=None)


def price_points(award: Award, price: Decimal, lowest: Decimal | None) -> Fraction | None:
    """Return the points for a price, 0 to 100; None where the formula cannot assess it.

    F1: lowest ÷ price × 100. F6: (ceiling − price) ÷ (ceiling − floor) × 100, at least 0 and at
    most 100.
    """
    if award.formula is Formula.LOWEST:
        if price <= 0 or lowest is None:
            return None
        return Fraction(lowest) / Fraction(price) * HUNDRED
    if award.formula is Formula.BENCHMARK and award.ceiling is not None and award.floor is not None:
        ceiling, floor = Fraction(award.ceiling), Fraction(award.floor)
        reached = (ceiling - Fraction(price)) / (ceiling - floor) * HUNDRED
        return min(max(reached, Fraction(0)), Fraction(HUNDRED))
    return None


def per_point(price: Decimal, quality: Fraction) -> Fraction | None:
    """Return the price of one point of quality (F5); None where there is no point."""
    return Fraction(price) / quality if quality > 0 else None


def points_in_words(award: Award, price: Decimal, lowest: Decimal | None) -> str:
    """Return how a price becomes its points, with the figures."""
    points = price_points(award, price, lowest)
    if award.formula is Formula.LOWEST:
        if points is None:
            return f"The price is {money(price)}: {ZERO}."
        shown = "" if lowest is None else money(lowest)
        return (
            f"{shown} (the lowest price of the bids that are not disregarded) ÷ {money(price)} "
            f"× 100 = {half_up(points)}"
        )
    if points is None or award.ceiling is None or award.floor is None:
        return ""
    ceiling, floor = money(award.ceiling), money(award.floor)
    sum_ = f"({ceiling} − {money(price)}) ÷ ({ceiling} − {floor}) × 100"
    if price > award.ceiling:
        return f"{sum_} is below 0, so it earns 0.00"
    if price < award.floor:
        return f"{sum_} is above 100, so it earns 100.00"
    return f"{sum_} = {half_up(points)}"


def money(amount: Decimal) -> str:
    """Return "£1,250.00"; tenths of a penny where a price has them."""
    pennies = amount.quantize(Decimal("0.01")) == amount if abs(amount) < 10**20 else True
    return f"£{amount:,.2f}" if pennies else f"£{amount:,f}"
