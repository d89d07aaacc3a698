"""A company's answers beside the amendments of what was asked. For its own pages only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from foundation.database import db
from question_bank.rules.kinds import Problem
from question_bank.rules.questions import Part
from supplier_portal.models import Bid, Reconfirmation, Submission
from supplier_portal.rules.amendments import (
    Amended,
    amended_since,
    for_a_form,
    in_words,
    what_no_longer_fits,
)
from tenders.amended import Published, amendments_after, amendments_of, questionnaire_as
from tenders.models import Tender
from tenders.queries import questionnaire_of

if TYPE_CHECKING:
    from supplier_portal.queries.own import SavedAnswer


@dataclass(frozen=True)
class Overtaken:
    """An answer given before its question was amended, which nobody has confirmed since.

    ``before``: the part as it was asked then. ``problems``: what makes the answer none any more.
    """

    part: Part
    before: Part
    value: Any
    version: int
    author: str
    saved_at: datetime
    amendment: Published
    problems: tuple[Problem, ...] = ()

    @property
    def fits(self) -> bool:
        return not self.problems

    @property
    def words_changed(self) -> bool:
        """Return whether a page has other words to show beside those of before."""
        return in_words(self.before) != in_words(self.part)

    @property
    def for_a_form(self) -> Any:
        return for_a_form(self.before, self.part, self.value)


@dataclass(frozen=True)
class LeftBehind:
    """An answer to a part that an amendment took out: kept, and not asked any more."""

    part: Part
    value: Any
    amendment: Published


def overtaken(bid: Bid, saved: Mapping[str, SavedAnswer]) -> Mapping[str, Overtaken]:
    """Return the answers that were overtaken by an amendment, by part."""
    published = {one.id: one for one in amendments_of(bid.tender) if one.changes_questions}
    if not published:
        return {}
    amended = [
        Amended(one.id, one.published_at, frozenset(one.to_confirm)) for one in published.values()
    ]
    asked = questionnaire_of(bid.tender).parts
    found: dict[str, Overtaken] = {}
    for part_id, answer in saved.items():
        last = amended_since(part_id, answer.saved_at, amended)
        if last is None or answer.value is None or part_id not in asked:
            continue
        part = asked[part_id]
        found[part_id] = Overtaken(
            part,
            part_as_answered(bid.tender, part, answer.saved_at),
            answer.value,
            answer.version,
            answer.author,
            answer.saved_at,
            published[last.id],
            what_no_longer_fits(part, answer.value),
        )
    if not found:
        return {}
    confirmed = _confirmed(bid)
    return {
        part_id: one
        for part_id, one in found.items()
        if (part_id, one.amendment.id) not in confirmed
    }


def left_behind(bid: Bid, saved: Mapping[str, SavedAnswer]) -> list[LeftBehind]:
    """Return the answers to parts that are asked no longer, with the amendment that took each
    out."""
    asked = questionnaire_of(bid.tender).parts
    gone = {
        part_id: answer.value
        for part_id, answer in saved.items()
        if part_id not in asked and answer.value is not None
    }
    found = []
    for one in reversed(amendments_of(bid.tender)):
        if gone and one.changes_questions:
            before = questionnaire_as(bid.tender, one.sha256_before).parts
            for part_id in [name for name in gone if name in before]:
                found.append(LeftBehind(before[part_id], gone.pop(part_id), one))
    return found


def newly_required(bid: Bid) -> frozenset[str]:
    """Return the parts that have to be answered now, and had not before some amendment."""
    asked = questionnaire_of(bid.tender).parts
    earlier = [
        questionnaire_as(bid.tender, one.sha256_before).parts
        for one in amendments_of(bid.tender)
        if one.changes_questions
    ]
    return frozenset(
        name
        for name, part in asked.items()
        if part.required and any(name not in parts or not parts[name].required for parts in earlier)
    )


def amended_after(bid: Bid, submission: Submission | None) -> tuple[Published, ...]:
    """Return the amendments of what is asked that came after the bid was handed in."""
    if submission is None:
        return ()
    return amendments_after(bid.tender, submission.arrived_at)


def part_as_answered(tender: Tender, part: Part, saved_at: datetime) -> Part:
    """Return the part as it was asked when an answer was saved; before it was asked, as it is."""
    first = next((one for one in amendments_after(tender, saved_at)), None)
    if first is None:
        return part
    return questionnaire_as(tender, first.sha256_before).parts.get(part.id, part)


def _confirmed(bid: Bid) -> set[tuple[str, int]]:
    rows = db.session.execute(
        select(Reconfirmation.part_id, Reconfirmation.amendment_id).where(
            Reconfirmation.bid_id == bid.id
        )
    )
    return {(part_id, amendment_id) for part_id, amendment_id in rows}
