"""Who asked to read what a supplier answered under a contract with another, and what it said.

The only way to those answers is ``answers_by_consent``: it asks each time whether the word counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from accounts.models import Organisation, Person
from accounts.queries import Viewer
from contract_clauses.queries.contracts import ContractSeen
from foundation.database import db
from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Kind, Part
from records.models import AnswersConsent
from records.rules.sharing import Consent, Said, consent_of
from supplier_portal.queries.confidential import marks_handed_in
from supplier_portal.queries.opened import just_opened
from supplier_portal.rules.confidential import Mark, MarkedThing
from tenders.queries import questionnaire_of


@dataclass(frozen=True)
class Stepped:
    """One step of a request. ``by``: a name; of the other side, its organisation alone."""

    given: bool | None
    until: date | None
    words: str
    by: str
    organisation: str
    at: datetime


@dataclass(frozen=True)
class Request:
    """What one authority asked of one contract's supplier, with every step, the first first."""

    token: str
    contract_id: int
    authority_id: int
    authority: str
    steps: tuple[Stepped, ...]
    today: date

    @property
    def consent(self) -> Consent:
        return consent_of([Said(one.given, one.until) for one in self.steps], self.today)

    @property
    def number(self) -> int:
        return len(self.steps)

    @property
    def until(self) -> date | None:
        return self.steps[-1].until


@dataclass(frozen=True)
class AnswerRead:
    """One part with the answer in words; what files hold is no part of it.

    ``marks``: what the bid marks confidential of it, the whole answer or passages, and still does.
    """

    part: Part
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class QuestionRead:
    id: str
    title: str
    answers: tuple[AnswerRead, ...]


def requests_of(
    contracts: Iterable[ContractSeen], authority_id: int | None = None
) -> list[Request]:
    """Return the requests about contracts, of one authority where it is named. One statement."""
    by_id = {one.contract.id: one for one in contracts}
    statement = (
        select(AnswersConsent, Organisation.name, Person.name)
        .join(Organisation, Organisation.id == AnswersConsent.authority_id)
        .join(Person, Person.id == AnswersConsent.done_by_id)
        .where(AnswersConsent.contract_id.in_(list(by_id)))
        .order_by(AnswersConsent.contract_id, AnswersConsent.authority_id, AnswersConsent.number)
        .execution_options(populate_existing=True)
    )
    if authority_id is not None:
        statement = statement.where(AnswersConsent.authority_id == authority_id)
    found: dict[tuple[int, int], list[tuple[AnswersConsent, str, str]]] = {}
    for row, authority, name in db.session.execute(statement):
        found.setdefault((row.contract_id, row.authority_id), []).append((row, authority, name))
    return [_request(by_id[rows[0][0].contract_id], rows) for rows in found.values()]


def request_in(seen: ContractSeen, token: str) -> Request:
    """Return one request about a contract. Raises NoResultFound."""
    found = next((one for one in requests_of([seen]) if one.token == token), None)
    if found is None:
        raise NoResultFound
    return found


def own_request(viewer: Viewer, seen: ContractSeen) -> Request | None:
    """Return what the viewer's authority asked about another's contract, None if it did not."""
    return next(iter(requests_of([seen], viewer.organisation_id)), None)


def answers_by_consent(viewer: Viewer, seen: ContractSeen) -> tuple[Request, list[QuestionRead]]:
    """Return the answers of the bid behind another authority's contract, while its supplier lets
    the viewer's authority read them. Raises NoResultFound, and ContentDestroyed."""
    request = own_request(viewer, seen)
    if request is None or request.consent is not Consent.GIVEN:
        raise NoResultFound
    return request, what_is_read(seen)


def what_is_read(seen: ContractSeen) -> list[QuestionRead]:
    """Return just what a consent lets somebody read: the answers as they were handed in.

    For the supplier itself before it agrees; for anybody else by ``answers_by_consent`` alone.
    """
    opened = just_opened(seen.bid)
    answers, marks = opened.answers, marks_that_last(opened.content, seen.today)
    return [
        QuestionRead(
            asked.question.id,
            asked.question.title,
            tuple(
                AnswerRead(part, show_answer(part, answers[part.id]), tuple(marks.get(part.id, ())))
                for part in asked.question.parts
                if not is_empty(answers.get(part.id)) and part.kind is not Kind.FILE
            ),
        )
        for asked in questionnaire_of(seen.tender).questions
    ]


def marks_that_last(content: Mapping[str, Any], today: date) -> dict[str, list[Mark]]:
    """Return the marks that last, by part; those of files go with the files, which nobody reads."""
    found: dict[str, list[Mark]] = {}
    for mark in marks_handed_in(content):
        if mark.thing is not MarkedThing.FILE and mark.until >= today:
            found.setdefault(mark.part_id, []).append(mark)
    return found


def _request(seen: ContractSeen, rows: list[tuple[AnswersConsent, str, str]]) -> Request:
    first, authority, _name = rows[0]
    return Request(
        first.token,
        first.contract_id,
        first.authority_id,
        authority,
        tuple(
            Stepped(
                row.given,
                row.until,
                row.words,
                name,
                authority if row.given is None else seen.supplier.name,
                row.done_at,
            )
            for row, _authority, name in rows
        ),
        seen.today,
    )
