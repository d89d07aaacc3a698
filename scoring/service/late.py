"""Deciding on a late bid: admitted it becomes a bid as any other, refused it stays shut."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from foundation import clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from scoring.models import LateDecision, Mark
from scoring.queries.bids import evaluation_of
from scoring.queries.late import LateBid
from scoring.rules.lateness import LateDecidedAlready, must_be_unmarked
from scoring.service.evaluating import bid_in_evaluation_now, note, propose
from scoring.service.exclusion_gate import list_at_opening
from scoring.service.marks import checked_reason
from scoring.service.standings import stand_anew
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.queries.opened import barrier_before, just_opened
from supplier_portal.service.late import admit_late
from supplier_portal.service.letters import people_told
from tenders.queries import facts_of, questionnaire_of

BIDDERS_PAGE = "scoring.after"
WHAT_TO_SAY = "that says what made the bid late and how you know"


def decide_late(entry: LateBid, *, admitted: bool, reason: str, by: Viewer) -> LateDecision:
    """Admit or refuse a late bid, with the reason the company reads.

    Raises ReasonTooShort, LateDecidedAlready, CannotAdmit, NotInEvaluation once the tender is
    decided, and MustDeclareFirst or NoResultFound for who is kept away from the bid.
    """
    because = checked_reason(reason, WHAT_TO_SAY)
    with transaction():
        bid = bid_in_evaluation_now(entry.bid, doing="decide on a late bid")
        if barrier_before(by, bid.tender).keeps_from(bid.id):
            raise NoResultFound
        late = _last(bid)
        if late.id != entry.late.id or _is_decided(late):
            raise LateDecidedAlready(
                "You cannot decide on this because somebody has decided already: see the list"
            )
        decision = LateDecision(
            late_submission_id=late.id,
            admitted=admitted,
            reason=because,
            decided_at=clock.now(),
            decided_by_id=by.person_id,
        )
        db.session.add(decision)
        db.session.flush()
        note(
            "late.admitted" if admitted else "late.refused",
            bid,
            by,
            late=late.token,
            text=sha256_hex(because),
        )
        if admitted:
            _admit(bid, late, by)
        _tell(bid, late, admitted=admitted)
    return decision


def _admit(bid: Bid, late: LateSubmission, by: Viewer) -> None:
    """Hand the late bid over, and propose the risks its answers raise, as the opening does."""
    must_be_unmarked(
        db.session.scalar(select(func.count(Mark.id)).where(Mark.bid_id == bid.id)) or 0
    )
    admit_late(bid, late)
    # From now on everybody has to look at the bidders again, whoever decides too.
    opened = just_opened(bid)
    questionnaire = questionnaire_of(bid.tender)
    evaluation = evaluation_of(opened, questionnaire, facts_of(bid.tender), {})
    propose(bid, evaluation, questionnaire, by=by)
    stand_anew(bid, evaluation.requirements)
    list_at_opening([opened], by=by)


def _last(bid: Bid) -> LateSubmission:
    return db.session.scalars(
        select(LateSubmission)
        .where(LateSubmission.bid_id == bid.id)
        .order_by(LateSubmission.number.desc())
        .limit(1)
    ).one()


def _is_decided(late: LateSubmission) -> bool:
    found = select(LateDecision.id).where(LateDecision.late_submission_id == late.id)
    return db.session.scalar(found) is not None


def _tell(bid: Bid, late: LateSubmission, *, admitted: bool) -> None:
    reference, title = bid.tender.reference, bid.tender.title
    what = (
        "admit your late bid. It is evaluated with the others"
        if admitted
        else "refuse your late bid. It was not read and never will be"
    )
    mail.post(
        "late.decided",
        late.token,
        people_told(bid),
        f"Your late bid for {reference} is {'admitted' if admitted else 'refused'}",
        f"The council has decided to {what}.\n\nTender: {title}, {reference}\n\nThe reason is "
        f"there: {mail.link(BIDDERS_PAGE, bid=bid.token)}\n",
    )
