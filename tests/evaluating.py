"""What evaluators and their chair do, through the services: for tests of what comes after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from accounts.models import Membership, Organisation, Person
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind
from foundation import clock
from foundation.canonical import canonical_json
from foundation.database import db, transaction
from scoring import queries, service
from scoring.models import InterestDeclaration
from scoring.queries.evaluators import allocation_of, locks_of, marks_given
from scoring.queries.standing_rows import requirements_undecided
from supplier_portal.models import Bid
from tenders import evaluation
from tenders.models import ParticipatingAuthority, PlanningSheet, Tender
from tenders.rules.evaluation import EvaluationRules, written
from tests.beginnings import a_step


def let_everybody_declare(app: Flask) -> None:
    """From now on let everybody on the buying side have declared no interest, before the bids of a
    tender are opened and after it.

    For tests that are about something else. What is written are the rows the pages write.
    """
    app.extensions["after_an_action"] = [*app.extensions["after_an_action"], declare_at_opening]


def declare_at_opening(action: str, tender: Tender) -> None:
    if action in ("tender.published", "tender.bids_opened"):
        db.session.flush()
        declare_for(tender, bidders_known=action == "tender.bids_opened")


def one_evaluator_is_enough(app: Flask) -> None:
    """From now on let every new tender publish that one evaluator is enough for each question.

    For tests in which one person marks alone; ``two_evaluators`` leaves the usual rule.
    """
    app.extensions["after_an_action"] = [*app.extensions["after_an_action"], need_one_evaluator]


def need_one_evaluator(action: str, tender: Tender) -> None:
    if action == "tender.created":
        db.session.flush()
        db.session.add(
            PlanningSheet(
                tender_id=tender.id,
                topic=evaluation.TOPIC,
                version=1,
                text=canonical_json(written(EvaluationRules(evaluators=1))),
                saved_at=clock.now(),
                saved_by_id=tender.created_by_id,
            )
        )


def declare_for(
    tender: Tender, people: list[Person] | None = None, *, bidders_known: bool = True
) -> None:
    """Declare no interest for ``people`` or all the buying side's."""
    if people is None:
        guests = select(ParticipatingAuthority.organisation_id).where(
            ParticipatingAuthority.tender_id == tender.id
        )
        ids = db.session.scalars(
            select(Membership.person_id).where(
                (Membership.organisation_id == tender.authority_id)
                | Membership.organisation_id.in_(guests)
            )
        ).all()
    else:
        ids = [person.id for person in people]
    known = set(
        db.session.scalars(
            select(InterestDeclaration.person_id).where(
                InterestDeclaration.tender_id == tender.id,
                InterestDeclaration.bidders_known.is_(bidders_known),
            )
        )
    )
    # Whoever is added to the bidders later is in view already.
    ahead = timedelta(days=365 if bidders_known else 0)
    for person_id in sorted(set(ids) - known):
        db.session.add(
            InterestDeclaration(
                tender_id=tender.id,
                person_id=person_id,
                number=1000 if bidders_known else 500,
                bidders_known=bidders_known,
                has_interest=False,
                words="",
                declared_at=clock.now() + ahead,
            )
        )
    db.session.flush()


def declare_a_newcomer(person: Person, organisation: Organisation) -> None:
    """Let somebody who joins after a publication have declared too."""
    if organisation.kind is not OrganisationKind.AUTHORITY:
        return
    joint = select(ParticipatingAuthority.tender_id).where(
        ParticipatingAuthority.organisation_id == organisation.id
    )
    published = db.session.scalars(
        select(Tender).where(
            (Tender.authority_id == organisation.id) | Tender.id.in_(joint),
            Tender.published_at.is_not(None),
        )
    ).all()
    with transaction():
        for tender in published:
            declare_for(tender, [person], bidders_known=tender.opened_at is not None)


@a_step
def give(
    bid: Any, question_id: str, mark: int, *, by: Viewer, reason: str = "", **more: Any
) -> Any:
    """Give and lock a mark of one evaluator, who gets the question in this bid if need be."""
    own, tender = bid.opened.bid, bid.tender
    service.allocate(tender, [question_id], [by.person_id], by=by, bid=own)
    stands = marks_given([own.id], by=by.person_id, question_id=question_id)
    last = stands.get((own.id, question_id), {}).get(by.person_id)
    if last is not None and last.id <= locks_of(tender.id).get(by.person_id, 0):
        return last
    based_on = 0 if last is None else last.number
    given = _given(question_id, mark, reason=reason, based_on=based_on, **more)
    return service.save_mark(bid, question_id, given, by=by)


def _given(question_id: str, mark: int, *, reason: str = "", **more: Any) -> service.GivenMark:
    said = {"feedback": "", "internal_comment": "", "based_on": 0} | more
    reason = reason or f"{question_id} is answered in full and with evidence"
    return service.GivenMark(mark=mark, reason=reason, **said)


@a_step
def agree(
    bid: Any,
    question_id: str,
    mark: int,
    *,
    by: Viewer,
    reason: str = "",
    **more: Any,
) -> Any:
    """Have one evaluator give a mark and lock it, and his chair sign the same: ``by`` is both."""
    read = queries.bid_in_evaluation(by, bid.token, to="mark:read")
    given = give(read, question_id, mark, by=by, reason=reason)
    _lock(read.tender, by)
    stands = read.marks.get(question_id)
    said = {
        "why_moved": "" if given.mark == mark else "The panel read the answer again together",
        "reopened_because": "" if stands is None else "The answer was read again",
        "based_on": 0 if stands is None else stands.number,
    } | more
    agreed = _agreed(question_id, mark, by=by, reason=reason, **said)
    return service.agree_mark(read, question_id, agreed, by=by)


def _agreed(
    question_id: str, mark: int, *, by: Viewer, reason: str = "", **more: Any
) -> service.GivenAgreed:
    said = {
        "why_not_higher": "" if mark == 5 else "The evidence is a year old",
        "present": [by.person_token],
    } | more
    reason = reason or f"{question_id} is answered in full and with evidence"
    return service.GivenAgreed(mark=mark, reason=reason, **said)


@a_step
def agree_all(bid: Any, number: int = 5, *, by: Viewer, words: Any = None, **changed: int) -> None:
    """Agree ``number`` for every question of a bid; ``SLP_07=2``: for that one another.

    ``words``: what else is said of a question, by its id: reason, feedback, internal_comment.
    """
    read = queries.bid_in_evaluation(by, bid.token, to="mark:read")
    wanted = {
        question_id: changed.get(question_id.replace("-", "_"), number)
        for question_id in read.to_mark
    }
    said = {question_id: words(question_id) if words else {} for question_id in wanted}
    if read.marks:
        for question_id, mark in wanted.items():
            agree(bid, question_id, mark, by=by, **said[question_id])
        return
    with transaction():
        service.allocate(read.tender, wanted, [by.person_id], by=by, bid=read.opened.bid)
        for question_id, mark in wanted.items():
            service.save_mark(
                read, question_id, _given(question_id, mark, **said[question_id]), by=by
            )
        _lock(read.tender, by)
        for question_id, mark in wanted.items():
            agreed = _agreed(question_id, mark, by=by, **said[question_id])
            service.agree_mark(read, question_id, agreed, by=by)


@a_step
def pass_all(bid: Any, *, by: Viewer) -> None:
    """Pass a bid on every requirement that waits for an officer."""
    read = queries.bid_in_evaluation(by, bid.token, to="mark:read")
    for entry in read.waiting:
        before = read.decisions.get(entry.question_id)
        given = service.GivenDecision(
            passed=True,
            reason="Passed, as the answer shows it",
            based_on=0 if before is None else before.number,
        )
        service.decide_requirement(read, entry, given, by=by)


@a_step
def agree_quality(tender: Tender, *, by: Viewer) -> Any:
    """Say that quality is agreed, once every bid is passed on what waits for an officer."""
    left = requirements_undecided(tender)
    for token in db.session.scalars(select(Bid.token).where(Bid.id.in_([*left]))):
        pass_all(queries.bid_in_evaluation(by, token, to="mark:read"), by=by)
    return service.agree_quality(tender, by=by)


def _lock(tender: Tender, by: Viewer) -> None:
    cells = set(allocation_of(tender).cells_of(by.person_id, queries.readable_bid_ids(tender.id)))
    locked_to = locks_of(tender.id).get(by.person_id, 0)
    given = marks_given({bid_id for bid_id, _ in cells}, by=by.person_id)
    if any(given[cell][by.person_id].id > locked_to for cell in cells):
        service.lock_marks(tender, by=by)
