"""Asking a bidder about its opened bid, the bidder's answer, and whether it may count."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from accounts.queries.team import everybody_in
from accounts.rules.roles import Permission
from foundation import audit, clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from scoring import seals
from scoring.models import BidQuestion
from scoring.queries.bids import EvaluatedBid
from scoring.queries.interests import is_kept_from
from scoring.rules.bid_questions import (
    CannotAnswer,
    Waited,
    WrongQuestion,
    checked_answer,
    checked_question,
    entered_reply,
    must_be_answerable,
    must_be_enterable,
)
from scoring.service.evaluating import EVALUATED_AT, bid_to_change, note
from scoring.service.marks import checked_reason
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries import people_of

BIDDERS_PAGE = "scoring.asked_of_me"
COUNCILS_PAGE = "scoring.bid_questions"


class DecidedAlready(DomainError):
    """Somebody decided on an answer, or there is none to decide on."""


def ask_bidder(
    bid: EvaluatedBid,
    question_id: str,
    text: str,
    answer_until: datetime,
    *,
    by: Viewer,
    arrived_at: datetime,
) -> BidQuestion:
    """Put a question to the bidder, about one question or the bid as a whole (empty).

    A bidder whose bid was brought in has nobody here: the officer asks on the other portal, what
    was asked is recorded, and no mail goes out. Raises WrongQuestion and NotInEvaluation.
    """
    elsewhere = bid.opened.bid.brought_by_id is not None
    words = checked_question(text, answer_until, arrived_at, elsewhere=elsewhere)
    if question_id and bid.questionnaire.question(question_id) is None:
        raise WrongQuestion("Select a question of this tender", field="question")
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="ask this bidder")
        token = new_token()
        asked = BidQuestion(
            token=token,
            bid_id=current.id,
            question_id=question_id,
            sealed_text=seals.seal_text(seals.ASKED, token, bid_seals.opened_key(current), words),
            asked_at=clock.now(),
            asked_by_id=by.person_id,
            answer_until=answer_until,
            may_count_because="",
        )
        db.session.add(asked)
        db.session.flush()
        note(
            "bid.question_asked",
            current,
            by,
            asked=token,
            question=question_id,
            answer_until=answer_until.isoformat(),
            text=sha256_hex(words),
        )
        if not elsewhere:
            _tell_bidder(current, asked)
    return asked


def _tell_bidder(bid: Bid, asked: BidQuestion) -> None:
    mail.post(
        "bid.question_asked",
        asked.token,
        people_of(bid, Permission.BID_SUBMIT, Permission.ANSWER_WRITE),
        f"A question about your bid for {bid.tender.reference}",
        f"The council has a question about your bid for “{bid.tender.title}”. Your answer must "
        f"arrive before {clock.show_moment(asked.answer_until)}.\n\n"
        f"Read it and answer: {mail.link(BIDDERS_PAGE, bid=bid.token, asked=asked.token)}\n",
    )


def enter_reply(
    bid: EvaluatedBid,
    token: str,
    text: str,
    *,
    written_by: str,
    received_at: datetime,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Enter what a bidder replied on the other portal; the record names the officer.

    Raises WrongQuestion, CannotAnswer, NotInEvaluation, and NoResultFound for a bid made here.
    """
    words = entered_reply(written_by, text)
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="enter this reply")
        if current.brought_by_id is None:
            raise NoResultFound
        asked = _current(current, token)
        waited = Waited(asked.answer_until, asked.answered_at is not None, asked.may_count)
        must_be_enterable(
            waited, received_at, arrived_at, until=clock.show_moment(asked.answer_until)
        )
        key = bid_seals.opened_key(current)
        asked.sealed_answer = seals.seal_text(seals.ANSWERED, token, key, words)
        asked.answered_at, asked.answered_by_id = received_at, by.person_id
        note(
            "bid.reply_entered",
            current,
            by,
            asked=token,
            received_at=received_at.isoformat(),
            text=sha256_hex(words),
        )


def answer_council(bid: Bid, token: str, text: str, *, by: Viewer, arrived_at: datetime) -> None:
    """Send the company's answer; it stands beside the bid and alters none of its words.

    Raises WrongQuestion, CannotAnswer and NoResultFound.
    """
    words = checked_answer(text)
    with transaction():
        asked = _current(bid, token)
        waited = Waited(asked.answer_until, asked.answered_at is not None, asked.may_count)
        must_be_answerable(waited, arrived_at, until=clock.show_moment(asked.answer_until))
        if bid.tender.stage not in EVALUATED_AT:
            raise CannotAnswer(
                f"You cannot answer because the tender is at the {bid.tender.stage} stage"
            )
        key = bid_seals.supplier_key(bid)
        asked.sealed_answer = seals.seal_text(seals.ANSWERED, token, key, words)
        asked.answered_at, asked.answered_by_id = arrived_at, by.person_id
        audit.record(
            "bid.question_answered",
            actor=by.person_token,
            subject=("bid", bid.token),
            asked=token,
            arrived_at=arrived_at.isoformat(),
            text=sha256_hex(words),
        )
        mail.post(
            "bid.question_answered",
            token,
            _whom_to_tell(bid, asked),
            f"A bidder has answered, {bid.tender.reference}",
            f"A bidder for “{bid.tender.title}” has answered your question.\n\n"
            f"Read it and decide whether it may count: "
            f"{mail.link(COUNCILS_PAGE, bid=bid.token)}\n",
        )


def _whom_to_tell(bid: Bid, asked: BidQuestion) -> list[str]:
    """Return the address of whoever asked; of who decides instead where he is kept from the bid."""
    everybody = {one.person_id: one for one in everybody_in(bid.tender.authority_id)}
    wanted = [asked.asked_by_id]
    if is_kept_from(asked.asked_by_id, bid):
        wanted = [
            known
            for known, one in everybody.items()
            if one.may(Permission.COMPLIANCE_DECIDE, tender_id=bid.tender_id)
            and not is_kept_from(known, bid)
        ]
    return [everybody[known].email for known in wanted if known in everybody]


def decide_answer(
    bid: EvaluatedBid, token: str, may_count: bool, reason: str, *, by: Viewer
) -> None:
    """Decide whether an answer may count for the marks, once and with a reason.

    Raises ReasonTooShort, DecidedAlready, NotInEvaluation and NoResultFound.
    """
    because = checked_reason(reason)
    with transaction():
        current = bid_to_change(bid.opened.bid, doing="decide on this answer")
        asked = _current(current, token)
        if asked.answered_at is None:
            raise DecidedAlready("You cannot decide on this answer because there is none")
        if asked.may_count is not None:
            raise DecidedAlready("You cannot decide on this answer because it is decided already")
        asked.may_count, asked.may_count_because = may_count, because
        asked.decided_at, asked.decided_by_id = clock.now(), by.person_id
        note(
            "bid.question_decided",
            current,
            by,
            asked=token,
            may_count=may_count,
            reason=sha256_hex(because),
        )


def _current(bid: Bid, token: str) -> BidQuestion:
    """Return the question as it is now, kept from changing. Raises NoResultFound."""
    return db.session.scalars(
        select(BidQuestion)
        .where(BidQuestion.bid_id == bid.id, BidQuestion.token == token)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
