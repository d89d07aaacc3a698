"""One answer to several questions: what was asked twice points to the answer that is published."""

from __future__ import annotations

from sqlalchemy import select

from accounts.models import Person
from accounts.queries import Viewer
from foundation import clock, mail
from foundation.database import db, transaction
from tenders.models import Clarification, Tender
from tenders.rules.clarifications import (
    ClarificationState,
    ClarificationStep,
    WrongWords,
    clarification_state_after,
)
from tenders.service.base import current_tender, record
from tenders.service.clarifications import EVERYBODYS_PAGE


def merge_clarification(tender: Tender, token: str, number: int, *, by: Viewer) -> None:
    """Answer a question that waits with what is published under ``number``, and tell its asker.

    Nobody else is told: everybody has that answer. Raises WrongWords,
    ClarificationStepNotAllowed, NoResultFound.
    """
    with transaction():
        current = current_tender(tender)
        asked = db.session.scalars(
            select(Clarification)
            .where(Clarification.tender_id == current.id, Clarification.token == token)
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        asked.state = clarification_state_after(asked.state, ClarificationStep.MERGE)
        if number not in _published_numbers(current):
            raise WrongWords("Select the published answer that answers it", field="number")
        asked.answered_with = number
        asked.decided_at, asked.decided_by_id = clock.now(), by.person_id
        record("clarification.merged", current, by, clarification=token, number=number)
        asker = select(Person.email).where(Person.id == asked.asked_by_id, Person.active)
        mail.post(
            "clarification.merged",
            token,
            db.session.scalars(asker),
            f"Your question about {current.reference} is answered",
            f"The council has published an answer that answers your question about "
            f"“{current.title}” as well: number {number}.\n\n"
            f"Read it: {mail.link(EVERYBODYS_PAGE, tender=current.token)}\n",
        )


def _published_numbers(tender: Tender) -> set[int | None]:
    return set(
        db.session.scalars(
            select(Clarification.number).where(
                Clarification.tender_id == tender.id,
                Clarification.state == ClarificationState.PUBLISHED,
            )
        )
    )
