"""How a company shares the work on its bid. For that company's own pages only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from accounts.models import Membership, Person
from accounts.rules.roles import Permission, Role, allows
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import Bid, BidComment, QuestionWork, SignOff
from supplier_portal.rules.teamwork import Decision


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the company who may answer questions of this bid."""

    person_id: int
    token: str
    name: str


@dataclass(frozen=True, slots=True)
class Work:
    """Who answers a question and who holds it for complete; names, empty for nobody."""

    given_to: str = ""
    given_to_token: str = ""
    complete_by: str = ""
    complete_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    written_at: datetime
    text: str


def colleagues_of(bid: Bid) -> list[Colleague]:
    """Return who may answer for the company in this tender, by name."""
    rows = db.session.execute(
        select(Person.id, Person.token, Person.name, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == bid.supplier_id,
            or_(Membership.tender_id.is_(None), Membership.tender_id == bid.tender_id),
            Person.active,
        )
        .order_by(Person.name, Person.id)
    )
    found = {
        person_id: Colleague(person_id, token, name)
        for person_id, token, name, role in rows
        if allows(Role(role), Permission.ANSWER_WRITE)
    }
    return list(found.values())


def people_of(bid: Bid, *permissions: Permission) -> list[str]:
    """Return the e-mail addresses of the company's people who may do one of these for the bid.

    Only active people who hold a role for every tender or for this one; each once, sorted.
    """
    rows = db.session.execute(
        select(Person.email, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == bid.supplier_id,
            or_(Membership.tender_id.is_(None), Membership.tender_id == bid.tender_id),
            Person.active,
        )
    )
    return sorted(
        {
            email
            for email, role in rows
            if any(allows(Role(role), permission) for permission in permissions)
        }
    )


def work_on(bid: Bid) -> Mapping[str, Work]:
    """Return how the work is shared, by question, in one statement."""
    given, done = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            QuestionWork.question_id, given.name, given.token, done.name, QuestionWork.complete_at
        )
        .outerjoin(given, given.id == QuestionWork.given_to_id)
        .outerjoin(done, done.id == QuestionWork.complete_by_id)
        .where(QuestionWork.bid_id == bid.id)
    )
    return {
        question_id: Work(given_to or "", token or "", complete_by or "", complete_at)
        for question_id, given_to, token, complete_by, complete_at in rows
    }


def comments_on(bid: Bid, question_id: str) -> list[Comment]:
    """Return what colleagues wrote about a question, the first first."""
    rows = db.session.execute(
        select(BidComment.token, BidComment.sealed, BidComment.written_at, Person.name)
        .join(Person, Person.id == BidComment.author_id)
        .where(BidComment.bid_id == bid.id, BidComment.question_id == question_id)
        .order_by(BidComment.id)
    )
    key = seals.supplier_key(bid)
    return [
        Comment(author, written_at, seals.open_remark(token, key, sealed))
        for token, sealed, written_at, author in rows
    ]


def last_sign_off(bid: Bid) -> Decision | None:
    """Return the last word of a certifier on this bid, if there is one."""
    row = db.session.execute(
        select(
            SignOff.token,
            SignOff.sealed_reason,
            SignOff.revision,
            SignOff.agreed,
            SignOff.decided_at,
            Person.name,
        )
        .join(Person, Person.id == SignOff.decided_by_id)
        .where(SignOff.bid_id == bid.id)
        .order_by(SignOff.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    token, sealed, revision, agreed, decided_at, by = row
    reason = seals.open_remark(token, seals.supplier_key(bid), sealed)
    return Decision(revision, agreed, reason, by, decided_at)
