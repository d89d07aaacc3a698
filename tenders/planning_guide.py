"""The shipped sheets of a plan, read once per process, with the rule of law behind each field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from question_bank.loader import read_yaml
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import ContentError
from tenders.law import shipped_law
from tenders.rules.law import Force
from tenders.rules.planning.sheets import SheetForm, read_sheets

PLANNING = Path(__file__).parent / "content" / "planning.yml"


@cache
def shipped_sheets() -> Mapping[str, SheetForm]:
    """Return the sheets of content/planning.yml by topic. Raises ContentError with a remedy."""
    return read_sheets(read_yaml(PLANNING))


def problems_with(_bank: Bank) -> list[str]:
    """Return what is wrong with the shipped sheets beside the law: for ``flask bank check``."""
    try:
        return unknown_rules(shipped_sheets())
    except ContentError as error:
        return list(error.sentences)


def unknown_rules(sheets: Mapping[str, SheetForm]) -> list[str]:
    """Return a sentence for each rule and each stage that a field names and the law lacks."""
    procedures = shipped_law().procedures.values()
    stages = {stage for procedure in procedures for stage in procedure.stages}
    found = []
    for topic, sheet in sheets.items():
        for asked in (*sheet.asked, *sheet.rows):
            place = f"planning.yml, {topic}, {asked.field.id}"
            if asked.law and not _is_known(asked.law):
                found.append(f"{place}: there is no rule ‘{asked.law}’ in law.yml")
            if asked.stage and asked.stage not in stages:
                found.append(f"{place}: no procedure has the stage ‘{asked.stage}’")
    return found


def _is_known(place: str) -> bool:
    try:
        rule_at(place, date.max)
    except LookupError:
        return False
    return True


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
