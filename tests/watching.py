"""Bids and contracts that rest on things which run out, for tests of what notices it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from accounts.models import Membership
from contract_clauses import seals
from contract_clauses.models import Contract, Obligation, ObligationDue, ObligationFile
from contract_clauses.rules.obligations import Bound, DueState, Origin
from contract_clauses.rules.obligations_drafted import Wording
from contract_clauses.rules.obligations_due import Timing, When
from foundation import clock
from foundation.database import db, transaction
from foundation.duties import DUTIES, do_due
from foundation.mail import Message
from foundation.tokens import new_token
from scoring.models import BidResult, Reopening, ReopeningSettled
from supplier_portal.models import Bid
from supplier_portal.seals import opened_key
from tenders.models import GivenTask, Tender
from tenders.rules.lifecycle import Stage
from tests.documents.scoring.bids import answer, full


def certificates(*days: str) -> list[dict[str, Any]]:
    """Return rows of the register of certificates, each with its last day."""
    (row,) = answer(full().parts["SLP-05.a"], True, "x")
    return [row | {"expires": day, "number": f"C-{day}"} for day in days]


def recovery_tests(*days: str) -> list[dict[str, Any]]:
    (row,) = answer(full().parts["SLP-07.i"], True, "x")
    return [row | {"last_restore": day, "component": f"Part {n}"} for n, day in enumerate(days, 1)]


def on(at: Any, day: str, hour: int = 9) -> datetime:
    """Set the clock to a day, and do its duties."""
    moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
    at(moment)
    assert all(do_due(current_app.extensions[DUTIES]).values())
    return moment


def lead_of(bid: Bid) -> int:
    """Return somebody who works for the company of the bid."""
    found = db.session.get_one(Bid, bid.id)
    return db.session.scalars(
        select(Membership.person_id).where(Membership.organisation_id == found.supplier_id)
    ).all()[0]


def win(bid: Bid) -> None:
    """Make the bid successful and its tender awarded, as far as those who watch look."""
    with transaction():
        found = db.session.get_one(Bid, bid.id)
        db.session.add(
            BidResult(
                bid_id=bid.id,
                successful=True,
                sealed_summary=b"",
                released_at=clock.now(),
                released_by_id=lead_of(found),
            )
        )
        db.session.get_one(Tender, found.tender_id).stage = Stage.AWARDED


def contract_with(
    bid: Bid, *, ends_on: str = "2031-12-31", has_won: bool = False, **more: Any
) -> Contract:
    """Record a contract with the bid, which is successful, without its schedule."""
    if not has_won:
        win(bid)
    with transaction():
        found = db.session.get_one(Bid, bid.id)
        values = {
            "authority_id": found.tender.authority_id,
            "reference": "C-1",
            "signed_on": date(2026, 12, 3),
            "starts_on": date(2026, 12, 4),
            "live_on": None,
            "ends_on": date.fromisoformat(ends_on),
            "ended_on": None,
            "manager_id": None,
            "created_at": clock.now(),
        } | more
        contract = Contract(
            bid_id=bid.id, tender_id=found.tender_id, supplier_id=found.supplier_id, **values
        )
        db.session.add(contract)
    return contract


def obligation_of(
    contract: Contract,
    due_on: str | None,
    *,
    clause: str = "C07",
    bound: Bound = Bound.SUPPLIER,
    parts: tuple[str, ...] = (),
    risks: tuple[str, ...] = (),
    timing: Timing = Timing.ON,
) -> ObligationDue:
    key = opened_key(db.session.get_one(Bid, contract.bid_id))
    token = new_token()
    wording = Wording("Show it", "By then", "A copy", "Certification", When(timing))
    with transaction():
        row = Obligation(
            token=token,
            contract_id=contract.id,
            schedule_id=None,
            origin=Origin.CLAUSE,
            clause_id=clause,
            place="7.1",
            bound=bound,
            sealed_words=seals.seal(seals.OBLIGATION, token, key, wording.as_plain()),
            sources={"parts": [*parts], "risks": [*risks]},
            every_months=None,
        )
        db.session.add(row)
        db.session.flush()
        due = ObligationDue(
            token=new_token(),
            obligation_id=row.id,
            number=1,
            due_on=date.fromisoformat(due_on) if due_on else None,
            state=DueState.OPEN,
        )
        db.session.add(due)
    return due


def show(
    due: ObligationDue, valid_to: str | None, *, state: DueState = DueState.CONFIRMED, by: int
) -> None:
    """Show a file for something due, and let the council confirm it."""
    with transaction():
        row = db.session.get_one(ObligationDue, due.id)
        obligation = db.session.get_one(Obligation, row.obligation_id)
        contract = db.session.get_one(Contract, obligation.contract_id)
        key = opened_key(db.session.get_one(Bid, contract.bid_id))
        token = new_token()
        about = {"name": "a.pdf", "title": "A", "issued": "", "sha256": "0" * 64}
        db.session.add(
            ObligationFile(
                token=token,
                due_id=due.id,
                sealed_about=seals.seal(seals.FILE, token, key, about),
                stored_name="0" * 64,
                size=1,
                kind="pdf",
                wrapped_key="",
                valid_to=date.fromisoformat(valid_to) if valid_to else None,
                added_by_id=by,
                added_at=clock.now(),
            )
        )
        row.state = state


def tasks(*, of: int | None = None, still: bool = True) -> list[tuple[str, str]]:
    """Return (kind, day) of the tasks of an organisation, in the order they were given in."""
    wanted = select(GivenTask).order_by(GivenTask.id)
    if of is not None:
        wanted = wanted.where(GivenTask.organisation_id == of)
    if still:
        wanted = wanted.where(GivenTask.done_at.is_(None))
    found = db.session.scalars(wanted.execution_options(populate_existing=True))
    return [(task.kind, task.due_on.isoformat()) for task in found]


def reopened(*, settled: bool = False) -> list[tuple[str, str, str]]:
    """Return (thing, subject, day) of what is open, or of what was settled."""
    rows = db.session.execute(
        select(Reopening, ReopeningSettled.id)
        .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
        .order_by(Reopening.id)
    )
    return [
        (str(row.thing), row.subject, row.due_on.isoformat())
        for row, known in rows
        if (known is not None) == settled
    ]


def letters(kind: str = "task.given") -> list[tuple[str, str]]:
    """Return (recipient, subject) of the letters about tasks, in their order."""
    rows = db.session.scalars(select(Message).where(Message.kind == kind).order_by(Message.id))
    return [(row.recipient, row.subject) for row in rows]
