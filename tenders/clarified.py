"""Reading questions about a tender: everybody's as published, one's own, and those waiting.

Only ``own_clarifications`` and the mail to the asker know who asked. What the buying side reads is
selected column by column, so that no page of it can show more by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import NoResultFound

from accounts.models import Membership, Organisation, Person
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission, Role, allows
from foundation.database import db
from tenders.models import Clarification, Tender
from tenders.rules.clarifications import ClarificationState


@dataclass(frozen=True, slots=True)
class Published:
    """A question with its answer, as everybody reads it."""

    number: int
    token: str
    question_id: str
    text: str
    answer: str
    published_at: datetime
    # The amendment it led to, which may not be published yet.
    amendment: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question as the officer reads it. ``draft``: the answer prepared so far, if any."""

    token: str
    state: ClarificationState
    question_id: str
    text: str
    asked_at: datetime
    published_text: str
    answer: str
    declined_because: str
    amendment: int | None = None
    # The number of the published answer that answers it as well.
    answered_with: int | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it could be published as it stands."""
        return bool(self.published_text and self.answer)


@dataclass(frozen=True, slots=True)
class Own:
    """A question of one's own company, with what became of it."""

    token: str
    state: ClarificationState
    question_id: str
    text: str
    asked_at: datetime
    number: int | None
    declined_because: str


_WAITING = (
    Clarification.token,
    Clarification.state,
    Clarification.question_id,
    Clarification.text,
    Clarification.asked_at,
    Clarification.published_text,
    Clarification.answer,
    Clarification.declined_because,
    Clarification.amendment_number,
    Clarification.answered_with,
)


def published_in(tender: Tender, question_id: str = "") -> list[Published]:
    """Return what was published, the newest first; with ``question_id`` only about that."""
    wanted = [Clarification.question_id == question_id] if question_id else []
    rows = db.session.execute(
        select(
            Clarification.number,
            Clarification.token,
            Clarification.question_id,
            Clarification.published_text,
            Clarification.answer,
            Clarification.decided_at,
            Clarification.amendment_number,
        )
        .where(
            Clarification.tender_id == tender.id,
            Clarification.state == ClarificationState.PUBLISHED,
            *wanted,
        )
        .order_by(Clarification.number.desc())
    )
    return [
        Published(number, token, about, text or "", answer or "", published_at, amendment)
        for number, token, about, text, answer, published_at, amendment in rows
        if number is not None and published_at is not None
    ]


def own_clarifications(viewer: Viewer, tender: Tender) -> list[Own]:
    """Return what the viewer's company asked, the newest first."""
    rows = db.session.execute(
        select(
            Clarification.token,
            Clarification.state,
            Clarification.question_id,
            Clarification.text,
            Clarification.asked_at,
            func.coalesce(Clarification.number, Clarification.answered_with),
            Clarification.declined_because,
        )
        .where(
            Clarification.tender_id == tender.id,
            Clarification.asked_for_id == viewer.organisation_id,
        )
        .order_by(Clarification.id.desc())
    )
    return [Own(*row[:-1], row[-1] or "") for row in rows]


def inbox_of(tender: Tender, *states: ClarificationState) -> list[Waiting]:
    """Return the questions in one of ``states``, the longest waiting first."""
    rows = db.session.execute(
        select(*_WAITING)
        .where(Clarification.tender_id == tender.id, Clarification.state.in_(states))
        .order_by(Clarification.asked_at, Clarification.id)
    )
    return [_waiting(row) for row in rows]


def in_inbox(tender: Tender, token: str) -> Waiting:
    """Return one question that waits, or is published or declined. Raises NoResultFound."""
    row = db.session.execute(
        select(*_WAITING).where(
            Clarification.tender_id == tender.id,
            Clarification.token == token,
            Clarification.state != ClarificationState.WITHDRAWN,
        )
    ).one_or_none()
    if row is None:
        raise NoResultFound
    return _waiting(row)


def _waiting(row: Any) -> Waiting:
    """Return a row of the columns of ``_WAITING``, empty texts in place of none."""
    token, state, question_id, text, asked_at, *words, amendment, answered_with = row
    published_text, answer, because = (word or "" for word in words)
    return Waiting(
        token,
        state,
        question_id,
        text,
        asked_at,
        published_text,
        answer,
        because,
        amendment,
        answered_with,
    )


def led_to(tender: Tender, amendment: int) -> list[Waiting]:
    """Return the questions that led to an amendment, published or not, the first asked first."""
    rows = db.session.execute(
        select(*_WAITING)
        .where(
            Clarification.tender_id == tender.id,
            Clarification.amendment_number == amendment,
            Clarification.state != ClarificationState.WITHDRAWN,
        )
        .order_by(Clarification.asked_at, Clarification.id)
    )
    return [_waiting(row) for row in rows]


def names_of_suppliers() -> list[str]:
    """Return every name a supplier goes by here, whether or not it has to do with a tender.

    All of them, so that what a name leads to tells nothing of who asked.
    """
    rows = db.session.execute(
        select(Organisation.name, Organisation.legal_name).where(
            Organisation.kind == OrganisationKind.SUPPLIER
        )
    )
    return sorted({name for row in rows for name in row})


def own_names(viewer: Viewer) -> list[str]:
    """Return what the viewer's own organisation is called."""
    rows = db.session.execute(
        select(Organisation.name, Organisation.legal_name).where(
            Organisation.id == viewer.organisation_id
        )
    )
    return [name for row in rows for name in row]


def who_answers(tender: Tender) -> list[str]:
    """Return the e-mail addresses of the authority's people who answer questions about it."""
    rows = db.session.execute(
        select(Person.email, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.organisation_id == tender.authority_id,
            or_(Membership.tender_id.is_(None), Membership.tender_id == tender.id),
            Person.active,
        )
    )
    return sorted(
        {email for email, role in rows if allows(Role(role), Permission.CLARIFICATION_ANSWER)}
    )
