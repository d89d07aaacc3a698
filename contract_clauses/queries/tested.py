"""What an authority has tested of a bid's answers under its contract.

An answer counts as tested where it stands behind an obligation for which something was shown that
the authority confirmed, the last time something was; or where the company says in a yearly
assessment that the authority settled that the answer is still right. A figure of an indicator rates
the service as it is run and names no answer, so it proves none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)

from contract_clauses.models import (
    Contract,
    Obligation,
    ObligationDue,
    Reassessment,
    ReassessmentAnswer,
    ReassessmentEvent,
)
from contract_clauses.rules.obligations import Bound, DueState
from contract_clauses.rules.reassessing import Step
from foundation.database import db


def tested_parts(authority_id: int, bid_ids: list[int]) -> Mapping[int, frozenset[str]]:
    """Return the parts by id of bid, of the contracts of one authority alone: one statement."""
    mine = (Contract.authority_id == authority_id) & Contract.bid_id.in_(bid_ids)
    rows = db.session.execute(union_all(_shown(mine), _said_again(mine))).all()
    found: dict[int, set[str]] = {}
    latest: dict[int, tuple[int, str, list[str]]] = {}
    unchanged: dict[tuple[int, str], bool] = {}
    for row in sorted(rows, key=lambda row: row.number):
        if row.obligation_id is None:
            unchanged[row.bid_id, row.part] = bool(row.unchanged)
        else:
            latest[row.obligation_id] = (row.bid_id, row.state, row.sources.get("parts", []))
    for bid_id, state, parts in latest.values():
        if state == DueState.CONFIRMED:
            found.setdefault(bid_id, set()).update(parts)
    for (bid_id, part), is_unchanged in unchanged.items():
        if is_unchanged:
            found.setdefault(bid_id, set()).add(part)
        else:
            # What the bid said holds no longer, whatever was confirmed of it.
            found.get(bid_id, set()).discard(part)
    return {bid_id: frozenset(parts) for bid_id, parts in found.items()}


def _shown(mine: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return what was decided on what was shown, each time an obligation fell due."""
    return (
        select(
            Contract.bid_id,
            Obligation.id.label("obligation_id"),
            Obligation.sources,
            type_coerce(ObligationDue.state, String).label("state"),
            literal("").label("part"),
            literal(False).label("unchanged"),
            ObligationDue.number.label("number"),
        )
        .join(Obligation, Obligation.contract_id == Contract.id)
        .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(
            mine,
            Obligation.bound != Bound.COUNCIL,
            Obligation.ended_on.is_(None),
            ObligationDue.state.in_((DueState.CONFIRMED, DueState.SENT_BACK, DueState.SHOWN)),
        )
    )


def _said_again(mine: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Return what was answered in assessments that were settled, a later one after an earlier."""
    # Both numbers in one: a later version of an answer counts within its assessment.
    order = Reassessment.number * 1_000_000 + ReassessmentAnswer.version
    return (
        select(
            Contract.bid_id,
            null(),
            null(),
            literal(""),
            ReassessmentAnswer.part_id,
            ReassessmentAnswer.unchanged,
            order,
        )
        .join(Reassessment, Reassessment.contract_id == Contract.id)
        .join(ReassessmentAnswer, ReassessmentAnswer.reassessment_id == Reassessment.id)
        .where(mine, Reassessment.id.in_(_settled()))
    )


def _settled() -> Select[int]:
    return select(ReassessmentEvent.reassessment_id).where(ReassessmentEvent.step == Step.SETTLED)
