"""A supplier's question that changes what is asked: an amendment begun, with the question noted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts.queries import Viewer
from foundation.database import db, transaction
from tenders.models import Clarification, Tender
from tenders.prepared import next_number
from tenders.rules.clarifications import ClarificationState
from tenders.service.amending import amendable, prepare_amendment
from tenders.service.base import record


def change_what_is_asked(
    tender: Tender, clarification: str, *, by: Viewer, arrived_at: datetime
) -> None:
    """Begin an amendment because of a supplier's question, or note it with the one in preparation.

    Once the amendment is published, the published answer names it. Raises StepNotAllowed,
    NoResultFound.
    """
    with transaction():
        current = amendable(tender, arrived_at)
        prepare_amendment(current, by=by, arrived_at=arrived_at)
        asked = db.session.scalars(
            select(Clarification)
            .where(
                Clarification.tender_id == current.id,
                Clarification.token == clarification,
                Clarification.state.in_((ClarificationState.ASKED, ClarificationState.PUBLISHED)),
            )
            .execution_options(populate_existing=True)
        ).one()
        asked.amendment_number = next_number(current)
        record(
            "tender.amendment_answers",
            current,
            by,
            clarification=clarification,
            number=asked.amendment_number,
        )
