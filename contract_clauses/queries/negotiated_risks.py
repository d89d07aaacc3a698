"""Risks to be looked at again because a clause came back otherwise from negotiation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from contract_clauses.models import NegotiatedSchedule
from foundation.database import db
from scoring.models import Reopening, ReopeningSettled
from scoring.rules.reopening import Rule, Thing


@dataclass(frozen=True)
class LookedAt:
    """A risk that was reopened for a clause of a file; ``settled`` None while nobody looked."""

    row: Reopening
    settled: ReopeningSettled | None


def reopened_by(version: NegotiatedSchedule) -> Mapping[str, Mapping[str, LookedAt]]:
    """Return the risks reopened for each clause of a file, of each the last time. One statement."""
    rows = db.session.execute(
        select(Reopening, ReopeningSettled)
        .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
        .options(joinedload(ReopeningSettled.done_by))
        .where(
            Reopening.bid_id == version.bid_id,
            Reopening.thing == Thing.RISK,
            Reopening.rule == Rule.NEGOTIATED,
            Reopening.cause.startswith(f"{version.token}:", autoescape=True),
        )
        .order_by(Reopening.id)
    )
    found: dict[str, dict[str, LookedAt]] = {}
    for row, settled in rows:
        clause = row.cause.split(":")[1]
        found.setdefault(clause, {})[row.subject] = LookedAt(row, settled)
    return found
