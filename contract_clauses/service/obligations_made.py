"""The rows of obligations: made from an issued schedule, dated, brought round as time passes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from accounts.queries import Viewer
from contract_clauses import seals
from contract_clauses.models import Contract, ContractEvent, Obligation, ObligationDue
from contract_clauses.queries.contracts import days_of
from contract_clauses.queries.issuing import Issue
from contract_clauses.rules.contracts import EventKind
from contract_clauses.rules.obligations import DueState, Origin
from contract_clauses.rules.obligations_drafted import (
    Drafted,
    Wording,
    drafted,
    key_of,
    read_wording,
)
from contract_clauses.rules.obligations_due import RECURRING, Days, due, has_days, rounds_to_add
from contract_clauses.rules.obligations_steps import DONE
from contract_clauses.rules.parts import Schedule
from foundation import clock
from foundation.database import db
from foundation.tokens import new_token
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from tenders.working_calendar import BANK_HOLIDAYS


@dataclass(frozen=True)
class Kept:
    """A row with its words and the times it fell due so far, the first first."""

    row: Obligation
    wording: Wording
    dues: list[ObligationDue]


def today() -> date:
    return clock.london(clock.arrived_at()).date()


def add_obligation(
    contract: Contract, one: Drafted, key: bytes, *, schedule_id: int | None
) -> Kept:
    """Add an obligation with the first time it falls due, if it has one."""
    token = new_token()
    row = Obligation(
        token=token,
        contract_id=contract.id,
        schedule_id=schedule_id,
        origin=one.origin,
        clause_id=one.clause_id,
        place=one.place,
        bound=one.bound,
        sealed_words=seals.seal(seals.OBLIGATION, token, key, one.wording.as_plain()),
        sources={"parts": [*one.parts], "risks": [*one.risks]},
        every_months=_months(one.wording),
    )
    db.session.add(row)
    return Kept(row, one.wording, [])


def _months(wording: Wording) -> int | None:
    return wording.time.count if wording.time.timing in RECURRING else None


def date_new(contract: Contract, added: Sequence[Kept], on: date) -> None:
    """Add the times at which new obligations fall due."""
    db.session.flush()
    days = days_of(contract)
    for one in added:
        if not has_days(one.wording.time):
            continue
        first = due(one.wording.time, days, 1, BANK_HOLIDAYS)
        hangs = first is None and days.of(one.wording.time.of) is None
        if first is None and one.row.every_months is not None and not hangs:
            # Its first time would come after the contract.
            continue
        one.dues.append(_add_due(one.row, 1, first))
    bring_round(added, days, on)


def _add_due(row: Obligation, number: int, due_on: date | None) -> ObligationDue:
    made = ObligationDue(
        token=new_token(),
        obligation_id=row.id,
        number=number,
        due_on=due_on,
        state=DueState.OPEN,
    )
    db.session.add(made)
    return made


def bring_round(kept: Iterable[Kept], days: Days, on: date) -> int:
    """Add the next time of what recurs, where the last one is done or past; return how many."""
    added = 0
    for one in kept:
        if not one.dues or (one.row.ended_on is not None and one.row.ended_on <= on):
            continue
        last = one.dues[-1]
        for day in rounds_to_add(
            one.wording.time,
            days,
            last.number,
            last.due_on,
            is_done=last.state in DONE,
            today=on,
        ):
            one.dues.append(_add_due(one.row, one.dues[-1].number + 1, day))
            added += 1
    db.session.flush()
    return added


def kept_of(contract: Contract, key: bytes) -> list[Kept]:
    """Return the obligations of a contract as they are now, in two statements."""
    rows = db.session.scalars(
        select(Obligation)
        .where(Obligation.contract_id == contract.id)
        .order_by(Obligation.id)
        .execution_options(populate_existing=True)
    ).all()
    dues: dict[int, list[ObligationDue]] = {}
    for one in db.session.scalars(
        select(ObligationDue)
        .join(Obligation, Obligation.id == ObligationDue.obligation_id)
        .where(Obligation.contract_id == contract.id)
        .order_by(ObligationDue.obligation_id, ObligationDue.number)
        .execution_options(populate_existing=True)
    ):
        dues.setdefault(one.obligation_id, []).append(one)
    return [
        Kept(
            row,
            read_wording(seals.opened(seals.OBLIGATION, row.token, key, row.sealed_words)),
            dues.get(row.id, []),
        )
        for row in rows
    ]


def date_again(contract: Contract, key: bytes, before: Days, on: date) -> None:
    """Set the days anew of what is not done, after a day of the contract changed.

    What somebody put off keeps the day it was put off to.
    """
    now, kept = days_of(contract), kept_of(contract, key)
    for one in kept:
        for row in one.dues:
            was = due(one.wording.time, before, row.number, BANK_HOLIDAYS)
            if row.state not in DONE and row.due_on == was and has_days(one.wording.time):
                row.due_on = due(one.wording.time, now, row.number, BANK_HOLIDAYS) or row.due_on
    bring_round(kept, now, on)


def make_obligations(contract: Contract, issue: Issue, schedule: Schedule, key: bytes) -> int:
    """Add every obligation of an issued schedule; return how many."""
    issued = issue.request.id
    found = [add_obligation(contract, one, key, schedule_id=issued) for one in drafted(schedule)]
    date_new(contract, found, today())
    return len(found)


def take_up_issue(bid: Bid, issue: Issue, schedule: Schedule, *, by: Viewer) -> None:
    """Bring the contracts there are up to a new issue, in the caller's transaction.

    What it no longer has ends today, what is new begins; what stayed keeps its history. What was
    added by hand is nobody's business but of whoever added it.
    """
    contracts = db.session.scalars(
        select(Contract).where(Contract.bid_id == bid.id).order_by(Contract.id)
    ).all()
    for contract in contracts:
        came, ended = _taken_up(contract, issue, schedule, bid_seals.opened_key(bid))
        details = {"issue": issue.request.token, "came": came, "ended": ended}
        add_event(contract, EventKind.SCHEDULE, details, "", by=by)


def _taken_up(contract: Contract, issue: Issue, schedule: Schedule, key: bytes) -> tuple[int, int]:
    standing: dict[tuple[object, ...], list[Kept]] = {}
    for one in kept_of(contract, key):
        if one.row.origin is not Origin.BY_HAND and one.row.ended_on is None:
            name = key_of(one.row.origin, one.row.clause_id, one.row.bound, one.wording)
            standing.setdefault(name, []).append(one)
    added = []
    for new in drafted(schedule):
        same = standing.get(new.key)
        if same:
            row = same.pop(0).row
            row.place, row.sources = new.place, {"parts": [*new.parts], "risks": [*new.risks]}
        else:
            added.append(add_obligation(contract, new, key, schedule_id=issue.request.id))
    gone = [one for left in standing.values() for one in left]
    for one in gone:
        one.row.ended_on = today()
    date_new(contract, added, today())
    return len(added), len(gone)


def add_event(
    contract: Contract, kind: str, details: Mapping[str, object], words: str, *, by: Viewer
) -> ContractEvent:
    """Record something of a contract, in the caller's transaction."""
    last = db.session.scalar(
        select(func.max(ContractEvent.number)).where(ContractEvent.contract_id == contract.id)
    )
    event = ContractEvent(
        contract_id=contract.id,
        number=(last or 0) + 1,
        kind=kind,
        details=dict(details),
        words=words,
        done_by_id=by.person_id,
        done_at=clock.now(),
    )
    db.session.add(event)
    db.session.flush()
    return event
