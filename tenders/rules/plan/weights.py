"""Weights as people give them: in percent, exact to the hundredth, shared out evenly on request."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tenders.rules.plan.reading import PlanError

HUNDRED = Decimal(100)
HUNDREDTH = Decimal("0.01")


def shared_evenly(given: Mapping[str, Decimal | None]) -> dict[str, Decimal]:
    """Return ``given`` with the empty ones sharing what is left to 100, to the hundredth.

    What does not divide goes to the first of them, a hundredth each. Raises PlanError if nothing
    is left or nothing is empty.
    """
    empty = [name for name, weight in given.items() if weight is None]
    left = HUNDRED - sum((weight for weight in given.values() if weight is not None), Decimal(0))
    if not empty:
        raise PlanError("Empty the weights that are to share what is left")
    if left <= 0:
        raise PlanError(f"Nothing is left to share: the other weights sum to {HUNDRED - left}")
    hundredths = int(left / HUNDREDTH)
    each, more = divmod(hundredths, len(empty))
    shares = {
        name: (each + (1 if place < more else 0)) * HUNDREDTH for place, name in enumerate(empty)
    }
    return {name: shares[name] if weight is None else weight for name, weight in given.items()}


def written_weight(given: Decimal | int, field: str) -> int | str:
    """Return a weight as content writes it: whole as a number, else as text, which is exact."""
    weight = Decimal(given)
    if not 0 <= weight <= HUNDRED:
        raise PlanError("Enter a weight from 0 to 100", field=field)
    if weight != weight.quantize(HUNDREDTH):
        raise PlanError("Enter a weight with 2 decimal places or fewer", field=field)
    return int(weight) if weight == int(weight) else f"{weight.normalize():f}"
