"""How a company shares the work on its bid. For that company's own pages only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Membership, Person
from accounts.rules.roles import Permission, Role, allows
from foundation.database import db
from foundation.mail import Message
from supplier_portal import seals
from supplier_portal.models import Bid, BidComment, QuestionWork, SignOff
from supplier_portal.rules.teamwork import Decision

SIGN_OFF_ASKED = "bid.sign_off_asked"
ANSWERING = [role for role in Role if allows(role, Permission.ANSWER_WRITE)]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the company who may do something for this bid."""

    person_id: int
    token: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Work:
    """Who answers a question and who holds it for complete; names, empty for nobody.

    Who can no longer answer for the company, because he left or has another role, is named in
    ``left``: the question is given to nobody.
    """

    given_to: str = ""
    given_to_token: str = ""
    left: str = ""
    complete_by: str = ""
    complete_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    written_at: datetime
    text: str


def colleagues_of(bid: Bid) -> list[Colleague]:
    """Return who may answer for the company in this tender, by name."""
    return _who_may(bid, Permission.ANSWER_WRITE)


def certifiers_of(bid: Bid) -> list[str]:
    """Return the names of those who may sign the bid off."""
    return [colleague.name for colleague in _who_may(bid, Permission.BID_CERTIFY)]


def _who_may(bid: Bid, permission: Permission) -> list[Colleague]:
    rows = db.session.execute(
        select(Person.id, Person.token, Person.name, Person.email, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == bid.supplier_id,
            or_(Membership.tender_id.is_(None), Membership.tender_id == bid.tender_id),
            Person.active,
        )
        .order_by(Person.name, Person.id)
    )
    found = {
        person_id: Colleague(person_id, token, name, email)
        for person_id, token, name, email, role in rows
        if allows(Role(role), permission)
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
    still_answers = exists().where(
        Membership.person_id == given.id,
        Membership.organisation_id == bid.supplier_id,
        or_(Membership.tender_id.is_(None), Membership.tender_id == bid.tender_id),
        Membership.role.in_(ANSWERING),
        given.active,
    )
    rows = db.session.execute(
        select(
            QuestionWork.question_id,
            given.name,
            given.token,
            still_answers,
            done.name,
            QuestionWork.complete_at,
        )
        .outerjoin(given, given.id == QuestionWork.given_to_id)
        .outerjoin(done, done.id == QuestionWork.complete_by_id)
        .where(QuestionWork.bid_id == bid.id)
    )
    return {
        question_id: Work(
            given_to=(given_to or "") if answers else "",
            given_to_token=(token or "") if answers else "",
            left="" if answers else given_to or "",
            complete_by=complete_by or "",
            complete_at=complete_at,
        )
        for question_id, given_to, token, answers, complete_by, complete_at in rows
    }


def sign_off_asked_at(bid: Bid) -> datetime | None:
    """Return when certifiers were asked about the answers as they stand; None if they were not."""
    return db.session.scalars(
        select(Message.written_at)
        .where(Message.kind == SIGN_OFF_ASKED, Message.about == about_revision(bid))
        .order_by(Message.id)
        .limit(1)
    ).first()


def about_revision(bid: Bid) -> str:
    """Return what the request for a sign-off is about: it is made once for each revision."""
    return f"{bid.token}:{bid.revision}"


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


def bids_for(supplier_id: int, tender_ids: Iterable[int]) -> list[Bid]:
    """Return the company's bids for these tenders, each with its tender."""
    return list(
        db.session.scalars(
            select(Bid)
            .options(joinedload(Bid.tender, innerjoin=True))
            .where(Bid.supplier_id == supplier_id, Bid.tender_id.in_(list(tender_ids)))
        )
    )
