"""Bids of the demonstration, entered through the same services as everybody's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Kind, Part
from records.demonstration.evidence import evidence_bytes
from supplier_portal import queries, service
from supplier_portal.models import Bid
from supplier_portal.queries.terms import commitments_now
from supplier_portal.rules.stages import BidStage
from tenders.models import Tender
from tenders.queries import questionnaire_of


def enter_bid(
    tender: Tender, answers: Mapping[str, Any], *, by: Viewer, arrived_at: datetime
) -> Bid:
    """Start the bid if need be and enter the answers and files it does not have yet."""
    bid = service.start_bid(tender, by=by, arrived_at=arrived_at)
    parts = questionnaire_of(tender).parts
    there = queries.answers_of(bid)
    wanted = {
        part_id: value
        for part_id, value in answers.items()
        if part_id in parts and is_empty(there.get(part_id))
    }
    written = {
        part_id: (0, value)
        for part_id, value in wanted.items()
        if parts[part_id].kind is not Kind.FILE and not is_empty(value)
    }
    service.save_answers(bid, written, by=by, arrived_at=arrived_at)
    for part_id, value in wanted.items():
        if parts[part_id].kind is Kind.FILE:
            _add_files(bid, parts[part_id], value, by, arrived_at)
    return bid


def hand_in(bid: Bid, *, by: Viewer, arrived_at: datetime) -> None:
    """Submit the bid as it stands, unless that has been done."""
    if bid.stage is BidStage.DRAFT:
        shown = commitments_now(bid, queries.asked_answers(bid)[0])
        service.submit_bid(
            bid,
            by=by,
            arrived_at=arrived_at,
            declared_by=by.name,
            knows_missing=True,
            terms=service.TermsSaid("accept", shown["set"]) if shown else None,
        )


def _add_files(bid: Bid, part: Part, value: Any, by: Viewer, arrived_at: datetime) -> None:
    for entry in value:
        data = evidence_bytes(entry["name"], entry.get("title", ""), by.organisation_name)
        new = service.NewFile(entry["name"], data, entry.get("title", ""), entry.get("issued", ""))
        service.add_evidence(bid, part, new, by=by, arrived_at=arrived_at)
