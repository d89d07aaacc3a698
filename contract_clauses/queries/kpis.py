"""The indicators of a contract, each with its target, how it was rated and what is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from contract_clauses.kpi_guide import shipped_kpis
from contract_clauses.models import ContractEvent, Kpi, KpiRating
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.rules.kpis import Exempt, needs_notice, next_due, shown
from contract_clauses.rules.kpis_offered import Offered, offered_figure
from foundation import clock
from foundation.database import db

# The event that says which exception of section 52 applies, if any; the last counts.
EXCEPTION = "exception from indicators"


@dataclass(frozen=True)
class KpiSeen:
    """One indicator as set now, with everything that was ever set and rated of it."""

    row: Kpi
    versions: tuple[Kpi, ...]
    # Of each period the rating that counts, the earliest first.
    ratings: tuple[KpiRating, ...]
    # How often each period was rated, by its last day.
    counted: dict[date, int]

    @property
    def name(self) -> str:
        return self.row.name

    @property
    def last(self) -> KpiRating | None:
        return self.ratings[-1] if self.ratings else None

    @property
    def target(self) -> str:
        return "No target" if self.row.target is None else shown(self.row.target, self.row.unit)

    def figure(self, rating: KpiRating) -> str:
        return shown(rating.value, self.row.unit)

    @property
    def notice_by(self) -> date | None:
        """Return by when a notice would be due if the last rating is a breach, or a failure to
        improve; None where it does not look like one."""
        if self.last is None or not needs_notice([one.rating for one in self.ratings]):
            return None
        return clock.london(self.last.done_at).date() + shipped_kpis().breach


@dataclass(frozen=True)
class Kpis:
    """The indicators of one contract, in two statements."""

    seen: ContractSeen

    @cached_property
    def listed(self) -> tuple[KpiSeen, ...]:
        """Return those that are set, in the order of the guide, the authority's own last."""
        contract = self.seen.contract.id
        versions: dict[str, list[Kpi]] = {}
        for row in db.session.scalars(
            select(Kpi)
            .options(joinedload(Kpi.done_by, innerjoin=True))
            .where(Kpi.contract_id == contract)
            .order_by(Kpi.number)
        ):
            versions.setdefault(row.name, []).append(row)
        ratings: dict[str, dict[date, KpiRating]] = {}
        for rating in db.session.scalars(
            select(KpiRating)
            .options(joinedload(KpiRating.done_by, innerjoin=True))
            .where(KpiRating.contract_id == contract)
            .order_by(KpiRating.period_to, KpiRating.number)
        ):
            ratings.setdefault(rating.name, {})[rating.period_to] = rating
        order = [one.id for one in shipped_kpis().indicators]
        found = [
            KpiSeen(
                rows[-1],
                tuple(rows),
                tuple(ratings.get(name, {}).values()),
                {day: one.number for day, one in ratings.get(name, {}).items()},
            )
            for name, rows in versions.items()
        ]
        return tuple(
            sorted(
                found, key=lambda one: order.index(one.name) if one.name in order else len(order)
            )
        )

    @property
    def measured(self) -> tuple[KpiSeen, ...]:
        return tuple(one for one in self.listed if not one.row.is_taken_out)

    @property
    def published(self) -> int:
        return sum(one.row.is_published for one in self.measured)

    def kpi(self, token: str) -> KpiSeen:
        """Return one by the token of any version of it. Raises NoResultFound."""
        for one in self.listed:
            if any(version.token == token for version in one.versions):
                return one
        raise NoResultFound

    @property
    def value(self) -> Decimal | None:
        """Return what the contract is worth, as recorded."""
        first = self.seen.events[0].details if self.seen.events else {}
        try:
            return Decimal(str(first["value"])) if first.get("value") else None
        except InvalidOperation:
            return None

    @property
    def are_needed(self) -> bool:
        return shipped_kpis().are_needed(self.value)

    @property
    def excepted(self) -> tuple[Exempt, ContractEvent] | None:
        """Return the exception that applies and who recorded it; None where none does."""
        found = [one for one in self.seen.events if one.kind == EXCEPTION]
        known = shipped_kpis().exception(found[-1].details["exception"]) if found else None
        return (known, found[-1]) if known else None

    @property
    def due_on(self) -> date | None:
        """Return by when the next assessment is due; None where nothing is left to assess."""
        return min(self.days_due, default=None)

    @property
    def days_due(self) -> tuple[date, ...]:
        """Return the days by which indicators are to be rated next, each once, in their order."""
        one = self.seen.contract
        over = one.ended_on or one.ends_on
        rated = [[rating.period_to for rating in kpi.ratings] for kpi in self.measured]
        days = {next_due(one.starts_on, ends, over) for ends in rated}
        return tuple(sorted(day for day in days if day is not None))

    def offered(self, one: KpiSeen, on: date) -> Offered | None:
        """Return the figure the service knows of an indicator on a day; for the council."""
        known = shipped_kpis().indicator(one.name)
        if known is None or not known.offered:
            return None
        rounds = Rounds(self.seen)
        return offered_figure(known.offered, rounds.questionnaire.parts, rounds.standing(), on)
