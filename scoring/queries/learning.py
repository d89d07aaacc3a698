"""What an authority's decided tenders taught: read from counts alone, in one statement."""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from foundation.database import db
from scoring.models import QuestionLesson
from scoring.rules.learning import Learned, Lesson, learned
from tenders.models import Tender
from tenders.rules.lifecycle import Stage

# From here on a tender's bids may be counted.
AFTER_THE_DECISION = frozenset({Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED})


def learned_by(viewer: Viewer, question_id: str = "") -> list[Learned]:
    """Return what the viewer's own authority learned; ``question_id``: about that question alone.

    Nothing for anybody who may not read the authority's tenders.
    """
    if not _may_learn(viewer):
        return []
    wanted = [QuestionLesson.question_id == question_id] if question_id else []
    rows = db.session.scalars(
        select(QuestionLesson)
        .join(Tender, Tender.id == QuestionLesson.tender_id)
        .where(Tender.authority_id == viewer.organisation_id, *wanted)
        .order_by(QuestionLesson.id)
    )
    return learned(lesson(row) for row in rows)


def tenders_counted(viewer: Viewer) -> int:
    """Return of how many tenders of the authority there are counts."""
    found = (
        select(func.count(QuestionLesson.tender_id.distinct()))
        .join(Tender, Tender.id == QuestionLesson.tender_id)
        .where(Tender.authority_id == viewer.organisation_id)
    )
    return db.session.scalar(found) or 0


def learned_of_question(viewer: Viewer | None, question_id: str) -> Learned | None:
    """Return what is shown at a question of the bank; None where there is nothing to show."""
    if viewer is None:
        return None
    return next(iter(learned_by(viewer, question_id)), None)


def _may_learn(viewer: Viewer) -> bool:
    is_authority = viewer.kind is OrganisationKind.AUTHORITY
    return is_authority and viewer.may(Permission.TENDER_READ)


def lesson(row: QuestionLesson) -> Lesson:
    return Lesson(
        row.question_id,
        row.title,
        bids=row.bids,
        lowest=row.lowest,
        highest=row.highest,
        clarifications=row.clarifications,
        not_applicable=row.not_applicable,
        several=row.several,
        apart=row.apart,
        far_apart=row.far_apart,
        away=row.away,
        far_away=row.far_away,
    )
