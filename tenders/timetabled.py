"""The timetable of a tender beside the tender itself: the same dates stand in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from foundation import clock
from foundation.clock import show_date, show_moment
from tenders.law import shipped_law
from tenders.models import Tender
from tenders.planning import Sheet, Topic
from tenders.rules.planning.setting import Setting, setting_of

# Field of the timetable → the fact that says the same.
FACTS = {
    "decision": "award_date",
    "contract_start": "contract_start",
    "contract_end": "contract_end",
}
MOMENTS = ("questions_until", "closes_at")
LABELS = {
    "questions_until": "Questions until",
    "closes_at": "Bids close",
    "decision": "Decision on the award",
    "contract_start": "Contract starts",
    "contract_end": "Contract ends",
}


@dataclass(frozen=True)
class Difference:
    """A date that the timetable and the tender say differently; empty where one says nothing."""

    field: str
    label: str
    planned: str
    on_tender: str


def setting_for(tender: Tender, sheets: Mapping[str, Sheet]) -> Setting:
    """Return what the law makes of the tender today, in London."""
    duties = sheets.get(Topic.DUTIES, Sheet(Topic.DUTIES)).value
    return setting_of(tender.facts, duties, shipped_law(), clock.london(clock.now()).date())


def of_tender(tender: Tender) -> dict[str, str]:
    """Return the dates the tender itself has, as the timetable writes them."""
    found = {name: _wall(getattr(tender, name)) for name in MOMENTS}
    found |= {name: str(tender.facts.get(fact) or "") for name, fact in FACTS.items()}
    return {name: value for name, value in found.items() if value}


def _wall(moment: datetime | None) -> str:
    return "" if moment is None else clock.london(moment).replace(tzinfo=None).isoformat()


def differences(tender: Tender, sheet: Mapping[str, Any]) -> list[Difference]:
    """Return where timetable and tender differ; nothing while there is no timetable."""
    if not sheet:
        return []
    there = of_tender(tender)
    return [
        Difference(name, label, in_words(sheet.get(name)), in_words(there.get(name)))
        for name, label in LABELS.items()
        if sheet.get(name) != there.get(name)
    ]


def in_words(written: str | None) -> str:
    """Return a date of the timetable as people read it; "" for none."""
    if not written:
        return ""
    if "T" in written:
        return show_moment(datetime.fromisoformat(written).replace(tzinfo=clock.LONDON))
    return show_date(date.fromisoformat(written))
