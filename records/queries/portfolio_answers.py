"""What settled yearly assessments changed of the answers under several contracts, at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from contract_clauses import seals
from contract_clauses.models import Reassessment, ReassessmentEvent
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.reassessing import EVENT, event_name
from contract_clauses.rules.reassessing import Given, Step, merged
from foundation.database import db

Merge = Callable[[ContractSeen, Mapping[str, Any]], Mapping[str, Any]]


def settled_answers(contracts: Sequence[ContractSeen]) -> Merge:
    """Return a function that brings the answers of a bid up to its settled assessments.

    One statement for all contracts. What is handed in and not settled does not count yet.
    """
    rounds: dict[int, dict[int, tuple[Reassessment, list[ReassessmentEvent]]]] = {}
    for row, event in db.session.execute(
        select(Reassessment, ReassessmentEvent)
        .join(ReassessmentEvent, ReassessmentEvent.reassessment_id == Reassessment.id)
        .where(Reassessment.contract_id.in_([one.contract.id for one in contracts]))
        .order_by(Reassessment.contract_id, Reassessment.number, ReassessmentEvent.number)
    ):
        of_contract = rounds.setdefault(row.contract_id, {})
        of_contract.setdefault(row.number, (row, []))[1].append(event)

    def merge(seen: ContractSeen, answers: Mapping[str, Any]) -> Mapping[str, Any]:
        now = dict(answers)
        for row, events in rounds.get(seen.contract.id, {}).values():
            if events[-1].step is Step.SETTLED:
                now = merged(now, _handed_in(seen, row, events))
        return now

    return merge


def _handed_in(
    seen: ContractSeen, row: Reassessment, events: Sequence[ReassessmentEvent]
) -> dict[str, Given]:
    last = [event for event in events if event.step is Step.HANDED_IN][-1]
    held = seals.opened(EVENT, event_name(row, last.number), seen.key, last.sealed)
    return {part: Given(**one) for part, one in held["answers"].items()}
