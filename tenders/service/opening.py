"""How the bids of a tender will be opened: chosen in the draft; the parts of a strict opening."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.queries import Viewer
from accounts.queries.team import everybody_in
from accounts.rules.roles import Permission
from accounts.service.proving import prove_again
from foundation import clock
from foundation.database import db, transaction
from tenders import seals
from tenders.custodians import custodians_of, parts_of
from tenders.models import OpeningPart, Tender
from tenders.rules.approvals import NotEntitled
from tenders.rules.lifecycle import Stage
from tenders.rules.opening import (
    ALPHABET,
    RANDOM_CHARACTERS,
    OpeningUnclear,
    missing_for_publication,
    must_be_three_people,
    part_in_groups,
)
from tenders.service.base import current_draft, record


@dataclass(frozen=True)
class Opening:
    """What is chosen about the opening. ``custodians``: person ids, in the order of the parts."""

    strictly: bool
    shows_count: bool
    custodians: tuple[int | None, ...] = ()


def set_opening(tender: Tender, opening: Opening, *, by: Viewer) -> None:
    """Decide how the bids of a draft will be opened. Raises OpeningUnclear and TenderPublished.

    Whoever stays where he was named keeps the part; whoever comes new has to take one.
    """
    with transaction():
        draft = current_draft(tender)
        people = opening.custodians if opening.strictly else ()
        tokens = {member.person_id: member.token for member in _entitled(draft)}
        if opening.strictly:
            must_be_three_people(people)
            if not set(people) <= set(tokens):
                raise OpeningUnclear("Select officers who may open bids", field="custodian_1")
        draft.opens_strictly = opening.strictly
        draft.shows_count = opening.shows_count
        _name(draft, people)
        record(
            "tender.opening_set",
            draft,
            by,
            strictly=opening.strictly,
            shows_count=opening.shows_count,
            custodians=[tokens[person] for person in people if person],
        )


def take_part(tender: Tender, *, by: Viewer, password: str) -> str:
    """Make the part of ``by`` and return it as it is printed: it is nowhere afterwards.

    A part taken before is worth nothing from then on. Once all three are taken the opening key is
    made. Raises NotProven, NotEntitled for whoever is not to hold one, TenderPublished.
    """
    prove_again(by, password)
    with transaction():
        draft = current_draft(tender)
        parts = parts_of(draft)
        mine = next((part for part in parts if part.person_id == by.person_id), None)
        if mine is None:
            raise NotEntitled("You cannot take a part because you are not named to hold one")
        words = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_CHARACTERS))
        mine.public_key = seals.public_of_part(draft, mine.number, words)
        mine.taken_at = clock.now()
        _make_opening_key(draft, parts)
        record("tender.opening_part_taken", draft, by, part=mine.number)
    return part_in_groups(words)


def opening_terms(tender: Tender) -> dict[str, Any]:
    """Return what was chosen about the opening, for the published terms; nothing if nothing was."""
    chosen: dict[str, Any] = {}
    if tender.opens_strictly:
        chosen = {"strictly": True, "public_key": tender.opening_public_key}
    if tender.shows_count:
        chosen["shows_count"] = True
    return {"opening": chosen} if chosen else {}


def opening_missing(tender: Tender) -> str:
    """Return why the opening stops publication, as a sentence; empty if it does not."""
    if tender.opens_strictly and tender.stage is Stage.DRAFT:
        return missing_for_publication(custodians_of(tender))
    return ""


def _entitled(draft: Tender) -> list[Any]:
    return [
        member
        for member in everybody_in(draft.authority_id)
        if member.may(Permission.BID_OPEN, tender_id=draft.id)
    ]


def _name(draft: Tender, people: Sequence[int | None]) -> None:
    """Let ``people`` hold the parts. After any change the opening key has to be made anew."""
    known = {part.number: part for part in parts_of(draft)}
    if [part.person_id for part in known.values()] == list(people):
        return
    draft.opening_public_key = None
    for number, person in enumerate(people, start=1):
        part = known.pop(number, None) or OpeningPart(tender_id=draft.id, number=number)
        if part.person_id != person:
            part.person_id = person or 0
            part.public_key = part.taken_at = None
        part.pair_sealed = None
        db.session.add(part)
    for left in known.values():
        db.session.delete(left)


def _make_opening_key(draft: Tender, parts: Sequence[OpeningPart]) -> None:
    publics = {part.number: part.public_key for part in parts if part.public_key}
    draft.opening_public_key = None
    sealed: dict[int, str] = {}
    if len(publics) == len(parts):
        draft.opening_public_key, sealed = seals.new_opening_key(draft, publics)
    for part in parts:
        part.pair_sealed = sealed.get(part.number)
