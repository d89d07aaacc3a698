"""Counting what a decided tender taught about its questions: once, after the decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from foundation import clock, jobs
from foundation.database import db, transaction
from scoring.models import AgreedMark, QuestionLesson
from scoring.queries.evaluators import locks_of, marks_given, readable_bid_ids
from scoring.queries.learning import AFTER_THE_DECISION
from scoring.rules.learning import CellSeen, lesson_of, says_not_applicable
from supplier_portal.queries.opened import every_opened_bid
from tenders.models import Clarification, Tender
from tenders.queries import questionnaire_of
from tenders.rules.clarifications import ClarificationState
from tenders.rules.questionnaire import Questionnaire

LEARN = "tender.learn"
# Questions that everybody got an answer to; who asked is nobody's business here.
ANSWERED = (ClarificationState.PUBLISHED, ClarificationState.MERGED)
Cells = dict[str, list[CellSeen]]


def ask_to_learn(_action: str, tender: Tender) -> None:
    """Have the counts made once a tender is decided; app.py plugs this in."""
    if tender.stage in AFTER_THE_DECISION:
        jobs.enqueue(LEARN, tender.token)


def learn(token: str, _payload: Mapping[str, Any]) -> None:
    """Write the counts of a decided tender; a second time nothing is left to do."""
    with transaction():
        tender = db.session.scalars(
            select(Tender).where(Tender.token == token).with_for_update(of=Tender)
        ).one()
        known = db.session.scalar(
            select(QuestionLesson.id).where(QuestionLesson.tender_id == tender.id).limit(1)
        )
        if known is None and tender.stage in AFTER_THE_DECISION:
            _write(tender)


def _write(tender: Tender) -> None:
    asked = questionnaire_of(tender)
    cells, questions = _cells(tender), _clarifications(tender)
    refused = _not_applicable(tender, asked)
    for one in asked.questions:
        if one.id not in cells:
            continue
        made = lesson_of(
            one.id,
            one.question.title,
            cells[one.id],
            clarifications=questions[one.id],
            not_applicable=None if refused is None else refused[one.id],
        )
        db.session.add(QuestionLesson(tender_id=tender.id, counted_at=clock.now(), **asdict(made)))


def _cells(tender: Tender) -> Cells:
    """Return by question what was agreed and given for each bid."""
    bid_ids = readable_bid_ids(tender.id)
    locks, given = locks_of(tender.id), marks_given(bid_ids)
    agreed: dict[tuple[int, str], tuple[int, int]] = {
        (bid_id, question_id): (mark, suggested)
        for bid_id, question_id, mark, suggested in db.session.execute(
            select(AgreedMark.bid_id, AgreedMark.question_id, AgreedMark.mark, AgreedMark.suggested)
            .where(AgreedMark.bid_id.in_(bid_ids))
            .order_by(AgreedMark.number)
        )
    }
    found: Cells = {}
    for cell, (mark, suggested) in sorted(agreed.items()):
        alone = tuple(
            one.mark for by, one in given.get(cell, {}).items() if one.id <= locks.get(by, 0)
        )
        found.setdefault(cell[1], []).append(CellSeen(mark, suggested, alone))
    return found


def _clarifications(tender: Tender) -> Counter[str]:
    return Counter(
        db.session.scalars(
            select(Clarification.question_id).where(
                Clarification.tender_id == tender.id,
                Clarification.state.in_(ANSWERED),
                Clarification.question_id != "",
            )
        )
    )


def _not_applicable(tender: Tender, asked: Questionnaire) -> Counter[str] | None:
    """Return how many bids called something not applicable, by question; None where what bids
    said is destroyed."""
    if tender.content_destroyed_at is not None:
        return None
    found: Counter[str] = Counter()
    for bid in every_opened_bid(tender):
        found.update(set(_questions_of(asked, bid.answers)))
    return found


def _questions_of(asked: Questionnaire, answers: Mapping[str, Any]) -> Iterable[str]:
    for part_id, value in answers.items():
        if says_not_applicable(value):
            question = asked.question_of_part(part_id)
            if question is not None:
                yield question.id
