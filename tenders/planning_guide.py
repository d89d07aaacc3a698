"""The shipped sheets of a plan, read once per process, with the rule of law behind each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from question_bank.loader import read_yaml
from tenders.law import shipped_law
from tenders.rules.law import Force
from tenders.rules.planning.sheets import SheetForm, read_sheets

PLANNING = Path(__file__).parent / "content" / "planning.yml"


@cache
def shipped_sheets() -> Mapping[str, SheetForm]:
    """Return the sheets of content/planning.yml by topic. Raises ContentError with a remedy."""
    return read_sheets(read_yaml(PLANNING))


@dataclass(frozen=True)
class Rule:
    """A rule as a page shows it: how strictly it binds, what it says, where it comes from."""

    force: Force
    says: str
    source: str


def rule_at(place: str, day: date) -> Rule:
    """Return the rule of law.yml at ``place``, such as periods/standstill, as it is on ``day``.

    Raises LookupError.
    """
    law, (section, _, name) = shipped_law(), place.partition("/")
    match section:
        case "duties":
            duty = law.duties[name]
            return Rule(duty.force, duty.says, duty.source)
        case "periods":
            period = law.period(name, day)
            return Rule(period.force, f"{period.words} {period.says}", period.source)
        case "time_limits":
            limit = law.time_limit(name, day)
            return Rule(limit.force, f"{limit.days} days {limit.says}", limit.source)
    raise LookupError(place)
