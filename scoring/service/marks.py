"""Giving marks and deciding pass/fail requirements, each with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import Mark, RequirementDecision
from scoring.queries.bids import EvaluatedBid, bid_in_evaluation, evaluation_of
from scoring.rules.results import RequirementResult
from scoring.rules.totals import checked_mark
from scoring.service.evaluating import bid_to_change, note, propose
from scoring.service.exclusion_gate import must_be_checked
from tenders import service as tenders
from tenders.rules.lifecycle import Stage

SHORTEST_REASON = 20


class ReasonTooShort(DomainError):
    """A mark or a decision without a reason somebody else could follow."""


class NotMarked(DomainError):
    """A question for information: the tender says that it is not marked."""


class MarkOvertaken(DomainError):
    """Somebody else marked the question while the form was open."""


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
    """Add a mark; what it proposes as risks enters the register in the same change.

    Raises NotMarked, MarkOutsideScale, ReasonTooShort, NotInEvaluation, and MarkOvertaken when
    the mark that counts is not the one the evaluator saw.
    """
    if question_id not in bid.to_mark:
        raise NotMarked(
            f"You cannot mark {question_id} because the tender asks it for information only"
        )
    number = checked_mark(given.mark)
    reason = checked_reason(given.reason)
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="mark this bid")
        _begin(bid, by)
        now = bid_in_evaluation(by, bid.token, to=Permission.MARK_WRITE)
        _refuse_overtaken_mark(now.marks.get(question_id), given)
        mark = Mark(
            bid_id=current.id,
            question_id=question_id,
            number=given.based_on + 1,
            mark=number,
            reason=reason,
            feedback=given.feedback.strip(),
            internal_comment=given.internal_comment.strip(),
            suggested=bid.evaluation.levels[question_id].level,
            evaluator_id=by.person_id,
            saved_at=clock.now(),
        )
        db.session.add(mark)
        db.session.flush()
        note(
            "mark.saved",
            current,
            by,
            question=question_id,
            number=mark.number,
            mark=number,
            text=sha256_hex("\n".join((mark.reason, mark.feedback, mark.internal_comment))),
        )
        marks = now.numbers | {question_id: number}
        evaluation = evaluation_of(now.opened, now.questionnaire, now.facts, marks)
        propose(current, evaluation, now.questionnaire, by=by)
    return mark


def _begin(bid: EvaluatedBid, by: Viewer) -> None:
    if bid.tender.stage is Stage.OPENED:
        must_be_checked(bid.tender)
        tenders.start_marking(bid.tender, by=by)


def _refuse_overtaken_mark(stands: Mark | None, given: GivenMark) -> None:
    if stands is not None and stands.number != given.based_on:
        raise MarkOvertaken(
            f"{stands.evaluator.name} gave a mark of {stands.mark} while you were writing. "
            "Save again to let yours count instead",
            field="mark",
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
    return decision
