"""Files a supplier sends in a yearly assessment: added to the answer of a part, or taken out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from contract_clauses import seals
from contract_clauses.models import ReassessmentFile
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.reassess_files import entries_of, entry_of
from contract_clauses.queries.reassessing import FILE, Round
from contract_clauses.queries.room import must_have_room
from contract_clauses.rules.reassessing import Given, RoundRefused, is_same
from contract_clauses.service.contracts import note
from contract_clauses.service.reassessing import add_answer, round_to_answer
from foundation import files, keys
from foundation.database import db, transaction
from foundation.tokens import new_token
from foundation.uploads import check_upload, shown_name, size_of
from question_bank.rules.kinds.rows import MOST_FILES
from supplier_portal import seals as bid_seals
from supplier_portal.service.evidence import NewFile
from supplier_portal.service.scanning import ask_for_scan


def add_file(
    seen: ContractSeen, token: str, part_id: str, new: NewFile, *, by: Viewer, arrived_at: datetime
) -> None:
    """Keep a file and name it in the draft of a part, beside those it names.

    Raises RoundRefused and UploadRefused.
    """
    # Stored before the change that names it: left over, it is ciphertext without a key.
    row = _stored(seen, part_id, new, by=by, arrived_at=arrived_at)
    with transaction():
        now, one = round_to_answer(seen, token, by)
        one.part(part_id)
        entries = _standing(one, part_id)
        if len(entries) >= MOST_FILES:
            raise RoundRefused(
                f"You cannot add more than {MOST_FILES} files here: remove one first", field="file"
            )
        must_have_room(now.contract, row.size)
        row.reassessment_id = one.row.id
        db.session.add(row)
        db.session.flush()
        ask_for_scan(row.stored_name, asked_at=arrived_at)
        _name(one, part_id, [*entries, entry_of(row, now.key)], by=by, arrived_at=arrived_at)
        note(
            "reassessment.file_added", now.contract, by,
            reassessment=token, part=part_id, file=row.token, stored=row.stored_name,
        )  # fmt: skip


def remove_file(
    seen: ContractSeen, token: str, part_id: str, file: str, *, by: Viewer, arrived_at: datetime
) -> None:
    """Take a file out of the draft of a part; nothing happens where it is not named. It is kept:
    the bid, or an earlier assessment, may name it."""
    with transaction():
        now, one = round_to_answer(seen, token, by)
        one.part(part_id)
        entries = _standing(one, part_id)
        kept = [entry for entry in entries if entry.get("evidence") != file]
        if kept == entries:
            return
        _name(one, part_id, kept, by=by, arrived_at=arrived_at)
        note(
            "reassessment.file_removed", now.contract, by,
            reassessment=token, part=part_id, file=file,
        )  # fmt: skip


def _standing(one: Round, part_id: str) -> list[dict[str, str]]:
    saved = one.saved.get(part_id)
    return entries_of(saved.given.value if saved else one.before.get(part_id))


def _name(
    one: Round, part_id: str, entries: Sequence[Any], *, by: Viewer, arrived_at: datetime
) -> None:
    saved, value = one.saved.get(part_id), list(entries) or None
    version, words = (saved.given.version, saved.given.words) if saved else (0, "")
    given = Given(version + 1, is_same(value, one.before.get(part_id)), value, words)
    add_answer(one, part_id, given, by, arrived_at)


def _stored(
    seen: ContractSeen, part_id: str, new: NewFile, *, by: Viewer, arrived_at: datetime
) -> ReassessmentFile:
    must_have_room(seen.contract, size_of(new.data))
    kind = check_upload(new.name, new.data, field="file")
    token, file_key = new_token(), keys.new_data_key()
    stored = files.store(new.data, key=file_key, context=bid_seals.file_context(token))
    name = shown_name(new.name)
    about = {
        "name": name,
        "title": new.title.strip() or name,
        "issued": new.issued,
        "sha256": stored.sha256,
    }
    return ReassessmentFile(
        token=token,
        part_id=part_id,
        sealed_about=seals.seal(FILE, token, seen.key, about),
        stored_name=stored.name,
        size=stored.size,
        kind=kind.value,
        wrapped_key=bid_seals.wrap_file_key(token, seen.key, file_key),
        added_by_id=by.person_id,
        added_at=arrived_at,
    )
