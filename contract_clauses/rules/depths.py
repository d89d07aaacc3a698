"""In which depth a schedule is written: as the tender says; what to choose, by rule, with why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from contract_clauses.rules.library import Depth

FACT = "contract_depth"
NAMED: Mapping[Any, Depth] = {str(depth): depth for depth in Depth}
# Above this a contract's performance is published (Procurement Act 2023, section 52), in pounds.
MUCH_AT_STAKE = Decimal(5_000_000)


@dataclass(frozen=True, slots=True)
class Advised:
    """A depth with what speaks for it."""

    depth: Depth
    because: tuple[str, ...]


def depth_of(facts: Mapping[str, Any]) -> Depth:
    """Return the depth the tender was published with; standard where it says none."""
    return NAMED.get(facts.get(FACT), Depth.STANDARD)


def advised(facts: Mapping[str, Any]) -> Advised:
    """Return the depth that value, devices, data and use of AI speak for. People choose."""
    grave = tuple(_grave(facts))
    if grave:
        return Advised(Depth.ENHANCED, grave)
    if facts.get("above_threshold") == "no":
        return Advised(Depth.SHORT, ("the contract is below the procurement threshold",))
    return Advised(Depth.STANDARD, ("nothing known calls for more or less",))


def _grave(facts: Mapping[str, Any]) -> list[str]:
    found = []
    if _value(facts) > MUCH_AT_STAKE:
        found.append("the contract is worth more than £5 million")
    personal = facts.get("personal_data") == "yes"
    if personal and facts.get("public_space_devices") == "yes":
        found.append("devices in public spaces handle personal data")
    if personal and facts.get("ai") == "yes":
        found.append("an algorithmic tool uses personal data")
    return found


def _value(facts: Mapping[str, Any]) -> Decimal:
    try:
        return Decimal(str(facts.get("value") or 0))
    except InvalidOperation:
        return Decimal(0)
