"""Agreed marks: what the panel makes of the marks given alone, signed by its chair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from scoring.models import AgreedMark
from scoring.queries.bid_questions import open_about
from scoring.queries.bids import EvaluatedBid, evaluation_of
from scoring.queries.evaluators import may_see_marks
from scoring.queries.moderation import Table, agreed_numbers, last_agreed, of_one, table_of
from scoring.queries.price_opening import prices_known_since
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.totals import checked_mark
from scoring.service.evaluating import NotInEvaluation, bid_to_change, note, propose
from scoring.service.marks import NotMarked, checked_reason
from scoring.service.standings import stand_anew
from supplier_portal.models import Bid
from supplier_portal.queries.opened import barrier_before


class NotReadyToAgree(DomainError):
    """Too few mark the question, somebody has not locked, or a question to the bidder is open."""


class WhyMoved(DomainError):
    """The agreed mark is not what somebody gave, and nothing says why."""


class WhyNotHigher(DomainError):
    """An agreed mark below the top, and nothing says what is lacking."""


class NotThere(DomainError):
    """Whoever signs for the panel is not among those who were there."""


class AgreementOvertaken(DomainError):
    """The question was agreed, or agreed anew, while the form was open."""


@dataclass(frozen=True, kw_only=True)
class GivenAgreed:
    """What the panel agreed on one question. ``based_on``: the number it saw, 0 for none;
    ``present``: tokens of the people who were there; ``warned``: words of rules.guards."""

    mark: int
    reason: str
    feedback: str = ""
    why_not_higher: str = ""
    internal_comment: str = ""
    why_moved: str = ""
    points: dict[str, bool] = field(default_factory=dict)
    present: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    reopened_because: str = ""
    based_on: int = 0


def agree_mark(
    bid: EvaluatedBid, question_id: str, given: GivenAgreed, *, by: Viewer
) -> AgreedMark:
    """Add the agreed mark of a question; the risks it proposes enter the register with it.

    The marks of evaluators stay as they are. Raises MarkOutsideScale, ReasonTooShort, NotMarked,
    NotReadyToAgree, WhyMoved, WhyNotHigher, NotThere, NotInEvaluation, AgreementOvertaken, and
    NoResultFound for a bid the signatory is kept away from.
    """
    if question_id not in bid.to_mark:
        raise NotMarked(
            f"You cannot agree a mark because the tender asks {question_id} for information only"
        )
    number = checked_mark(given.mark)
    reason = checked_reason(given.reason)
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="agree a mark")
        _must_see(current, by)
        table = _ready(bid, current, question_id)
        moved = _must_say_why(table, given)
        _must_be_there(given, by)
        _refuse_overtaken(last_agreed(current.id, question_id), given)
        agreed = AgreedMark(
            bid_id=current.id,
            question_id=question_id,
            number=given.based_on + 1,
            mark=number,
            reason=reason,
            feedback=given.feedback.strip(),
            why_not_higher=given.why_not_higher.strip(),
            internal_comment=given.internal_comment.strip(),
            why_moved=given.why_moved.strip() if moved else "",
            suggested=bid.evaluation.levels[question_id].level,
            points=given.points,
            present=given.present,
            considered=sorted(mark.id for mark in table.marks.values()),
            warned=given.warned,
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
            present=agreed.present,
            warned=agreed.warned,
            text=sha256_hex(in_one(agreed)),
            **({"prices_known": True} if prices_known_since(current.tender) else {}),
        )
        _follow(bid, current, by)
    return agreed


def in_one(agreed: AgreedMark) -> str:
    """Return every word of an agreed mark, for the hash that the record keeps of it."""
    return "\n".join(
        (
            agreed.reason,
            agreed.feedback,
            agreed.why_not_higher,
            agreed.why_moved,
            agreed.internal_comment,
            agreed.reopened_because,
        )
    )


def _follow(bid: EvaluatedBid, current: Bid, by: Viewer) -> None:
    """Bring the register and the standing of a bid up to its agreed marks."""
    evaluation = evaluation_of(bid.opened, bid.questionnaire, bid.facts, agreed_numbers(current.id))
    propose(current, evaluation, bid.questionnaire, by=by)
    stand_anew(current)


def _must_see(bid: Bid, by: Viewer) -> None:
    """Raise NoResultFound for a bid somebody is kept away from, and NotReadyToAgree while he marks
    alone himself: nobody agrees what he may not see."""
    if barrier_before(by, bid.tender).keeps_from(bid.id):
        raise NoResultFound
    if not may_see_marks(by, bid.tender):
        raise NotReadyToAgree(
            "You cannot agree a mark because you have not locked your own marks yet"
        )


def _ready(bid: EvaluatedBid, current: Bid, question_id: str) -> Table:
    """Return what is on the table. Raises NotReadyToAgree."""
    table = table_of(bid, question_id)
    if table.why_not:
        raise NotReadyToAgree(f"You cannot agree a mark because {table.why_not}")
    waiting = open_about(current.id, question_id)
    if waiting:
        raise NotReadyToAgree(f"You cannot agree a mark because {waiting}")
    return table


def _must_say_why(table: Table, given: GivenAgreed) -> bool:
    """Return whether an evaluator's mark is not the agreed one. Raise WhyMoved where nothing says
    why, and WhyNotHigher below the top of the scale."""
    moved = moved_from(table, given.mark)
    if moved and not given.why_moved.strip():
        raise WhyMoved(
            "Enter why the agreed mark is not the mark of "
            + ", ".join(f"{name} ({mark})" for name, mark in moved.items()),
            field="why_moved",
        )
    if given.mark < TOP_OF_SCALE and not given.why_not_higher.strip():
        raise WhyNotHigher(
            f"Enter what the answer lacks for a mark of {given.mark + 1}", field="why_not_higher"
        )
    return bool(moved)


def moved_from(table: Table, mark: int) -> Mapping[str, int]:
    """Return by name the marks that are not the agreed one."""
    return {
        one.evaluator.name: one.mark
        for one in sorted(table.marks.values(), key=lambda one: one.evaluator.name)
        if one.mark != mark
    }


def _must_be_there(given: GivenAgreed, by: Viewer) -> None:
    if by.person_token not in given.present:
        raise NotThere(
            "Select yourself among those who were there: whoever signs was", field="present"
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


class NotSigned(DomainError):
    """One of several answers cannot be signed, so none is."""


def agree_equal(signed: Iterable[tuple[EvaluatedBid, str, GivenAgreed]], *, by: Viewer) -> int:
    """Sign answers to which all evaluators gave one mark, each as agreed on its own; return how
    many. All or none. Raises NotThere, and NotSigned that names the answer and what it lacks."""
    listed = list(signed)
    with transaction():
        for bid, question_id, given in listed:
            try:
                agree_mark(bid, question_id, given, by=by)
            except (NotThere, NotInEvaluation):
                raise
            except DomainError as error:
                raise NotSigned(f"{question_id} of {bid.name}: {error}", field="signed") from error
    return len(listed)


def adopt_marks(bid: EvaluatedBid, why_not_higher: Mapping[str, str], *, by: Viewer) -> int:
    """Sign marks that one evaluator gave alone as agreed, each with his reason; return how many.

    ``why_not_higher``: by question, what the answer lacks. All or none. Raises as agree_mark does.
    """
    with transaction():
        ready = of_one(bid)
        for question_id, why in why_not_higher.items():
            mark = ready.get(question_id)
            if mark is None:
                raise NotReadyToAgree(
                    f"You cannot adopt {question_id} because it is not the mark of one evaluator "
                    "that waits to be agreed"
                )
            given = GivenAgreed(
                mark=mark.mark,
                reason=mark.reason,
                feedback=mark.feedback,
                why_not_higher="" if mark.mark == TOP_OF_SCALE else why,
                points=dict(mark.points),
                present=[by.person_token],
                warned=list(mark.warned),
            )
            try:
                agree_mark(bid, question_id, given, by=by)
            except WhyNotHigher as error:
                raise WhyNotHigher(f"{question_id}: {error}", field="questions") from error
    return len(why_not_higher)
