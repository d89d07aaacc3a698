"""What a bid marks confidential: as it stands for its supplier, and as it was handed in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from foundation.database import db
from question_bank.rules.questions import Part
from supplier_portal import seals
from supplier_portal.models import Bid, ConfidentialMark
from supplier_portal.rules.confidential import Mark, fits
from tenders.queries import questionnaire_of


@dataclass(frozen=True)
class StandingMark:
    """A mark with whom it is from, and whether it still fits the answer as saved."""

    mark: Mark
    part: Part | None
    fits: bool
    author: str
    marked_at: datetime
    record: ConfidentialMark


def marks_of(bid: Bid, answers: Mapping[str, Any]) -> list[StandingMark]:
    """Return every mark of the supplier's own bid, in the order of the parts."""
    rows = db.session.execute(
        select(ConfidentialMark, Person.name)
        .join(Person, Person.id == ConfidentialMark.marked_by_id)
        .where(ConfidentialMark.bid_id == bid.id)
        .order_by(ConfidentialMark.id)
    ).all()
    key, parts = seals.supplier_key(bid), questionnaire_of(bid.tender).parts
    found = []
    for row, author in rows:
        mark = Mark.read(seals.open_mark(row.token, key, row.sealed))
        part, value = parts.get(mark.part_id), answers.get(mark.part_id)
        found.append(StandingMark(mark, part, fits(mark, part, value), author, row.marked_at, row))
    order = {part_id: place for place, part_id in enumerate(parts)}
    return sorted(found, key=lambda entry: order.get(entry.mark.part_id, len(order)))


def mark_of(bid: Bid, answers: Mapping[str, Any], token: str) -> StandingMark:
    """Return one mark of the supplier's own bid. Raises NoResultFound."""
    for entry in marks_of(bid, answers):
        if entry.mark.token == token:
            return entry
    raise NoResultFound


def marks_to_hand_in(bid: Bid, answers: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the marks that go with the bid: those that fit the answers handed in.

    One that quotes words taken out of the answer since would hand in those very words.
    """
    return [entry.mark.as_json() for entry in marks_of(bid, answers) if entry.fits]


def marks_handed_in(content: Mapping[str, Any]) -> list[Mark]:
    """Return the marks in the text of a submission."""
    return [Mark.read(said) for said in content.get("confidential", ())]


def marks_in_text(text: str) -> list[Mark]:
    """Return the marks in the canonical text of a submission."""
    return marks_handed_in(json.loads(text))
