"""The outcome measure of the tender that a contract follows from, and what was measured since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contract_clauses.models import OutcomeReading
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.rules.outcomes import (
    Figures,
    Reading,
    days_to_measure,
    how_far,
    picture_of,
    read_figures,
)
from foundation.database import db
from scoring.rules.drawing import Drawing
from tenders.stated import statement_of

# The event that says what the words of the tender come to in figures; the last counts.
FIGURES = "outcome measure set"


@dataclass(frozen=True)
class OutcomeSeen:
    """What the tender said, the figures, the days and the readings: three statements."""

    seen: ContractSeen

    @cached_property
    def stated(self) -> dict[str, Any]:
        """Return the words of the tender: who is better off, how it is seen, how it was."""
        return dict(statement_of(self.seen.tender).values)

    @property
    def by_when(self) -> date | None:
        value = self.stated.get("by_when")
        return date.fromisoformat(value) if value else None

    @cached_property
    def figures(self) -> Figures | None:
        found = [one for one in self.seen.events if one.kind == FIGURES]
        return read_figures(found[-1].details) if found else None

    @property
    def days(self) -> tuple[date, ...]:
        one = self.seen.contract
        return days_to_measure(one.starts_on, self.by_when, one.ended_on or one.ends_on)

    @cached_property
    def readings(self) -> dict[date, list[OutcomeReading]]:
        """Return what was measured, by the day it was to be; of each day all, the last counts."""
        found: dict[date, list[OutcomeReading]] = {}
        for row in db.session.scalars(
            select(OutcomeReading)
            .options(joinedload(OutcomeReading.done_by, innerjoin=True))
            .where(OutcomeReading.contract_id == self.seen.contract.id)
            .order_by(OutcomeReading.due_on, OutcomeReading.number)
        ):
            found.setdefault(row.due_on, []).append(row)
        return found

    @property
    def every_day(self) -> list[date]:
        """Return the days it is measured on, and those of before on which it was."""
        return sorted({*self.days, *self.readings})

    @property
    def measured(self) -> list[Reading]:
        last = [rows[-1] for rows in self.readings.values()]
        ordered = sorted(last, key=lambda one: (one.measured_on, one.id))
        return [Reading(one.measured_on, one.value) for one in ordered]

    @property
    def said(self) -> str:
        return how_far(self.figures, self.measured) if self.figures else ""

    @property
    def picture(self) -> Drawing | None:
        if self.figures is None:
            return None
        one = self.seen.contract
        until = self.by_when or one.ended_on or one.ends_on
        return picture_of(self.figures, self.measured, one.starts_on, until)

    @property
    def next_due(self) -> date | None:
        """Return the first day on which nothing was measured yet."""
        return next((day for day in self.days if day not in self.readings), None)
