"""Measuring the outcome of a tender again under its contract. Only added; the last counts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import OutcomeReading
from contract_clauses.queries.contracts import ContractSeen, contract_seen
from contract_clauses.queries.outcomes import FIGURES, OutcomeSeen
from contract_clauses.rules.outcomes import (
    Figures,
    checked_figures,
    checked_reading,
    checked_words,
)
from contract_clauses.service.contracts import locked, note
from contract_clauses.service.measures_watch import look_at_measures
from contract_clauses.service.obligations_made import add_event
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction


def set_figures(seen: ContractSeen, figures: Figures, words: str, *, by: Viewer) -> None:
    """Say what the words of the tender come to in figures. Raises OutcomeRefused."""
    checked_figures(figures)
    said = checked_words(words, "Enter where the figures come from")
    with transaction():
        now = _current(seen, by)
        add_event(now.contract, FIGURES, figures.as_plain(), said, by=by)
        note("outcome.figures_set", now.contract, by, **figures.as_plain(), words=sha256_hex(said))


def add_reading(
    seen: ContractSeen,
    due_on: date,
    measured_on: date,
    value: Decimal | None,
    words: str,
    *,
    by: Viewer,
) -> None:
    """Record what it was found to be. Raises OutcomeRefused."""
    with transaction():
        outcome = OutcomeSeen(_current(seen, by))
        now = outcome.seen
        checked_reading(due_on, measured_on, value, outcome.days, now.today)
        said = checked_words(words, "Enter how it was measured and what it shows")
        db.session.add(
            OutcomeReading(
                contract_id=now.contract.id,
                due_on=due_on,
                number=len(outcome.readings.get(due_on, ())) + 1,
                measured_on=measured_on,
                value=value,
                words=said,
                done_by_id=by.person_id,
                done_at=clock.now(),
            )
        )
        db.session.flush()
        note(
            "outcome.measured", now.contract, by,
            due_on=due_on.isoformat(), measured_on=measured_on.isoformat(), words=sha256_hex(said),
        )  # fmt: skip
        look_at_measures(now, now.today)


def _current(seen: ContractSeen, by: Viewer) -> ContractSeen:
    locked(seen.contract)
    return contract_seen(by, seen.token, to=Permission.CONTRACT_KEEP)
