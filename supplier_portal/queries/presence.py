"""Who of the company is at work on which question. For that company's own pages only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from accounts.models import Membership, Person
from accounts.queries import Viewer
from foundation.database import db
from supplier_portal.models import Answer, Bid, Presence
from supplier_portal.rules.presence import OPEN_FOR, SAVED_FOR, Sign, at_work


def others_at_work(
    bid: Bid, viewer: Viewer, moment: datetime, question_of: Callable[[str], str | None]
) -> dict[str, list[Sign]]:
    """Return by question the colleagues at work there, in two statements; the viewer is no other.

    ``question_of`` names the question a part belongs to.
    """
    opened = db.session.execute(
        select(Presence.question_id, Person.name, Presence.seen_at)
        .join(Person, Person.id == Presence.person_id)
        .where(
            Presence.bid_id == bid.id,
            Presence.person_id != viewer.person_id,
            Presence.seen_at > moment - OPEN_FOR,
            # Whoever was taken out a moment ago is at work on nothing.
            Presence.person_id.in_(
                select(Membership.person_id).where(Membership.organisation_id == bid.supplier_id)
            ),
        )
    )
    saved = db.session.execute(
        select(Answer.part_id, Person.name, Answer.saved_at)
        .join(Person, Person.id == Answer.author_id)
        .where(
            Answer.bid_id == bid.id,
            Answer.author_id != viewer.person_id,
            Answer.saved_at > moment - SAVED_FOR,
        )
    )
    signs = [Sign(question_id, name, at, is_open=True) for question_id, name, at in opened]
    signs += [
        Sign(question_id, name, at, is_open=False)
        for part_id, name, at in saved
        if (question_id := question_of(part_id)) is not None
    ]
    return at_work(signs, moment)
