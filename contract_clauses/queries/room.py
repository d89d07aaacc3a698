"""How much the files of a contract, and the schedules that came back, come to, in bytes."""

from __future__ import annotations

from sqlalchemy import func, select

from contract_clauses.models import (
    Contract,
    NegotiatedSchedule,
    Obligation,
    ObligationDue,
    ObligationFile,
    Reassessment,
    ReassessmentFile,
)
from foundation.database import db
from foundation.uploads import must_fit

WHOSE = "this contract"


def must_have_room(contract: Contract, size: int) -> None:
    """Raise NoRoom where a file of ``size`` bytes is too much for what the supplier of a contract
    may show and send in."""
    must_fit(bytes_of_contract(contract), size, whose=WHOSE, field="file")


def bytes_of_contract(contract: Contract) -> int:
    """Return the bytes of all files that were shown for it or sent in a yearly assessment."""
    shown = (
        select(func.coalesce(func.sum(ObligationFile.size), 0))
        .join(ObligationDue, ObligationDue.id == ObligationFile.due_id)
        .join(Obligation, Obligation.id == ObligationDue.obligation_id)
        .where(Obligation.contract_id == contract.id)
    )
    sent = (
        select(func.coalesce(func.sum(ReassessmentFile.size), 0))
        .join(Reassessment, Reassessment.id == ReassessmentFile.reassessment_id)
        .where(Reassessment.contract_id == contract.id)
    )
    return sum(int(db.session.scalar(total) or 0) for total in (shown, sent))


def bytes_came_back(bid_id: int) -> int:
    """Return the bytes of all schedules that came back for a bid."""
    total = select(func.coalesce(func.sum(NegotiatedSchedule.size), 0)).where(
        NegotiatedSchedule.bid_id == bid_id
    )
    return int(db.session.scalar(total) or 0)
