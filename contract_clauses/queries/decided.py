"""What people decided about the schedules of bids, as far as it counts, in one statement.

Each kind of decision has a table of its own; the page of a risk and lists of schedules need all of
them beside much else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, and_, func, literal, select, union_all
from sqlalchemy.orm import aliased, joinedload

from contract_clauses.models import (
    ClauseDecision,
    ClauseRedraft,
    DeviationDecision,
    VariableValue,
)
from contract_clauses.queries.deviation_rows import DeviationRows
from foundation.database import db
from supplier_portal.models import Bid

Row = ClauseDecision | VariableValue | ClauseRedraft | DeviationDecision


@dataclass(frozen=True)
class Decided:
    """What people decided of one bid, as far as it counts: by clause, the values by clause and
    variable. ``redrafts`` are still sealed."""

    clauses: dict[str, ClauseDecision] = field(default_factory=dict)
    values: dict[tuple[str, str], VariableValue] = field(default_factory=dict)
    redrafts: dict[str, ClauseRedraft] = field(default_factory=dict)
    # Of each deviation every decision, the first first.
    deviations: DeviationRows = field(default_factory=dict)


def decided_on(bid_ids: Sequence[int]) -> dict[int, Decided]:
    """Return the decisions that count, by clause (by check, for those that stop a schedule), the
    values that count, by clause and variable, the redrafts, and what was decided on deviations, of
    each bid."""
    found: dict[int, list[Row]] = {bid_id: [] for bid_id in bid_ids}
    return {bid_id: _sorted_out(rows) for bid_id, rows in (found | _rows(bid_ids)).items()}


def decided_in(tender_id: int) -> dict[int, Decided]:
    """Return the same of each bid of a tender about which anything was decided."""
    of_tender = select(Bid.id).where(Bid.tender_id == tender_id)
    return {bid_id: _sorted_out(rows) for bid_id, rows in _rows(of_tender).items()}


def _rows(bid_ids: Sequence[int] | Select[int]) -> dict[int, list[Row]]:
    """Return every row that may count, by bid, the first first."""
    later = aliased(ClauseRedraft)
    highest = (
        select(func.max(later.number))
        .where(later.bid_id == ClauseRedraft.bid_id, later.clause_id == ClauseRedraft.clause_id)
        .scalar_subquery()
    )
    kinds = (ClauseDecision, VariableValue, ClauseRedraft, DeviationDecision)
    each = [
        select(
            literal(kind.__tablename__).label("kind"),
            kind.bid_id.label("bid_id"),
            kind.id.label("id"),
            kind.number.label("number"),
        ).where(kind.bid_id.in_(bid_ids), *([kind.number == highest] * (kind is ClauseRedraft)))
        for kind in kinds
    ]
    named = union_all(*each).subquery()
    wanted = select(named.c.bid_id, *kinds).select_from(named)
    for kind in kinds:
        wanted = wanted.outerjoin(
            kind, and_(named.c.kind == kind.__tablename__, named.c.id == kind.id)
        )
    wanted = wanted.options(
        joinedload(ClauseDecision.decided_by),
        joinedload(VariableValue.entered_by),
        joinedload(ClauseRedraft.done_by),
        joinedload(DeviationDecision.done_by),
    ).order_by(named.c.number, named.c.id)
    found: dict[int, list[Row]] = {}
    for bid_id, *rows in db.session.execute(wanted):
        found.setdefault(bid_id, []).extend(row for row in rows if row is not None)
    return found


def _sorted_out(rows: Sequence[Row]) -> Decided:
    found, deviations = Decided(), dict[tuple[str, str], tuple[DeviationDecision, ...]]()
    for row in rows:
        if isinstance(row, ClauseDecision):
            found.clauses[row.clause_id] = row
        elif isinstance(row, VariableValue):
            found.values[row.clause_id, row.name] = row
        elif isinstance(row, ClauseRedraft):
            found.redrafts[row.clause_id] = row
        else:
            key = row.clause_id, row.name
            deviations[key] = (*deviations.get(key, ()), row)
    return Decided(found.clauses, found.values, found.redrafts, deviations)
