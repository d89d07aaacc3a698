"""What the export of an authority opens of schedules and contracts: all is sealed under the key of
the bid it follows from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from contract_clauses import seals
from contract_clauses.models import (
    ClauseEvent,
    ClauseRedraft,
    Contract,
    IssuedSchedule,
    NegotiatedSchedule,
    Obligation,
    ObligationDue,
    ObligationEvent,
    ObligationFile,
    Reassessment,
    ReassessmentAnswer,
    ReassessmentEvent,
    ReassessmentFile,
)
from contract_clauses.queries import negotiated, reassessing
from foundation.database import db
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid

DESTROYED = {"content": "destroyed"}


@dataclass(frozen=True)
class Sealed:
    """One sealed column of a table: under which kind and name, and of which bid."""

    table: Any
    column: str
    kind: str
    bid_id: Callable[[Any], int]
    name: Callable[[Any, Bid], str]
    called: str = "content"


def _token(row: Any, _bid: Bid) -> str:
    return str(row.token)


def _of_clause(row: Any, bid: Bid) -> str:
    return seals.redraft_name(bid.token, row.clause_id, row.number)


def _own_bid(row: Any) -> int:
    return int(row.bid_id)


def _bid_of_contract(row: Any) -> int:
    return db.session.get_one(Contract, row.contract_id).bid_id


def _due(row: Any) -> ObligationDue:
    return db.session.get_one(ObligationDue, row.due_id)


def _bid_of_due(row: Any) -> int:
    return _bid_of_contract(db.session.get_one(Obligation, _due(row).obligation_id))


def _of_due(row: Any, _bid: Bid) -> str:
    return seals.event_name(_due(row).token, row.number)


def _round(row: Any) -> Reassessment:
    return db.session.get_one(Reassessment, row.reassessment_id)


def _bid_of_round(row: Any) -> int:
    return _bid_of_contract(_round(row))


def _of_answer(row: Any, _bid: Bid) -> str:
    return reassessing.answer_name(_round(row), row.part_id, row.version)


def _of_step(row: Any, _bid: Bid) -> str:
    return reassessing.event_name(_round(row), row.number)


def _opened(parts: tuple[Sealed, ...], row_id: int) -> dict[str, Any]:
    """Return what is sealed in a row; nothing where nothing is."""
    table = parts[0].table
    columns = [undefer(getattr(table, one.column)) for one in parts]
    row = db.session.scalars(select(table).options(*columns).where(table.id == row_id)).one()
    bid = db.session.scalars(
        select(Bid).options(joinedload(Bid.tender)).where(Bid.id == parts[0].bid_id(row))
    ).one()
    if bid.tender.content_destroyed_at is not None:
        return DESTROYED
    key, found = bid_seals.opened_key(bid), {}
    for one in parts:
        sealed = getattr(row, one.column)
        if sealed is not None:
            found[one.called] = seals.opened(one.kind, one.name(row, bid), key, sealed)
    return found


def _one(*parts: Sealed) -> Callable[[int], dict[str, Any]]:
    return partial(_opened, parts)


OPENED: Mapping[str, Callable[[int], dict[str, Any]]] = {
    "issue": _one(Sealed(IssuedSchedule, "sealed_text", seals.SCHEDULE, _own_bid, _token)),
    "redraft": _one(Sealed(ClauseRedraft, "sealed_words", seals.REDRAFT, _own_bid, _of_clause)),
    "clause event": _one(Sealed(ClauseEvent, "sealed", seals.CLAUSE_EVENT, _own_bid, _of_clause)),
    "negotiated": _one(
        Sealed(NegotiatedSchedule, "sealed_about", negotiated.ABOUT, _own_bid, _token, "about"),
        Sealed(NegotiatedSchedule, "sealed_read", negotiated.READ, _own_bid, _token),
    ),
    "obligation": _one(
        Sealed(Obligation, "sealed_words", seals.OBLIGATION, _bid_of_contract, _token)
    ),
    "obligation event": _one(
        Sealed(ObligationEvent, "sealed_words", seals.EVENT, _bid_of_due, _of_due)
    ),
    "obligation file": _one(
        Sealed(ObligationFile, "sealed_about", seals.FILE, _bid_of_due, _token)
    ),
    "assessed answer": _one(
        Sealed(ReassessmentAnswer, "sealed", reassessing.ANSWER, _bid_of_round, _of_answer)
    ),
    "assessment file": _one(
        Sealed(ReassessmentFile, "sealed_about", reassessing.FILE, _bid_of_round, _token)
    ),
    "assessment event": _one(
        Sealed(ReassessmentEvent, "sealed", reassessing.EVENT, _bid_of_round, _of_step)
    ),
}
