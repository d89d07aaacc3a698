"""What is open under a contract, and therefore asked again: its risks, and reopened answers."""

from __future__ import annotations

from sqlalchemy import select

from contract_clauses.queries.contracts import ContractSeen
from foundation.database import db
from scoring.models import OwnRiskDecision, Reopening, ReopeningSettled
from scoring.queries.register import registers_of
from scoring.rules.register import LEFT_THE_REGISTER
from scoring.rules.reopening import Thing


def open_risks(seen: ContractSeen) -> dict[str, frozenset[str]]:
    """Return what each risk rests on that is still open in the register of the contract."""
    entries = registers_of([seen.bid.id]).get(seen.bid.id, ())
    own = {
        one.risk_row_id: one.state
        for one in db.session.scalars(
            select(OwnRiskDecision)
            .where(
                OwnRiskDecision.risk_row_id.in_([entry.row.id for entry in entries]),
                OwnRiskDecision.authority_id == seen.contract.authority_id,
            )
            .order_by(OwnRiskDecision.number)
        )
    }
    return {
        entry.risk_id: frozenset(
            source
            for one in (entry, *entry.parts)
            for cause in one.row.causes
            for source in cause.get("sources", ())
        )
        for entry in entries
        if own.get(entry.row.id, entry.state) not in LEFT_THE_REGISTER
    }


def reopened_of(seen: ContractSeen) -> list[Reopening]:
    """Return the answers that this authority is to look at again and nobody has."""
    return list(
        db.session.scalars(
            select(Reopening)
            .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
            .where(
                Reopening.bid_id == seen.bid.id,
                Reopening.authority_id == seen.contract.authority_id,
                Reopening.thing == Thing.ANSWER,
                ReopeningSettled.id.is_(None),
            )
            .order_by(Reopening.id)
        )
    )


def reopened_parts(seen: ContractSeen) -> frozenset[str]:
    return frozenset(one.subject for one in reopened_of(seen))
