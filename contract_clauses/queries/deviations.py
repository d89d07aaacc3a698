"""The deviations of one schedule, with what was decided on each."""

from __future__ import annotations

from collections.abc import Iterable

from contract_clauses.models import DeviationDecision
from contract_clauses.queries.deviation_rows import deviation_rows
from contract_clauses.queries.schedules import ScheduledBid, library_of
from contract_clauses.rules.deviations import Raised, Step, raised_in, ways
from contract_clauses.rules.editing import DeviationOutcome
from contract_clauses.rules.issuing import Way
from foundation import clock
from scoring.queries import EvaluatedBid


def raised_deviations(found: ScheduledBid) -> tuple[Raised, ...]:
    """Return the deviations of a schedule as it stands, in the order in which they print."""
    steps = {key: _steps(rows) for key, rows in found.deviation_rows.items()}
    return raised_in(found.schedule, found.library, steps)


def decided_deviations(found: ScheduledBid) -> tuple[Raised, ...]:
    """Return the deviations that are settled: the minimum stands, or another figure prints."""
    return tuple(one for one in raised_deviations(found) if one.is_decided)


def deviation_ways(found: ScheduledBid) -> tuple[Way, ...]:
    """Return the deviations that stand in the way of an issue."""
    return tuple(ways(raised_deviations(found)))


def put_to_compliance(bid: EvaluatedBid) -> tuple[tuple[str, str, str], ...]:
    """Return (clause, its title, what falls short) of the deviations that wait for the compliance
    decision. One statement."""
    rows = deviation_rows([bid.opened.bid.id])[bid.opened.bid.id]
    waiting = [
        key for key, (*_, last) in rows.items() if last.outcome is DeviationOutcome.COMPLIANCE
    ]
    if not waiting:
        return ()
    topics = library_of(bid.tender, bid.questionnaire).topics
    return tuple(
        (clause, topics[clause].title, topics[clause].variables[name].label)
        for clause, name in waiting
        if clause in topics and name in topics[clause].variables
    )


def _steps(rows: Iterable[DeviationDecision]) -> tuple[Step, ...]:
    return tuple(
        Step(
            row.outcome,
            row.reason,
            row.done_by.name,
            clock.show_moment(row.done_at),
            row.about_sha256,
            row.number,
        )
        for row in rows
    )
