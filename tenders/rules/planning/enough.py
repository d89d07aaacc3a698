"""Whether the dates of a timetable give suppliers the time the law wants them to have."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tenders.rules.planning.dates import DAY, times_given
from tenders.rules.planning.minimum import Minimum, days_given
from tenders.rules.planning.setting import Setting
from tenders.rules.working_days import working_days_between

LABELS = {
    "participation_closes": "Time to ask to take part",
    "closes_at": "Time for bids",
}


@dataclass(frozen=True, slots=True)
class Given:
    """A time that suppliers get, in days and in working days, beside the shortest there may be."""

    label: str
    days: int
    working_days: int
    least: Minimum

    @property
    def is_enough(self) -> bool | None:
        """None where the law sets no shortest time."""
        return self.days >= self.least.days if self.least.days else None


def given(sheet: Mapping[str, Any], setting: Setting, holidays: Container[date]) -> list[Given]:
    """Return the times that suppliers get; those of which a date is missing are left out.

    Days are counted from the day after the time begins to the day on which it ends.
    """
    return [
        Given(
            LABELS[name],
            days_given(begins, closes),
            working_days_between(begins + DAY, closes, holidays),
            least,
        )
        for name, begins, closes, least in times_given(sheet, setting)
        if closes > begins
    ]
