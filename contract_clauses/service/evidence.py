"""What a supplier shows for something due: words, a file, or both. Only added."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import ObligationDue, ObligationFile
from contract_clauses.queries.contracts import ContractSeen, my_contract
from contract_clauses.queries.obligation_history import due_in, obligation_in
from contract_clauses.queries.obligations import DueSeen, ObligationSeen
from contract_clauses.queries.recording import emails_of, keepers
from contract_clauses.queries.room import must_have_room
from contract_clauses.rules.obligations import Bound, DueState
from contract_clauses.rules.obligations_steps import Step, StepRefused, checked_words, may_show
from contract_clauses.service.contracts import locked, note
from contract_clauses.service.looking_again import ask_to_look_again
from contract_clauses.service.obligations import PAGE, add_due_event, must_run
from foundation import files, keys, mail
from foundation.canonical import sha256_hex
from foundation.chunks import Source
from foundation.database import db, transaction
from foundation.tokens import new_token
from foundation.uploads import check_upload, shown_name, size_of
from supplier_portal import seals as bid_seals
from supplier_portal.service.scanning import ask_for_scan

MOST_FILES = 20
SHOWN = "obligation.shown"


@dataclass(frozen=True)
class NewEvidence:
    """A file as sent, with what the company says of it."""

    name: str
    data: bytes | Source
    title: str = ""
    issued: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Shown:
    """What somebody shows: words, a file or both, and when the request arrived."""

    words: str
    new: NewEvidence | None
    arrived_at: datetime


def show_evidence(
    seen: ContractSeen,
    due_token: str,
    words: str,
    new: NewEvidence | None,
    *,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Show something for what is due of the supplier: words, a file, or both.

    Raises StepRefused and UploadRefused.
    """
    _show(seen, Shown(words, new, arrived_at), lambda now: due_in(now, due_token), by=by)


def show_any_time(seen: ContractSeen, token: str, shown: Shown, *, by: Viewer) -> None:
    """Show something for an obligation of which nothing is due, such as a new certificate.

    Raises StepRefused and UploadRefused.
    """
    _show(seen, shown, lambda now: _without_a_day(now, token), by=by)


def _show(
    seen: ContractSeen,
    shown: Shown,
    find: Callable[[ContractSeen], tuple[ObligationSeen, DueSeen]],
    *,
    by: Viewer,
) -> None:
    new = shown.new
    said = checked_words(Step.SHOW, shown.words, files=0 if new is None else 1)
    # Stored before the change that names it: left over, it is ciphertext without a key.
    stored = None if new is None else _stored(seen, new, by=by, arrived_at=shown.arrived_at)
    with transaction():
        locked(seen.contract)
        now = my_contract(by, seen.token, to=Permission.OBLIGATION_SHOW)
        obligation, due = find(now)
        must_run(obligation)
        _must_be_shown(due.state, obligation.bound)
        if stored is not None:
            must_have_room(now.contract, stored.size)
            _add_file(due, stored, asked_at=shown.arrived_at)
        number = add_due_event(now, due, Step.SHOW, said, by=by)
        note(
            "obligation.shown",
            now.contract,
            by,
            obligation=obligation.token,
            due=due.token,
            **({"words": sha256_hex(said)} if said else {}),
            **({"file": stored.token, "stored": stored.stored_name} if stored else {}),
        )
        ask_to_look_again(now.contract)
        _tell_council(now, obligation, f"{due.token}:{number}")


def _must_be_shown(state: DueState, bound: Bound) -> None:
    if not may_show(state, bound):
        because = "the council has to do it" if bound is Bound.COUNCIL else f"it is {state}"
        raise StepRefused(f"You cannot show anything for this because {because}")


def _without_a_day(now: ContractSeen, token: str) -> tuple[ObligationSeen, DueSeen]:
    """Return an obligation with a new time of it that has no day."""
    obligation = obligation_in(now, token)
    must_run(obligation)
    if not obligation.may_be_shown_any_time:
        raise StepRefused(
            "You cannot show anything for this because "
            + (
                "the council has to do it"
                if obligation.bound is Bound.COUNCIL
                else "something else is due of it now: read the page again and show it there"
            )
        )
    row = ObligationDue(
        token=new_token(),
        obligation_id=obligation.row.id,
        number=len(obligation.dues) + 1,
        due_on=None,
        state=DueState.OPEN,
    )
    db.session.add(row)
    db.session.flush()
    return obligation, DueSeen(row, now.today)


def _stored(
    seen: ContractSeen, new: NewEvidence, *, by: Viewer, arrived_at: datetime
) -> ObligationFile:
    must_have_room(seen.contract, size_of(new.data))
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
        keepers(seen.contract.authority_id, seen.bid), first=seen.contract.manager_id
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
