"""What the council does about something due: confirm, send back, put off, waive. Only added."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import (
    Obligation,
    ObligationDue,
    ObligationEvent,
)
from contract_clauses.queries.contracts import (
    ContractSeen,
    contract_seen,
)
from contract_clauses.queries.obligation_history import due_in, obligation_in
from contract_clauses.queries.obligations import DueSeen, ObligationSeen
from contract_clauses.rules.obligations import Bound, DueState, Origin
from contract_clauses.rules.obligations_by_hand import ByHand, checked_by_hand, checked_happened
from contract_clauses.rules.obligations_drafted import Drafted
from contract_clauses.rules.obligations_due import due_after, is_ahead, is_triggered
from contract_clauses.rules.obligations_steps import (
    Step,
    StepRefused,
    checked_day,
    checked_words,
    state_after,
)
from contract_clauses.service.contracts import locked, note
from contract_clauses.service.looking_again import ask_to_look_again
from contract_clauses.service.obligations_made import (
    Kept,
    add_obligation,
    bring_round,
    date_new,
)
from foundation import clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.tokens import new_token
from supplier_portal.queries import people_of
from tenders.working_calendar import BANK_HOLIDAYS

ANSWERED = "obligation.answered"
PAGE, SUPPLIERS_PAGE = "contract_clauses.obligation", "contract_clauses.my_obligation"


def decide_due(
    seen: ContractSeen,
    due_token: str,
    step: Step,
    words: str,
    *,
    by: Viewer,
    due_on: date | None = None,
) -> None:
    """Confirm, send back, put off or waive something due. Raises StepRefused."""
    said = checked_words(step, words)
    with transaction():
        locked(seen.contract)
        now = contract_seen(by, seen.token, to=Permission.CONTRACT_KEEP)
        obligation, due = due_in(now, due_token)
        must_run(obligation)
        state_after(due.state, step)
        to = None
        if step is Step.PUT_OFF:
            to = checked_day(due_on, due.standing, now.contract.ends_on)
            due.row.due_on = to
        number = add_due_event(now, due, step, said, by=by, to=to)
        note(
            "obligation.decided",
            now.contract,
            by,
            obligation=obligation.token,
            due=due.token,
            step=step.value,
            due_on=to.isoformat() if to else None,
            words=sha256_hex(said),
        )
        kept = Kept(obligation.row, obligation.wording, [one.row for one in obligation.dues])
        bring_round([kept], now.days, now.today)
        ask_to_look_again(now.contract)
        if obligation.bound is not Bound.COUNCIL:
            _tell_supplier(now, obligation, f"{due.token}:{number}")


def say_it_happened(
    seen: ContractSeen, token: str, happened_on: date | None, words: str, *, by: Viewer
) -> None:
    """Say that what an obligation is counted from has happened: it is due from then on.

    Raises StepRefused.
    """
    with transaction():
        locked(seen.contract)
        now = contract_seen(by, seen.token, to=Permission.CONTRACT_KEEP)
        obligation = obligation_in(now, token)
        must_run(obligation)
        if not is_triggered(obligation.wording.time):
            raise StepRefused("You cannot do this because it falls due by itself")
        ahead = is_ahead(obligation.wording.time)
        day, said = checked_happened(happened_on, words, now.today, is_ahead=ahead)
        due_on = due_after(obligation.wording.time, day, BANK_HOLIDAYS) or day
        row = ObligationDue(
            token=new_token(),
            obligation_id=obligation.row.id,
            number=len(obligation.dues) + 1,
            due_on=due_on,
            state=DueState.OPEN,
        )
        db.session.add(row)
        db.session.flush()
        due = DueSeen(row, now.today)
        number = add_due_event(now, due, None, said, by=by, to=due_on)
        note(
            "obligation.happened",
            now.contract,
            by,
            obligation=token,
            due=row.token,
            due_on=due_on.isoformat(),
            words=sha256_hex(said),
        )
        ask_to_look_again(now.contract)
        if obligation.bound is not Bound.COUNCIL:
            _tell_supplier(now, obligation, f"{row.token}:{number}")


def add_by_hand(seen: ContractSeen, new: ByHand, *, by: Viewer) -> Obligation:
    """Add an obligation that no schedule states, such as one of the main contract. With a reason.

    Raises StepRefused.
    """
    with transaction():
        contract = locked(seen.contract)
        now = contract_seen(by, seen.token, to=Permission.CONTRACT_KEEP)
        wording = checked_by_hand(new, contract.signed_on)
        one = Drafted(Origin.BY_HAND, "", new.place.strip(), new.bound, wording)
        added = add_obligation(contract, one, now.key, schedule_id=None)
        date_new(contract, [added], now.today)
        note("obligation.added", contract, by, obligation=added.row.token)
        if new.bound is not Bound.COUNCIL:
            _mail_supplier(now, added.row.token, added.row.token)
    return added.row


def end_by_hand(seen: ContractSeen, token: str, words: str, *, by: Viewer) -> None:
    """End an obligation that was added by hand, with the reason. Raises StepRefused."""
    said = checked_words(Step.WAIVE, words)
    with transaction():
        locked(seen.contract)
        now = contract_seen(by, seen.token, to=Permission.CONTRACT_KEEP)
        obligation = obligation_in(now, token)
        if obligation.origin is not Origin.BY_HAND:
            raise StepRefused(
                "You cannot end this because the schedule states it: it ends with a new issue"
            )
        must_run(obligation)
        obligation.row.ended_on = now.today
        current = obligation.current
        if current is not None and not current.standing.is_done:
            add_due_event(now, current, Step.WAIVE, said, by=by)
        note("obligation.ended", now.contract, by, obligation=token, words=sha256_hex(said))


def must_run(obligation: ObligationSeen) -> None:
    if obligation.is_ended:
        raise StepRefused("You cannot do this because the obligation has ended")


def add_due_event(
    seen: ContractSeen,
    due: DueSeen,
    step: Step | None,
    words: str,
    *,
    by: Viewer,
    to: date | None = None,
) -> int:
    """Add what was done and let it be the state; return its number."""
    last = db.session.scalar(
        select(func.max(ObligationEvent.number)).where(ObligationEvent.due_id == due.row.id)
    )
    number = (last or 0) + 1
    state = due.state if step is None else state_after(due.state, step)
    value = {"words": words, "step": "" if step is None else step.value}
    db.session.add(
        ObligationEvent(
            due_id=due.row.id,
            number=number,
            state=state,
            due_on=to,
            sealed_words=seals.seal(
                seals.EVENT, seals.event_name(due.token, number), seen.key, value
            ),
            done_by_id=by.person_id,
            done_at=clock.now(),
        )
    )
    due.row.state = state
    db.session.flush()
    return number


def _tell_supplier(seen: ContractSeen, obligation: ObligationSeen, about: str) -> None:
    _mail_supplier(seen, obligation.token, about)


def _mail_supplier(seen: ContractSeen, obligation: str, about: str) -> None:
    where = mail.link(SUPPLIERS_PAGE, contract=seen.token, obligation=obligation)
    mail.post(
        ANSWERED,
        about,
        people_of(seen.bid, Permission.OBLIGATION_SHOW),
        f"{seen.reference}: news of an obligation",
        f"{seen.authority.name} has entered something about an obligation of contract "
        f"{seen.reference}.\n\nRead it: {where}\n",
    )
