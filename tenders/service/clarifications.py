"""Asking about a tender, and answering everybody at once.

The record of the tender says what was published and who decided; that somebody asked stands in the
record of the company that did, which the buying side does not read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from accounts.models import Person
from accounts.queries import Viewer
from foundation import audit, clock, mail
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from tenders.bidding import asking_window
from tenders.clarified import names_of_suppliers, who_answers
from tenders.followers import followers_of
from tenders.models import Clarification, Tender
from tenders.queries import questionnaire_of
from tenders.rules.clarifications import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    LONGEST_REASON,
    ClarificationState,
    ClarificationStep,
    WrongWords,
    checked_words,
    clarification_state_after,
    must_name_nobody,
    must_take_answers,
    refusal_to_ask,
)
from tenders.service.base import current_tender, record

# Pages of a later station, known by name only.
EVERYBODYS_PAGE = "supplier_portal.questions_and_answers"
INBOX = "tenders.clarifications"


class AnswerChanged(DomainError):
    """A colleague prepared the same answer after the form somebody sends was shown."""


def ask_clarification(
    tender: Tender, question_id: str, text: str, *, by: Viewer, arrived_at: datetime
) -> Clarification:
    """Put a question to the authority. Raises NoMoreQuestions and WrongWords."""
    with transaction():
        refused = refusal_to_ask(asking_window(current_tender(tender)), arrived_at)
        if refused is not None:
            raise refused
        words = checked_words(text, "your question", longest=LONGEST_QUESTION, field="text")
        if question_id and questionnaire_of(tender).question(question_id) is None:
            raise WrongWords("Select a question of this tender", field="question")
        asked = Clarification(
            token=new_token(),
            tender_id=tender.id,
            state=ClarificationState.ASKED,
            asked_for_id=by.organisation_id,
            asked_by_id=by.person_id,
            asked_at=arrived_at,
            question_id=question_id,
            text=words,
        )
        db.session.add(asked)
        _note_own("clarification.asked", asked, by)
        mail.post(
            "clarification.asked",
            asked.token,
            who_answers(tender),
            f"A question about {tender.reference}",
            f"A supplier has asked a question about “{tender.title}”. Nobody is told who asked.\n\n"
            f"Answer it for everybody: {mail.link(INBOX, tender=tender.token)}\n",
        )
    return asked


def withdraw_clarification(tender: Tender, token: str, *, by: Viewer) -> None:
    """Take a question of the company's own back. Raises ClarificationStepNotAllowed,
    NoResultFound."""
    with transaction():
        (asked,) = _current(tender, [token])
        if asked.asked_for_id != by.organisation_id:
            raise NoResultFound
        asked.state = clarification_state_after(asked.state, ClarificationStep.WITHDRAW)
        asked.decided_at = clock.now()
        _note_own("clarification.withdrawn", asked, by)


def prepare_answer(
    tender: Tender,
    token: str,
    published_text: str,
    answer: str,
    *,
    no_name: bool,
    based_on: str,
    by: Viewer,
) -> None:
    """Keep the words in which a question will be answered to all; nothing is published yet.

    ``no_name``: a person confirms that a supplier's name in the words is none here. ``based_on`` is
    what ``version_of_answer`` gave when the form was shown.

    Raises WrongWords, TellsWhoAsked, AnswerChanged, ClarificationStepNotAllowed, NoResultFound.
    """
    with transaction():
        current_tender(tender)
        (asked,) = _current(tender, [token])
        clarification_state_after(asked.state, ClarificationStep.PUBLISH)
        if version_of_answer(asked.published_text, asked.answer) != based_on:
            raise AnswerChanged(
                "A colleague changed this answer while you were writing. Your words are below: "
                "compare them with what is saved, and save again if yours should stand"
            )
        asked.published_text = _nameless(
            published_text, "the question as everybody will read it", "published_text", no_name
        )
        asked.answer = _nameless(answer, "the answer", "answer", no_name)
        record(
            "clarification.prepared",
            tender,
            by,
            clarification=token,
            text=version_of_answer(asked.published_text, asked.answer),
        )


def version_of_answer(published_text: str | None, answer: str | None) -> str:
    """Return what tells one state of a prepared answer from another."""
    return sha256_hex(canonical_json([published_text or "", answer or ""]))


def publish_clarifications(
    tender: Tender, tokens: Iterable[str], *, by: Viewer, arrived_at: datetime
) -> list[int]:
    """Publish prepared answers to everybody at one moment; return their numbers.

    Raises NoMoreQuestions, WrongWords for one that is not prepared, ClarificationStepNotAllowed,
    NoResultFound.
    """
    with transaction():
        current = current_tender(tender)
        must_take_answers(asking_window(current), arrived_at)
        chosen = _current(tender, sorted(set(tokens)))
        if not chosen:
            raise WrongWords("Select at least one answer to publish", field="clarification")
        moment, last = clock.now(), _last_number(tender)
        for number, asked in enumerate(chosen, start=last + 1):
            _publish(asked, number, moment, by)
            record(
                "clarification.published",
                tender,
                by,
                clarification=asked.token,
                number=number,
                text=version_of_answer(asked.published_text, asked.answer),
            )
        numbers = [last + 1 + place for place in range(len(chosen))]
        _tell_everybody(tender, numbers)
    return numbers


def _publish(asked: Clarification, number: int, moment: datetime, by: Viewer) -> None:
    asked.state = clarification_state_after(asked.state, ClarificationStep.PUBLISH)
    if not (asked.published_text and asked.answer):
        raise WrongWords("You cannot publish a question because its answer is not prepared")
    asked.number = number
    asked.decided_at, asked.decided_by_id = moment, by.person_id
    db.session.flush()


def decline_clarification(tender: Tender, token: str, reason: str, *, by: Viewer) -> None:
    """Refuse to answer a question to all, and tell the company that asked why.

    Raises WrongWords, ClarificationStepNotAllowed, NoResultFound.
    """
    with transaction():
        current_tender(tender)
        (asked,) = _current(tender, [token])
        asked.state = clarification_state_after(asked.state, ClarificationStep.DECLINE)
        asked.declined_because = checked_words(
            reason, "why it is not answered", longest=LONGEST_REASON, field="reason"
        )
        asked.decided_at, asked.decided_by_id = clock.now(), by.person_id
        record("clarification.declined", tender, by, clarification=token)
        asker = select(Person.email).where(Person.id == asked.asked_by_id, Person.active)
        mail.post(
            "clarification.declined",
            token,
            db.session.scalars(asker),
            f"Your question about {tender.reference}",
            f"The council does not answer your question about “{tender.title}” to everybody, and "
            "says why.\n\n"
            f"Read it: {mail.link(EVERYBODYS_PAGE, tender=tender.token)}\n",
        )


def _tell_everybody(tender: Tender, numbers: list[int]) -> None:
    """Write the same message to everybody, with no word of who asked."""
    one = len(numbers) == 1
    which = f"number {numbers[0]}" if one else f"numbers {numbers[0]} to {numbers[-1]}"
    mail.post(
        "clarification.published",
        f"{tender.token}:{numbers[0]}-{numbers[-1]}",
        followers_of(tender),
        f"{'A question' if one else 'Questions'} about {tender.reference} answered",
        f"The council has answered {'a question' if one else 'questions'} about “{tender.title}”: "
        f"{which}.\n\nRead {'it' if one else 'them'}: "
        f"{mail.link(EVERYBODYS_PAGE, tender=tender.token)}\n\n"
        "If your company has begun a bid, look whether an answer of yours should change.\n",
    )


def _nameless(text: str, what: str, field: str, no_name: bool) -> str:
    longest = LONGEST_QUESTION if field == "published_text" else LONGEST_ANSWER
    words = checked_words(text, what, longest=longest, field=field)
    must_name_nobody(words, names_of_suppliers(), confirmed=no_name, field=field)
    return words


def _current(tender: Tender, tokens: list[str]) -> list[Clarification]:
    """Return the questions as they are now, kept from changing. Raises NoResultFound."""
    found = db.session.scalars(
        select(Clarification)
        .where(Clarification.tender_id == tender.id, Clarification.token.in_(tokens))
        # By token, so that nothing tells in which order they were asked.
        .order_by(Clarification.token)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if len(found) != len(tokens):
        raise NoResultFound
    return list(found)


def _last_number(tender: Tender) -> int:
    last = select(func.max(Clarification.number)).where(Clarification.tender_id == tender.id)
    return db.session.scalar(last) or 0


def _note_own(action: str, asked: Clarification, by: Viewer) -> None:
    audit.record(
        action,
        actor=by.person_token,
        subject=("organisation", by.organisation_token),
        clarification=asked.token,
    )
