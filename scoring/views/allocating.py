"""Who marks what: questions and evaluators as a table of ticks."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import service
from scoring.allocating_forms import AllocationForm
from scoring.queries.evaluators import (
    Evaluator,
    allocation_of,
    last_allocation,
    people_named,
    who_may_mark,
)
from scoring.rules.allocation import Allocation
from scoring.service.allocating import Cell
from scoring.views.blueprint import pages
from tenders.models import Tender
from tenders.queries import questionnaire_of, tender_for
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section

OF_TENDER = "/tenders/<token:tender>/allocation"
EVERYTHING = "everything"


@dataclass(frozen=True)
class Ticks:
    """What the table shows ticked, and whom it has columns for."""

    people: list[Evaluator]
    sections: list[tuple[Section, list[AskedQuestion]]]
    ticked: frozenset[Cell]

    @property
    def everything(self) -> frozenset[Cell]:
        return frozenset((q.id, one.person_id) for q in self.questions for one in self.people)

    @property
    def questions(self) -> list[AskedQuestion]:
        return [question for _, asked in self.sections for question in asked]


@pages.route(OF_TENDER, methods=["GET", "POST"])
@requires(Permission.MARK_ALLOCATE)
def allocation(tender: str) -> ResponseReturnValue:
    """Give questions to evaluators, before the opening too: no bid is named here."""
    viewer = signed_in_user()
    found = published(tender)
    ticks = _ticks(found, allocation_of(found))
    form = AllocationForm(data={"based_on": str(last_allocation(found.id))})
    if form.validate_on_submit():
        wanted = _sent(ticks)
        try:
            given, taken = service.set_allocation(
                found,
                wanted,
                [one.person_id for one in ticks.people],
                based_on=form.number,
                reason=form.reason.data or "",
                by=viewer,
            )
        except service.AllocationOvertaken as error:
            form.rebase(last_allocation(found.id))
            form.add_error(str(error))
            ticks = _ticks(found, allocation_of(found))
        except DomainError as error:
            form.add_error(str(error), error.field)
            ticks = Ticks(ticks.people, ticks.sections, wanted)
        else:
            flash(_in_words(given, taken))
            return redirect(url_for("scoring.allocation", tender=tender))
    page = render_template("scoring/allocation.html", tender=found, form=form, ticks=ticks)
    return page, 422 if form.errors else 200


def published(token: str) -> Tender:
    """Return a tender whose questions are settled. Raises NoResultFound."""
    found = tender_for(signed_in_user(), token, to=Permission.MARK_ALLOCATE)
    if found.published_at is None:
        raise NoResultFound
    return found


def _ticks(tender: Tender, stands: Allocation) -> Ticks:
    asked = questionnaire_of(tender)
    ticked = frozenset((q, one) for q, people in stands.everywhere.items() for one in people)
    people = who_may_mark(tender)
    known = {one.person_id for one in people}
    # Whoever has left since keeps a column until somebody takes over what he had.
    gone = people_named({person_id for _, person_id in ticked} - known)
    return Ticks([*people, *gone.values()], _sections(asked), ticked)


def _sections(asked: Questionnaire) -> list[tuple[Section, list[AskedQuestion]]]:
    return [
        (section, marked)
        for section in asked.sections
        if (marked := [question for question in section.questions if question.is_marked])
    ]


def _sent(ticks: Ticks) -> frozenset[Cell]:
    """Return the ticks that were sent, with the whole sections and columns ticked among them."""
    if request.form.get("do") == EVERYTHING:
        return ticks.everything
    sent = {*request.form.getlist("cell")}
    return frozenset(
        (question.id, one.person_id)
        for section, asked in ticks.sections
        for question in asked
        for one in ticks.people
        if sent & {f"{question.id}:{one.token}", f"section-{section.id}:{one.token}", one.token}
    )


def _in_words(given: int, taken: int) -> str:
    if not (given or taken):
        return "Nothing changed"
    return f"Saved: {given} given, {taken} taken away"
