"""A workbook that came back, beside what stands in the service: what it would change."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import IO, Any

from sqlalchemy.exc import NoResultFound

from foundation import keys
from foundation.canonical import canonical_json
from foundation.errors import DomainError
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Part
from supplier_portal import seals
from supplier_portal.amending import Amended, amended_since_shown
from supplier_portal.models import Bid
from supplier_portal.overview import Workspace
from supplier_portal.service.answers import Change, earlier_values
from supplier_portal.workbook import NotAWorkbook, Reading, read
from tenders.amended import questionnaire_as
from tenders.models import Tender
from tenders.queries import questionnaire_of

# What a form may carry (foundation/pages.py), less what travels beside it.
LARGEST_SEALED = 3_500_000


class TooMuchText(DomainError):
    """The changes are more than the page can carry to the button that applies them."""


class NotSealedHere(DomainError):
    """The form carries no changes that this service put into it for this bid."""


@dataclass(frozen=True)
class Proposed:
    """One answer the workbook would change. A clash: somebody changed it online as well."""

    part: Part
    now: Any
    value: Any
    # The version that stands now: what applying is based on.
    version: int
    author: str = ""
    saved_at: datetime | None = None
    is_clash: bool = False


@dataclass(frozen=True)
class NotTaken:
    """An answer of a workbook made before its question was amended: shown, and not taken.

    ``texts``: what stands in its cells, where that was no answer even then.
    """

    before: Part
    value: Any
    amended: Amended
    texts: tuple[str, ...] = ()


def read_as_made(stream: IO[bytes], tender: Tender) -> Reading:
    """Return what a workbook says, read with the questions it was made from.

    Raises NotAWorkbook, also for a workbook of another tender or of questions never asked here.
    """
    reading = read(stream, questionnaire_of(tender))
    if reading.tender != tender.token:
        raise NotAWorkbook("This workbook is for another tender. Download the workbook of this one")
    if reading.fingerprint == tender.questionnaire_sha256:
        return reading
    try:
        asked = questionnaire_as(tender, reading.fingerprint)
    except NoResultFound:
        raise NotAWorkbook(
            "This workbook holds other questions than this tender asks now. Download it again and "
            "copy your answers into it"
        ) from None
    stream.seek(0)
    return read(stream, asked)


def not_taken_from(workspace: Workspace, reading: Reading) -> list[NotTaken]:
    """Return the answers in the workbook that were given to words amended since, or to what is
    asked no longer; those that stand here just as they are need nobody's attention."""
    changed = amended_since_shown(workspace.bid.tender, reading.fingerprint)
    unread = {note.part_id for note in reading.problems}
    found = []
    for part_id, one in changed.items():
        before = one.before or workspace.questionnaire.parts.get(part_id)
        value = reading.changes.get(part_id)
        if before is None:
            continue
        if not is_empty(value) and not _stands(workspace, part_id, value):
            found.append(NotTaken(before, value, one))
        elif part_id in unread:
            found.append(NotTaken(before, None, one, reading.texts.get(part_id, ())))
    return found


def without(reading: Reading, part_ids: Iterable[str]) -> Reading:
    """Return the reading without the answers to some parts, and what there is to say of them."""
    left_out = set(part_ids)
    return replace(
        reading,
        changes={name: value for name, value in reading.changes.items() if name not in left_out},
        problems=tuple(note for note in reading.problems if note.part_id not in left_out),
        notes=tuple(note for note in reading.notes if note.part_id not in left_out),
    )


def _stands(workspace: Workspace, part_id: str, value: Any) -> bool:
    saved = workspace.saved.get(part_id)
    return saved is not None and saved.value == value


def proposed_by(workspace: Workspace, reading: Reading) -> list[Proposed]:
    """Return what the workbook would change. One of another bid is based on nothing here."""
    mine = reading.bid == workspace.bid.token
    versions = reading.versions if mine else {}
    return proposed(
        workspace,
        {part_id: (versions.get(part_id, 0), value) for part_id, value in reading.changes.items()},
    )


def proposed(workspace: Workspace, wanted: Mapping[str, Change]) -> list[Proposed]:
    """Return what would change of ``wanted``: (version it is based on, value) by part.

    An answer the workbook left as it was downloaded changes nothing, whatever became of it since.
    """
    standing = {part_id: answer.version for part_id, answer in workspace.saved.items()}
    # A version that never was counts as none.
    based_on = {
        part_id: version if version <= standing.get(part_id, 0) else 0
        for part_id, (version, _) in wanted.items()
    }
    overtaken = [
        (part_id, version)
        for part_id, version in based_on.items()
        if 0 < version < standing.get(part_id, 0)
    ]
    earlier = earlier_values(workspace.bid, overtaken)
    found = []
    for part in workspace.questionnaire.parts.values():
        if part.id in wanted:
            is_current = based_on[part.id] == standing.get(part.id, 0)
            value = wanted[part.id][1]
            if _same(part, value, workspace.answers.get(part.id)):
                continue
            if is_current or not _same(part, value, earlier.get(part.id)):
                found.append(_proposed(workspace, part, value, is_clash=not is_current))
    return found


def _proposed(workspace: Workspace, part: Part, value: Any, *, is_clash: bool) -> Proposed:
    stands = workspace.saved.get(part.id)
    if stands is None:
        return Proposed(part, None, value, 0)
    return Proposed(
        part, stands.value, value, stands.version, stands.author, stands.saved_at, is_clash
    )


def _same(part: Part, one: Any, other: Any) -> bool:
    # Of given rows none answered and not answered are one thing.
    return one == other or bool(part.fixed_rows and is_empty(one) and is_empty(other))


def sealed(bid: Bid, changes: Iterable[Proposed]) -> str:
    """Return the changes for a hidden field, so that nothing is stored before they are chosen.

    Encrypted with the bid's own key: they open for this bid alone. Raises TooMuchText.
    """
    plain = canonical_json({change.part.id: [change.version, change.value] for change in changes})
    packed = zlib.compress(plain.encode())
    text = base64.urlsafe_b64encode(
        keys.seal(packed, key=seals.supplier_key(bid), context=_context(bid))
    ).decode()
    if len(text) > LARGEST_SEALED:
        raise TooMuchText(
            "You cannot apply so much text at once: empty half of the answers in a copy of the "
            "workbook and upload both, one after the other"
        )
    return text


def unsealed(bid: Bid, text: str) -> dict[str, Change]:
    """Return the changes carried in a form. Raises NotSealedHere."""
    try:
        packed = keys.open_sealed(
            base64.urlsafe_b64decode(text.encode("ascii", "replace")),
            key=seals.supplier_key(bid),
            context=_context(bid),
        )
    except (keys.SealBroken, binascii.Error):
        raise NotSealedHere("Upload the workbook again: the page was not complete") from None
    changes = json.loads(zlib.decompress(packed))
    return {part_id: (version, value) for part_id, (version, value) in changes.items()}


def _context(bid: Bid) -> str:
    return f"workbook:{bid.token}"
