"""Sharing the work on a bid: none of it is part of what is handed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit, clock
from foundation.database import db, transaction
from foundation.tokens import new_token
from supplier_portal import queries, seals
from supplier_portal.models import Bid, BidComment, QuestionWork, SignOff
from supplier_portal.rules.teamwork import WrongRemark, checked_remark
from supplier_portal.service.bids import current


def give_question(
    bid: Bid, question_id: str, person_token: str, *, by: Viewer, arrived_at: datetime
) -> None:
    """Note who answers a question; an empty token means nobody in particular.

    Raises WrongRemark for somebody who cannot answer for this company, and TooLate.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="share the work on this bid")
        given_to = None
        if person_token:
            colleagues = {colleague.token: colleague for colleague in queries.colleagues_of(bid)}
            if person_token not in colleagues:
                raise WrongRemark("Select somebody of your company who may answer", field="person")
            given_to = colleagues[person_token].person_id
        _work(bid, question_id).given_to_id = given_to
        _record("bid.work_shared", bid, by)


def mark_complete(
    bid: Bid, question_id: str, complete: bool, *, by: Viewer, arrived_at: datetime
) -> None:
    """Note that somebody holds a question for complete, or no longer. Raises TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="mark a question as complete")
        work = _work(bid, question_id)
        work.complete_by_id = by.person_id if complete else None
        work.complete_at = clock.now() if complete else None
        _record("bid.work_shared", bid, by)


def add_comment(bid: Bid, question_id: str, text: str, *, by: Viewer) -> None:
    """Keep a remark for colleagues, also after closing. Raises WrongRemark."""
    remark, token = checked_remark(text, "a comment"), new_token()
    with transaction():
        db.session.add(
            BidComment(
                token=token,
                bid_id=bid.id,
                question_id=question_id,
                sealed=seals.seal_remark(token, seals.supplier_key(bid), remark),
                author_id=by.person_id,
                written_at=clock.now(),
            )
        )
        _record("bid.comment_added", bid, by)


def require_sign_off(bid: Bid, needed: bool, *, by: Viewer, arrived_at: datetime) -> None:
    """Say whether a certifier must sign the bid off before it is handed in. Raises TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="change how this bid is signed off")
        bid.needs_sign_off = needed
        _record("bid.sign_off_required" if needed else "bid.sign_off_not_required", bid, by)


def sign_off(
    bid: Bid, *, agreed: bool, reason: str, revision: int, by: Viewer, arrived_at: datetime
) -> None:
    """Keep a certifier's word on the answers as shown to him; a no needs a reason.

    Raises WrongRemark, also where answers changed since the page was shown, and TooLate.
    """
    plain = reason.strip()
    if plain or not agreed:
        plain = checked_remark(reason, "why you do not sign the bid off")
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="sign this bid off")
        if revision != bid.revision:
            raise WrongRemark(
                "You cannot sign this off because answers were saved while you read: "
                "look at them and decide again",
            )
        token = new_token()
        db.session.add(
            SignOff(
                token=token,
                bid_id=bid.id,
                revision=bid.revision,
                agreed=agreed,
                sealed_reason=seals.seal_remark(token, seals.supplier_key(bid), plain),
                decided_by_id=by.person_id,
                decided_at=clock.now(),
            )
        )
        _record("bid.signed_off" if agreed else "bid.sign_off_declined", bid, by)


def _work(bid: Bid, question_id: str) -> QuestionWork:
    """Return the row about a question, made if there is none."""
    found = db.session.scalars(
        select(QuestionWork).where(
            QuestionWork.bid_id == bid.id, QuestionWork.question_id == question_id
        )
    ).one_or_none()
    if found is None:
        found = QuestionWork(bid_id=bid.id, question_id=question_id)
        db.session.add(found)
    return found


def _record(action: str, bid: Bid, by: Viewer) -> None:
    """Say that it happened and not what was said: the record outlives the seal."""
    audit.record(action, actor=by.person_token, subject=("bid", bid.token))
