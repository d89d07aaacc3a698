"""Sharing the work on a bid: none of it is part of what is handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import audit, clock, mail
from foundation.database import db, transaction
from foundation.tokens import new_token
from supplier_portal import queries, seals
from supplier_portal.models import Bid, BidComment, QuestionWork, SignOff
from supplier_portal.queries.teamwork import Colleague
from supplier_portal.rules.teamwork import NobodyCertifies, WrongRemark, checked_remark
from supplier_portal.service.bids import current
from tenders.queries import questionnaire_of


def give_question(
    bid: Bid, question_id: str, person_token: str, *, by: Viewer, arrived_at: datetime
) -> None:
    """Note who answers a question; an empty token means nobody in particular.

    Raises WrongRemark for somebody who cannot answer for this company, and TooLate.
    """
    give_questions(bid, [question_id], person_token, by=by, arrived_at=arrived_at)


def give_questions(
    bid: Bid, question_ids: Iterable[str], person_token: str, *, by: Viewer, arrived_at: datetime
) -> int:
    """Note who answers these questions and tell him by mail; return how many changed hands.

    Raises WrongRemark for somebody who cannot answer for this company, and TooLate.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="share the work on this bid")
        given_to = _who_may_answer(bid, person_token) if person_token else None
        rows = _work(bid, question_ids)
        changed = [
            question_id
            for question_id, work in rows.items()
            if work.given_to_id != (given_to.person_id if given_to else None)
        ]
        for question_id in changed:
            rows[question_id].given_to_id = given_to.person_id if given_to else None
            db.session.add(rows[question_id])
        if changed:
            _record("bid.work_shared", bid, by)
        if changed and given_to is not None and given_to.person_id != by.person_id:
            _tell_of_questions(bid, changed, given_to, by)
    return len(changed)


def mark_complete(
    bid: Bid, question_id: str, complete: bool, *, by: Viewer, arrived_at: datetime
) -> None:
    """Note that somebody holds a question for complete, or no longer. Raises TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="mark a question as complete")
        work = _work(bid, [question_id])[question_id]
        work.complete_by_id = by.person_id if complete else None
        work.complete_at = clock.now() if complete else None
        db.session.add(work)
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
        _tell_of_comment(bid, question_id, token, by)


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
        _tell_of_decision(bid, token, agreed, by)


def ask_for_sign_off(bid: Bid, *, by: Viewer, arrived_at: datetime) -> int:
    """Ask the certifiers by mail to look at the answers as they stand; return how many were.

    Nobody is asked twice about the same answers. Raises NobodyCertifies and TooLate.
    """
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="ask for this bid to be signed off")
        certifiers = queries.people_of(bid, Permission.BID_CERTIFY)
        others = [address for address in certifiers if address != by.email]
        if not others:
            raise NobodyCertifies(
                f"You cannot ask for a sign-off because nobody {'else ' if certifiers else ''}in "
                "your company is certifier: invite one, or give somebody the role"
            )
        asked = mail.post(
            queries.SIGN_OFF_ASKED,
            queries.about_revision(bid),
            others,
            f"Please sign off the bid for {bid.tender.title}",
            f"{by.name} asks you to sign off your company’s bid for “{bid.tender.title}”, or to "
            "say what must change first.\n\n"
            f"{mail.link('supplier_portal.sign_off', bid=bid.token)}\n",
        )
        _record("bid.sign_off_asked", bid, by)
    return asked


def _tell_of_questions(
    bid: Bid, question_ids: Iterable[str], given_to: Colleague, by: Viewer
) -> None:
    """Write to who was given questions; their titles are published, what is answered is not."""
    questionnaire = questionnaire_of(bid.tender)
    asked = filter(None, map(questionnaire.question, question_ids))
    lines = "".join(
        f"{one.id}, {one.question.title}\n"
        f"{mail.link('supplier_portal.question', bid=bid.token, question=one.id)}\n\n"
        for one in asked
    )
    mail.post(
        "bid.questions_given",
        f"{bid.token}:{new_token()}",
        [given_to.email],
        f"Questions for you in the bid for {bid.tender.title}",
        f"{by.name} asks you to answer these questions of your company’s bid for "
        f"“{bid.tender.title}”:\n\n{lines}",
    )


def _tell_of_comment(bid: Bid, question_id: str, comment: str, by: Viewer) -> None:
    """Write to who answers the question that there is a comment; not what it says."""
    given_to_id = db.session.scalars(
        select(QuestionWork.given_to_id).where(
            QuestionWork.bid_id == bid.id, QuestionWork.question_id == question_id
        )
    ).first()
    mail.post(
        "bid.comment_added",
        comment,
        [
            colleague.email
            for colleague in queries.colleagues_of(bid)
            if colleague.person_id == given_to_id != by.person_id
        ],
        f"A comment on {question_id} in the bid for {bid.tender.title}",
        f"{by.name} commented on {question_id}, which you answer in your company’s bid for "
        f"“{bid.tender.title}”.\n\n"
        f"{mail.link('supplier_portal.work', bid=bid.token, question=question_id)}#comments\n",
    )


def _tell_of_decision(bid: Bid, decision: str, agreed: bool, by: Viewer) -> None:
    leads = queries.people_of(bid, Permission.TEAM_MANAGE)
    what = "signed off" if agreed else "declined to sign off"
    mail.post(
        "bid.sign_off_decided",
        decision,
        [address for address in leads if address != by.email],
        f"The bid for {bid.tender.title}: {'signed off' if agreed else 'not signed off'}",
        f"{by.name} {what} your company’s bid for “{bid.tender.title}”.\n\n"
        f"{mail.link('supplier_portal.sign_off', bid=bid.token)}\n",
    )


def _who_may_answer(bid: Bid, person_token: str) -> Colleague:
    for colleague in queries.colleagues_of(bid):
        if colleague.token == person_token:
            return colleague
    raise WrongRemark("Select somebody of your company who may answer", field="person")


def _work(bid: Bid, question_ids: Iterable[str]) -> dict[str, QuestionWork]:
    """Return the row about each question, a new one where there is none.

    A new one is kept only if something is said by it: whoever changes it adds it to the session.
    """
    wanted = list(dict.fromkeys(question_ids))
    found = {
        work.question_id: work
        for work in db.session.scalars(
            select(QuestionWork).where(
                QuestionWork.bid_id == bid.id, QuestionWork.question_id.in_(wanted)
            )
        )
    }
    for question_id in wanted:
        if question_id not in found:
            found[question_id] = QuestionWork(bid_id=bid.id, question_id=question_id)
    return found


def _record(action: str, bid: Bid, by: Viewer) -> None:
    """Say that it happened and not what was said: the record outlives the seal."""
    audit.record(action, actor=by.person_token, subject=("bid", bid.token))
