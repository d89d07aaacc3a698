"""Who of the company is at work on which question. For that company's own pages only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import bindparam, literal, select, union_all

from accounts.models import Membership, Person
from accounts.queries import Viewer
from foundation.database import db
from supplier_portal.models import Answer, Bid, Presence
from supplier_portal.rules.presence import OPEN_FOR, SAVED_FOR, Sign, at_work

# Who has a question open, and whoever saved an answer, in one statement; put together once,
# because it is asked at every page of a question.
_AT_WORK = union_all(
    select(
        Presence.question_id.label("where"),
        Person.name.label("name"),
        Presence.seen_at.label("at"),
        literal(True).label("is_open"),
    )
    .join(Person, Person.id == Presence.person_id)
    .where(
        Presence.bid_id == bindparam("bid"),
        Presence.person_id != bindparam("viewer"),
        Presence.seen_at > bindparam("open_after"),
        # Whoever was taken out a moment ago is at work on nothing.
        Presence.person_id.in_(
            select(Membership.person_id).where(Membership.organisation_id == bindparam("company"))
        ),
    ),
    select(Answer.part_id, Person.name, Answer.saved_at, literal(False))
    .join(Person, Person.id == Answer.author_id)
    .where(
        Answer.bid_id == bindparam("bid"),
        Answer.author_id != bindparam("viewer"),
        Answer.saved_at > bindparam("saved_after"),
    ),
)


def others_at_work(
    bid: Bid, viewer: Viewer, moment: datetime, question_of: Callable[[str], str | None]
) -> dict[str, list[Sign]]:
    """Return by question the colleagues at work there, in one statement; the viewer is no other.

    ``question_of`` names the question a part belongs to.
    """
    rows = db.session.execute(
        _AT_WORK,
        {
            "bid": bid.id,
            "viewer": viewer.person_id,
            "company": bid.supplier_id,
            "open_after": moment - OPEN_FOR,
            "saved_after": moment - SAVED_FOR,
        },
    )
    signs = []
    for where, name, at, is_open in rows:
        question_id = where if is_open else question_of(where)
        if question_id is not None:
            signs.append(Sign(question_id, name, at, is_open=bool(is_open)))
    return at_work(signs, moment)
