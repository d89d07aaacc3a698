"""What a supplier shows for something due: words, a file, or both. Only added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import ObligationFile
from contract_clauses.queries.contracts import ContractSeen, my_contract
from contract_clauses.queries.obligation_history import due_in
from contract_clauses.queries.obligations import DueSeen, ObligationSeen
from contract_clauses.queries.recording import emails_of, keepers
from contract_clauses.rules.obligations import Bound
from contract_clauses.rules.obligations_steps import Step, StepRefused, checked_words, may_show
from contract_clauses.service.contracts import locked, note
from contract_clauses.service.looking_again import ask_to_look_again
from contract_clauses.service.obligations import PAGE, add_due_event, must_run
from foundation import files, keys, mail
from foundation.canonical import sha256_hex
from foundation.chunks import Source
from foundation.database import db, transaction
from foundation.tokens import new_token
from foundation.uploads import check_upload, shown_name
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
        must_run(obligation)
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
        number = add_due_event(now, due, Step.SHOW, said, by=by)
        note(
            "obligation.shown",
            now.contract,
            by,
            obligation=obligation.token,
            due=due.token,
            words=sha256_hex(said),
            **({"file": stored.token, "stored": stored.stored_name} if stored else {}),
        )
        ask_to_look_again(now.contract)
        _tell_council(now, obligation, f"{due.token}:{number}")


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
