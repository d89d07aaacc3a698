"""What is done about something due: shown, confirmed, sent back, put off, waived. Only added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import Obligation, ObligationDue, ObligationEvent, ObligationFile
from contract_clauses.queries.contracts import (
    ContractSeen,
    contract_seen,
    days_of,
    every_contract,
    my_contract,
)
from contract_clauses.queries.obligation_history import due_in, obligation_in
from contract_clauses.queries.obligations import DueSeen, ObligationSeen
from contract_clauses.queries.recording import emails_of, keepers
from contract_clauses.rules.obligations import Bound, DueState, Origin
from contract_clauses.rules.obligations_by_hand import ByHand, checked_by_hand, checked_happened
from contract_clauses.rules.obligations_drafted import Drafted
from contract_clauses.rules.obligations_due import due_after, is_triggered
from contract_clauses.rules.obligations_steps import (
    Step,
    StepRefused,
    checked_day,
    checked_words,
    may_show,
    state_after,
)
from contract_clauses.service.contracts import locked, note
from contract_clauses.service.obligations_made import (
    Kept,
    add_obligation,
    bring_round,
    date_new,
    kept_of,
)
from foundation import clock, files, keys, mail
from foundation.canonical import sha256_hex
from foundation.chunks import Source
from foundation.database import db, transaction
from foundation.tokens import new_token
from foundation.uploads import check_upload, shown_name
from supplier_portal import seals as bid_seals
from supplier_portal.queries import people_of
from supplier_portal.service.scanning import ask_for_scan
from tenders.working_calendar import BANK_HOLIDAYS

MOST_FILES = 20
SHOWN, ANSWERED = "obligation.shown", "obligation.answered"
PAGE, SUPPLIERS_PAGE = "contract_clauses.obligation", "contract_clauses.my_obligation"


@dataclass(frozen=True)
class NewEvidence:
    """A file as sent, with what the company says of it."""

    name: str
    data: bytes | Source
    title: str = ""
    issued: date | None = None
    valid_to: date | None = None


def show_evidence(
    seen: ContractSeen,
    due_token: str,
    words: str,
    new: NewEvidence | None,
    *,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Show something for an obligation of the supplier: words, a file, or both.

    Raises StepRefused and UploadRefused.
    """
    said = checked_words(Step.SHOW, words, files=0 if new is None else 1)
    # Stored before the change that names it: left over, it is ciphertext without a key.
    stored = None if new is None else _stored(seen, new, by=by, arrived_at=arrived_at)
    with transaction():
        locked(seen.contract)
        now = my_contract(by, seen.token, to=Permission.OBLIGATION_SHOW)
        obligation, due = due_in(now, due_token)
        _must_run(obligation)
        if not may_show(due.state, obligation.bound):
            raise StepRefused(
                "You cannot show anything for this because "
                + (
                    "the council has to do it"
                    if obligation.bound is Bound.COUNCIL
                    else f"it is {due.state}"
                )
            )
        if stored is not None:
            _add_file(due, stored, asked_at=arrived_at)
        number = _add_event(now, due, Step.SHOW, said, by=by)
        note(
            "obligation.shown",
            now.contract,
            by,
            obligation=obligation.token,
            due=due.token,
            words=sha256_hex(said),
            **({"file": stored.token, "stored": stored.stored_name} if stored else {}),
        )
        _tell_council(now, obligation, f"{due.token}:{number}")


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
        _must_run(obligation)
        state_after(due.state, step)
        to = None
        if step is Step.PUT_OFF:
            to = checked_day(due_on, due.standing, now.contract.ends_on)
            due.row.due_on = to
        number = _add_event(now, due, step, said, by=by, to=to)
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
        _must_run(obligation)
        if not is_triggered(obligation.wording.time):
            raise StepRefused("You cannot do this because it falls due by itself")
        day, said = checked_happened(happened_on, words, now.today)
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
        number = _add_event(now, due, None, said, by=by, to=due_on)
        note(
            "obligation.happened",
            now.contract,
            by,
            obligation=token,
            due=row.token,
            due_on=due_on.isoformat(),
            words=sha256_hex(said),
        )
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
        _must_run(obligation)
        obligation.row.ended_on = now.today
        current = obligation.current
        if current is not None and not current.standing.is_done:
            _add_event(now, current, Step.WAIVE, said, by=by)
        note("obligation.ended", now.contract, by, obligation=token, words=sha256_hex(said))


def bring_all_round(on: date) -> int:
    """Add the next time of everything that recurs in every contract; return how many.

    A daily duty: done twice it adds nothing, and days that were missed are made up for.
    """
    added = 0
    for seen in every_contract():
        if seen.tender.content_destroyed_at is None and seen.contract.ended_on is None:
            with transaction():
                contract = locked(seen.contract)
                added += bring_round(kept_of(contract, seen.key), days_of(contract), on)
    return added


def _must_run(obligation: ObligationSeen) -> None:
    if obligation.is_ended:
        raise StepRefused("You cannot do this because the obligation has ended")


def _add_event(
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


def _stored(
    seen: ContractSeen, new: NewEvidence, *, by: Viewer, arrived_at: datetime
) -> ObligationFile:
    kind = check_upload(new.name, new.data, field="file")
    token, file_key = new_token(), keys.new_data_key()
    stored = files.store(new.data, key=file_key, context=bid_seals.file_context(token))
    name = shown_name(new.name)
    about = {
        "name": name,
        "title": new.title.strip() or name,
        "issued": new.issued.isoformat() if new.issued else "",
        "sha256": stored.sha256,
    }
    return ObligationFile(
        token=token,
        sealed_about=seals.seal(seals.FILE, token, seen.key, about),
        stored_name=stored.name,
        size=stored.size,
        kind=kind.value,
        wrapped_key=bid_seals.wrap_file_key(token, seen.key, file_key),
        valid_to=new.valid_to,
        added_by_id=by.person_id,
        added_at=arrived_at,
    )


def _add_file(due: DueSeen, file: ObligationFile, *, asked_at: datetime) -> None:
    known = db.session.scalar(
        select(func.count()).select_from(ObligationFile).where(ObligationFile.due_id == due.row.id)
    )
    if (known or 0) >= MOST_FILES:
        raise StepRefused(f"You cannot add more than {MOST_FILES} files here", field="file")
    file.due_id = due.row.id
    db.session.add(file)
    db.session.flush()
    ask_for_scan(file.stored_name, asked_at=asked_at)


def _tell_council(seen: ContractSeen, obligation: ObligationSeen, about: str) -> None:
    people: Sequence[str] = emails_of(
        keepers(seen.contract.authority_id, seen.tender), first=seen.contract.manager_id
    )
    where = mail.link(PAGE, contract=seen.token, obligation=obligation.token)
    mail.post(
        SHOWN,
        about,
        people,
        f"{seen.reference}: evidence waits to be confirmed",
        f"{seen.supplier.name} has shown evidence for an obligation of contract "
        f"{seen.reference}.\n\nLook at it: {where}\n",
    )


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
