"""A page opened before its question was amended: what was typed is kept, and both words shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import NoResultFound

from question_bank.rules.answers import read_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Part
from supplier_portal.fields import Entry
from supplier_portal.forms import VERSION, QuestionForm, is_of
from supplier_portal.overview import Workspace
from tenders.amended import Published, amendments_after, amendments_since, questionnaire_as
from tenders.models import Tender

# The field in which a page says which text of the tender it showed.
SHOWN_TEXT = "questionnaire"


@dataclass(frozen=True)
class Amended:
    """A part as a page showed it, as it is asked now, and the amendment in between."""

    before: Part | None
    now: Part | None
    amendment: Published

    @property
    def other_kind(self) -> bool:
        """Return whether the boxes of the question cannot show what was typed for the other."""
        return self.before is None or self.now is None or self.before.kind is not self.now.kind


@dataclass(frozen=True)
class HeldBack:
    """What was typed for a part whose page showed other words, box by box."""

    amended: Amended
    typed: tuple[str, ...]


def amended_since_shown(tender: Tender, shown: str) -> Mapping[str, Amended]:
    """Return what changed since a page showed the text with this fingerprint, by part, with the
    parts that are asked no longer; nothing for a fingerprint this tender never had."""
    if not shown or shown == tender.questionnaire_sha256:
        return {}
    try:
        since = amendments_since(tender, shown)
        before = questionnaire_as(tender, shown).parts
    except NoResultFound:
        return {}
    now = questionnaire_as(tender, tender.questionnaire_sha256 or "").parts
    found = {
        part_id: Amended(before.get(part_id), now.get(part_id), one)
        for one in since
        for part_id in one.to_confirm
    }
    gone = {
        name: Amended(part, None, _which_took_out(tender, name, since))
        for name, part in before.items()
        if name not in now
    }
    return found | gone


def _which_took_out(tender: Tender, part_id: str, since: tuple[Published, ...]) -> Published:
    """Return the last of the amendments that found the part asked: after it, it was not."""
    return next(
        one
        for one in reversed(since)
        if part_id in questionnaire_as(tender, one.sha256_before).parts
    )


def note_amended(
    workspace: Workspace, form: QuestionForm, typed_at: datetime | None = None
) -> None:
    """Hold back what a form has for parts amended since its page was opened, or since it was typed.

    Nothing is saved against words nobody saw; what was typed stays in the boxes.
    """
    if form.sent is None:
        return
    tender, shown = workspace.bid.tender, form.sent.get(SHOWN_TEXT, "")
    later = amendments_after(tender, typed_at) if typed_at is not None else ()
    shown = later[0].sha256_before if later else shown
    amended = amended_since_shown(tender, shown)
    form.gone = {
        name: (f"{one.before.label} ({name})", f"amendment {one.amendment.number}")
        for name, one in amended.items()
        if one.now is None and one.before is not None
    }
    for part_id, entry in form.entries.items():
        if part_id not in amended or not form.was_sent(part_id):
            continue
        typed = tuple(
            text
            for name, text in form.sent.items(multi=True)
            if is_of(name, part_id) and not name.startswith(VERSION)
        )
        form.amended[part_id] = HeldBack(amended[part_id], tuple(filter(str.strip, typed)))
        stands = workspace.saved.get(part_id)
        if _differs(entry, stands.value if stands else None):
            entry.errors.append(
                f"The council amended {part_id} after you opened this page, so what you typed is "
                "not saved yet: compare both wordings, then save"
            )


def _differs(entry: Entry, stands: Any) -> bool:
    """Return whether something was typed that is not what stands anyway."""
    read = read_answer(entry.asked, entry.value)
    value = entry.value if read.problems else read.value
    return not is_empty(value) and value != stands
