"""Agreed marks: what the panel makes of the marks given alone, signed by its chair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import AgreedMark, Mark, QualityAgreed
from scoring.queries.bids import EvaluatedBid, bid_in_evaluation, bids_in_evaluation, evaluation_of
from scoring.queries.evaluators import allocation_of, locks_of, marks_given
from scoring.rules.locking import Covered, hash_of
from scoring.rules.totals import checked_mark
from scoring.service.evaluating import bid_to_change, note, propose
from scoring.service.marks import checked_reason
from supplier_portal.models import Bid
from supplier_portal.queries import must_see_all
from tenders.models import Tender
from tenders.service.base import current_tender, record


class NotReadyToAgree(DomainError):
    """Somebody who marks the question has not locked his marks yet, or nobody marks it."""


class WhyMoved(DomainError):
    """The agreed mark is not what somebody gave, and nothing says why."""


class AgreementOvertaken(DomainError):
    """The question was agreed, or agreed anew, while the form was open."""


class NotAllAgreed(DomainError):
    """A question of a bid has no agreed mark yet."""


@dataclass(frozen=True, kw_only=True)
class GivenAgreed:
    """What the panel agreed on one question. ``based_on``: the number it saw, 0 for none."""

    mark: int
    reason: str
    feedback: str = ""
    why_not_higher: str = ""
    internal_comment: str = ""
    why_moved: str = ""
    points: dict[str, bool] = field(default_factory=dict)
    present: list[str] = field(default_factory=list)
    reopened_because: str = ""
    based_on: int = 0


def agree_mark(
    bid: EvaluatedBid, question_id: str, given: GivenAgreed, *, by: Viewer
) -> AgreedMark:
    """Add the agreed mark of a question; the risks it proposes enter the register with it.

    The marks of evaluators stay as they are. Raises MarkOutsideScale, ReasonTooShort,
    NotReadyToAgree, NotInEvaluation, AgreementOvertaken.
    """
    number = checked_mark(given.mark)
    reason = checked_reason(given.reason)
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="agree a mark")
        on_the_table = _locked_marks(current, question_id)
        _must_say_why_it_moved(on_the_table, given)
        now = bid_in_evaluation(by, bid.token, to=Permission.MARK_AGREE)
        _refuse_overtaken(now.marks.get(question_id), given)
        agreed = AgreedMark(
            bid_id=current.id,
            question_id=question_id,
            number=given.based_on + 1,
            mark=number,
            reason=reason,
            feedback=given.feedback.strip(),
            why_not_higher=given.why_not_higher.strip(),
            internal_comment=given.internal_comment.strip(),
            why_moved=given.why_moved.strip(),
            suggested=bid.evaluation.levels[question_id].level,
            points=given.points,
            present=given.present,
            considered=sorted(mark.id for mark in on_the_table.values()),
            reopened_because=given.reopened_because.strip(),
            signed_by_id=by.person_id,
            signed_at=clock.now(),
        )
        db.session.add(agreed)
        db.session.flush()
        note(
            "mark.agreed",
            current,
            by,
            question=question_id,
            number=agreed.number,
            mark=number,
            considered=agreed.considered,
            text=sha256_hex("\n".join((agreed.reason, agreed.feedback, agreed.internal_comment))),
        )
        marks = now.numbers | {question_id: number}
        evaluation = evaluation_of(now.opened, now.questionnaire, now.facts, marks)
        propose(current, evaluation, now.questionnaire, by=by)
    return agreed


def _locked_marks(bid: Bid, question_id: str) -> Mapping[int, Mark]:
    """Return the locked marks of everybody who marks the question. Raises NotReadyToAgree."""
    people = allocation_of(bid.tender).people_for(question_id, bid.id)
    if not people:
        raise NotReadyToAgree(
            f"You cannot agree a mark because nobody was given {question_id} to mark"
        )
    given = marks_given([bid.id], question_id=question_id).get((bid.id, question_id), {})
    locks = locks_of(bid.tender_id)
    waiting = [one for one in people if one not in given or given[one].id > locks.get(one, 0)]
    if waiting:
        raise NotReadyToAgree(
            f"You cannot agree a mark because {len(waiting)} of {len(people)} evaluators have not "
            f"locked their marks for {question_id}"
        )
    return {one: given[one] for one in people}


def _must_say_why_it_moved(marks: Mapping[int, Mark], given: GivenAgreed) -> None:
    """Raise WhyMoved where an evaluator's mark is not the agreed one and nothing says why."""
    moved = sorted({mark.evaluator.name for mark in marks.values() if mark.mark != given.mark})
    if moved and not given.why_moved.strip():
        raise WhyMoved(
            "Enter why the agreed mark is not the mark of " + ", ".join(moved), field="why_moved"
        )


def _refuse_overtaken(stands: AgreedMark | None, given: GivenAgreed) -> None:
    number = 0 if stands is None else stands.number
    if number != given.based_on:
        raise AgreementOvertaken(
            "The mark was agreed by somebody else while you were writing. Read it, and save again "
            "to let yours count instead",
            field="mark",
        )
    if stands is not None and not given.reopened_because.strip():
        raise AgreementOvertaken(
            "Enter why the agreed mark is taken up again", field="reopened_because"
        )


def agree_quality(tender: Tender, *, by: Viewer) -> QualityAgreed:
    """Say that the quality of every bid is agreed: from here on prices are seen.

    Raises NotAllAgreed, KeptAway.
    """
    must_see_all(by, tender)
    with transaction():
        current = current_tender(tender)
        # Whoever is agreeing a mark of one of them finishes first, and is then covered.
        db.session.execute(select(Bid.id).where(Bid.tender_id == current.id).with_for_update())
        bids = bids_in_evaluation(by, current)
        left = sum(len(bid.unmarked) for bid in bids)
        if left:
            raise NotAllAgreed(
                f"You cannot say that quality is agreed because {left} "
                + ("answer has no agreed mark" if left == 1 else "answers have no agreed mark")
            )
        last = db.session.scalar(
            select(func.max(QualityAgreed.number)).where(QualityAgreed.tender_id == current.id)
        )
        agreed = QualityAgreed(
            tender_id=current.id,
            number=(last or 0) + 1,
            sha256=hash_of(
                Covered(bid.token, question_id, mark.number, mark.mark)
                for bid in bids
                for question_id, mark in bid.marks.items()
            ),
            last_mark_id=max((mark.id for bid in bids for mark in bid.marks.values()), default=0),
            agreed_by_id=by.person_id,
            agreed_at=clock.now(),
        )
        db.session.add(agreed)
        db.session.flush()
        record("quality.agreed", current, by, number=agreed.number, hash=agreed.sha256)
    return agreed
