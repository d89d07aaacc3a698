"""Marks of evaluators, each given alone, and decisions on requirements, each with a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select

from accounts.models import Person
from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import Mark, MarkLock, RequirementDecision
from scoring.queries.bids import EvaluatedBid
from scoring.queries.own_cell import OwnCell, own_cell
from scoring.queries.own_marks import OwnMarks, covered_by_a_lock, own_marks
from scoring.rules.allocation import NotAllocated
from scoring.rules.locking import hash_of
from scoring.rules.results import RequirementResult
from scoring.rules.totals import checked_mark
from scoring.service.evaluating import LateBidWaits, bid_to_change, evaluated_at, note
from scoring.service.exclusion_gate import must_be_checked
from scoring.service.standings import stand_anew
from supplier_portal.models import Bid
from tenders import service as tenders
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.service.base import current_tender, record

SHORTEST_REASON = 20
MARKING = "mark this bid"


class ReasonTooShort(DomainError):
    """A mark or a decision without a reason somebody else could follow."""


class NotMarked(DomainError):
    """A question for information: the tender says that it is not marked."""


class MarkOvertaken(DomainError):
    """The evaluator saved the question elsewhere while the form was open."""


class MarksLocked(DomainError):
    """The evaluator said that his marks are final."""


class NotAllMarked(DomainError):
    """Something the evaluator has to mark has no mark yet."""


class DecisionOvertaken(DomainError):
    """Somebody else decided the requirement while the form was open."""


@dataclass(frozen=True, kw_only=True)
class GivenMark:
    """What an evaluator says about one question. ``based_on``: the number he saw, 0 for none."""

    mark: int
    reason: str
    feedback: str
    internal_comment: str
    based_on: int
    points: dict[str, bool] = field(default_factory=dict)
    cites: list[dict[str, Any]] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class GivenDecision:
    passed: bool
    reason: str
    based_on: int


def checked_reason(reason: str, what: str = "that names an answer") -> str:
    """Return the reason; raise ReasonTooShort unless it has 20 characters that are not spaces.

    ``what``: what it is to say.
    """
    text = reason.strip()
    if len("".join(text.split())) < SHORTEST_REASON:
        raise ReasonTooShort(
            f"Enter a reason of at least {SHORTEST_REASON} characters {what}",
            field="reason",
        )
    return text


def save_mark(bid: EvaluatedBid, question_id: str, given: GivenMark, *, by: Viewer) -> Mark:
    """Add the mark of one evaluator; it counts for nothing until the panel agrees one.

    Raises NotMarked, MarkOutsideScale, ReasonTooShort, NotAllocated, MarksLocked, NotInEvaluation,
    and MarkOvertaken when his mark that counts is not the one he saw.
    """
    if question_id not in bid.to_mark:
        raise NotMarked(
            f"You cannot mark {question_id} because the tender asks it for information only"
        )
    number = checked_mark(given.mark)
    reason = checked_reason(given.reason)
    with transaction():
        stage = _kept_for(by, bid)
        cell = own_cell(by.person_id, bid.opened.bid.id, question_id)
        if cell.late_bid_waits:
            raise LateBidWaits.before(MARKING)
        _begin(bid.tender, stage, by)
        _must_be_his(cell, question_id, given)
        mark = Mark(
            bid_id=bid.opened.bid.id,
            question_id=question_id,
            number=given.based_on + 1,
            mark=number,
            reason=reason,
            feedback=given.feedback.strip(),
            internal_comment=given.internal_comment.strip(),
            suggested=bid.evaluation.levels[question_id].level,
            points=given.points,
            cites=given.cites,
            warned=given.warned,
            evaluator_id=by.person_id,
            saved_at=clock.now(),
        )
        db.session.add(mark)
        db.session.flush()
        note(
            "mark.saved",
            bid.opened.bid,
            by,
            question=question_id,
            number=mark.number,
            mark=number,
            warned=mark.warned,
            text=sha256_hex("\n".join((mark.reason, mark.feedback, mark.internal_comment))),
        )
    return mark


# Put together once, because it is sent with every mark.
_KEPT = (
    select(Tender.stage)
    .join(Bid, Bid.tender_id == Tender.id)
    .join(Person, Person.id == bindparam("person"))
    .where(Bid.id == bindparam("bid"))
    .with_for_update(of=[Bid, Person])
)


def _kept_for(by: Viewer, bid: EvaluatedBid) -> Stage:
    """Keep a bid, and all the marks of one evaluator, from changing until the transaction ends.

    Return the stage of the tender. Raises NotInEvaluation.
    """
    ids = {"bid": bid.opened.bid.id, "person": by.person_id}
    return evaluated_at(db.session.execute(_KEPT, ids).scalar_one(), doing=MARKING)


def _begin(tender: Tender, stage: Stage, by: Viewer) -> None:
    if stage is Stage.OPENED:
        must_be_checked(tender, by)
        tenders.start_marking(tender, by=by)


def _must_be_his(cell: OwnCell, question_id: str, given: GivenMark) -> None:
    if not cell.is_his:
        raise NotAllocated(
            f"You cannot mark {question_id} because it is not allocated to you in this bid"
        )
    if cell.is_locked:
        raise MarksLocked(f"You cannot change your mark for {question_id} because it is locked")
    if given.based_on == cell.number:
        return
    raise MarkOvertaken(
        "Your mark was not based on the one that counts. Save again to let it count"
        if cell.mark is None
        else f"You gave a mark of {cell.mark} in another window while you were writing. "
        "Save again to let this one count instead",
        field="mark",
    )


def lock_marks(tender: Tender, *, by: Viewer) -> MarkLock:
    """Say that all marks one has to give are final. From here on they stay as they are.

    What comes to somebody later is locked by a further lock. Raises NotAllMarked, also where
    nothing is left to lock, and NotInEvaluation.
    """
    with transaction():
        _alone(by)
        current = current_tender(tender)
        evaluated_at(current.stage, doing="lock your marks")
        work = own_marks(by, current)
        _must_be_whole(work)
        covered = covered_by_a_lock(by.person_id, current.id)
        lock = MarkLock(
            tender_id=current.id,
            person_id=by.person_id,
            number=_locks(current.id, by.person_id) + 1,
            last_mark_id=max(work.given.values()),
            marks=len(covered),
            sha256=hash_of(covered),
            locked_at=clock.now(),
        )
        db.session.add(lock)
        db.session.flush()
        record("marks.locked", current, by, marks=lock.marks, hash=lock.sha256)
    return lock


def _must_be_whole(work: OwnMarks) -> None:
    if work.unmarked:
        left = len(work.unmarked)
        raise NotAllMarked(
            f"You cannot lock your marks because {left} "
            + ("answer has no mark" if left == 1 else "answers have no mark")
        )
    if not work.unlocked:
        raise NotAllMarked("You cannot lock your marks because nothing is left to lock")


def _alone(by: Viewer) -> None:
    """Let one change of somebody's marks wait for another: a lock and a mark never cross."""
    db.session.execute(select(Person.id).where(Person.id == by.person_id).with_for_update())


def _locks(tender_id: int, person_id: int) -> int:
    return (
        db.session.scalar(
            select(func.max(MarkLock.number)).where(
                MarkLock.tender_id == tender_id, MarkLock.person_id == person_id
            )
        )
        or 0
    )


def decide_requirement(
    bid: EvaluatedBid, entry: RequirementResult, given: GivenDecision, *, by: Viewer
) -> RequirementDecision:
    """Pass or fail a bid on a requirement. Raises ReasonTooShort, NotInEvaluation and
    DecisionOvertaken."""
    reason = checked_reason(given.reason)
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="decide this requirement")
        last = db.session.scalar(
            select(func.max(RequirementDecision.number)).where(
                RequirementDecision.bid_id == current.id,
                RequirementDecision.question_id == entry.question_id,
            )
        )
        if (last or 0) != given.based_on:
            raise DecisionOvertaken(
                "Somebody decided this requirement while you were writing. Read that decision, "
                "and save again to let yours count instead",
                field="decision",
            )
        decision = RequirementDecision(
            bid_id=current.id,
            question_id=entry.question_id,
            number=given.based_on + 1,
            passed=given.passed,
            found=str(entry.result),
            reason=reason,
            decided_by_id=by.person_id,
            decided_at=clock.now(),
        )
        db.session.add(decision)
        db.session.flush()
        note(
            "requirement.decided",
            current,
            by,
            question=entry.question_id,
            number=decision.number,
            passed=given.passed,
            found=str(entry.result),
            reason=sha256_hex(reason),
        )
        stand_anew(current)
    return decision
