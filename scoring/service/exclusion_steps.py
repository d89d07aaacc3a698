"""Adding a party to a bid, and a step to a party: nothing is changed, only added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from scoring import seals
from scoring.models import ExclusionEvent, ExclusionParty
from scoring.queries.exclusions import Party, party_of, place_of, today
from scoring.rules.exclusions import Kind, PartyRole, must_be_next
from scoring.service.evaluating import bid_to_change, note
from scoring.service.standings import stand_anew
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid

DOING = "record this"
# The steps after which a bid may be out of the competition, or in again.
MOVES_THE_BID = frozenset({Kind.CHECKED, Kind.DECIDED, Kind.REPLACED, Kind.STRUCK})


class PartyChanged(DomainError):
    """A colleague recorded a step while the form was open."""


@dataclass(frozen=True, kw_only=True)
class NewStep:
    """A step to add. ``as_of``: the day on which it must follow from where the party stood."""

    kind: Kind
    words: Mapping[str, Any]
    outcome: str = ""
    done_on: date = field(default_factory=today)
    due_on: date | None = None
    as_of: date | None = None


def add_to_list(bid: Bid, name: str, role: PartyRole, found_in: str, by: Viewer) -> str:
    """Add a party; return its token. Call it in a transaction."""
    token = new_token()
    sealed = seals.seal_text(seals.PARTY, token, bid_seals.opened_key(bid), name)
    db.session.add(
        ExclusionParty(
            token=token,
            bid_id=bid.id,
            sealed_name=sealed,
            role=role,
            found_in=found_in,
            added_at=clock.now(),
            added_by_id=by.person_id,
        )
    )
    db.session.flush()
    note("exclusion.party_added", bid, by, party=token, role=role)
    return token


def record_step(
    bid: Bid, token: str, step: NewStep, *, based_on: int, by: Viewer
) -> tuple[Bid, Party]:
    """Add a step of the buying side; return the bid, and the party as it was.

    Raises NotNow, PartyChanged, NotInEvaluation and NoResultFound.
    """
    with transaction():
        # Whoever has 30 days to notify has them also once the tender is decided.
        is_late = step.kind is Kind.NOTIFIED
        current = _whatever_the_stage(bid) if is_late else bid_to_change(bid, doing=DOING)
        party = party_of(current, token, step.as_of)
        if party.version != based_on:
            raise PartyChanged(
                "A colleague recorded something about this party after you opened the page. Read "
                "it, and save again if yours still holds"
            )
        append_step(current, party, step, by=by, key=bid_seals.opened_key(current))
    return current, party


def append_step(bid: Bid, party: Party, step: NewStep, *, by: Viewer, key: bytes) -> None:
    """Add a step that follows. Raises NotNow; call it in a transaction."""
    must_be_next(step.kind, party.standing, party.role)
    text = canonical_json(dict(step.words))
    number = party.version + 1
    row_id = db.session.scalars(
        select(ExclusionParty.id).where(ExclusionParty.token == party.token)
    ).one()
    db.session.add(
        ExclusionEvent(
            party_id=row_id,
            number=number,
            kind=step.kind,
            outcome=step.outcome,
            sealed_text=seals.seal_text(seals.EXCLUSION, place_of(party.token, number), key, text),
            done_on=step.done_on,
            due_on=step.due_on,
            recorded_at=clock.now(),
            recorded_by_id=by.person_id,
        )
    )
    db.session.flush()
    note(
        f"exclusion.{step.kind}",
        bid,
        by,
        party=party.token,
        number=number,
        outcome=str(step.outcome),
        done_on=step.done_on.isoformat(),
        text=sha256_hex(text),
    )
    if step.kind in MOVES_THE_BID:
        stand_anew(bid)


def _whatever_the_stage(bid: Bid) -> Bid:
    return db.session.scalars(
        select(Bid)
        .options(joinedload(Bid.tender, innerjoin=True))
        .where(Bid.id == bid.id)
        .with_for_update(of=Bid)
        .execution_options(populate_existing=True)
    ).one()
