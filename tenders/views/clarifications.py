"""The officer's inbox of questions from suppliers, and what is published to all.

Nothing here knows who asked, nor how many companies take an interest in the tender.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from tenders import queries, service
from tenders.bidding import asking_window, questions_end
from tenders.bidding_forms import AnswerForm, DeclineForm, MergeForm
from tenders.clarified import Waiting, in_inbox, inbox_of, published_in
from tenders.forms import ConfirmForm
from tenders.models import Tender
from tenders.rules.clarifications import (
    ClarificationState,
    NoMoreQuestions,
    TellsWhoAsked,
    must_take_answers,
)
from tenders.rules.lifecycle import Stage
from tenders.service import merging
from tenders.service.answers_that_change import change_what_is_asked as begin_change
from tenders.views.base import pages

ADDRESS = "/<token:tender>/clarifications"
ONE = ADDRESS + "/<token:clarification>"

# What the page shows to those who answer.
INBOX = (ClarificationState.ASKED, ClarificationState.DECLINED, ClarificationState.MERGED)

# The page that changes a published tender.
AMENDMENT = "tenders.amendment"


@pages.get(ADDRESS)
@requires(Permission.TENDER_READ)
def clarifications(tender: str) -> ResponseReturnValue:
    """Everybody of the authority reads what is published; who answers also what waits."""
    return inbox_page(queries.tender_for(signed_in_user(), tender), ConfirmForm(formdata=None))


@pages.post(ADDRESS)
@requires(Permission.CLARIFICATION_ANSWER)
def publish_clarifications(tender: str) -> ResponseReturnValue:
    found = _answerable(tender)
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            numbers = service.publish_clarifications(
                found,
                request.form.getlist("clarification"),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash(_published_in_words(numbers))
            return redirect(url_for(".clarifications", tender=tender))
    return inbox_page(found, form), 422


@pages.route(ONE, methods=["GET", "POST"])
@requires(Permission.CLARIFICATION_ANSWER)
def clarification(tender: str, clarification: str) -> ResponseReturnValue:
    found = _answerable(tender)
    waiting = in_inbox(found, clarification)
    if waiting.state is not ClarificationState.ASKED and not request.form:
        return redirect(url_for(".clarifications", tender=tender))
    form = AnswerForm(data=_as_prepared(waiting))
    names_company = False
    if form.validate_on_submit():
        try:
            return _answer(found, waiting, form)
        except TellsWhoAsked as error:
            names_company = True
            form.add_error(str(error), error.field)
        except service.AnswerChanged as error:
            waiting = in_inbox(found, clarification)
            form.based_on.data = _as_prepared(waiting)["based_on"]
            form.based_on.raw_data = None
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
    page = render_template(
        "tenders/clarification.html",
        tender=found,
        waiting=waiting,
        asked=queries.questionnaire_of(found).question(waiting.question_id),
        form=form,
        names_company=names_company or bool(form.no_name.data),
        closed=why_closed(found),
        may_amend=may_amend(found),
        confirm=ConfirmForm(formdata=None),
    )
    return page, 422 if form.errors else 200


def _answer(tender: Tender, waiting: Waiting, form: AnswerForm) -> ResponseReturnValue:
    """Save the words; publish them at once where the button says so."""
    service.prepare_answer(
        tender,
        waiting.token,
        form.published_text.data or "",
        form.answer.data or "",
        no_name=bool(form.no_name.data),
        based_on=form.based_on.data or "",
        by=signed_in_user(),
    )
    if request.form.get("then") == "publish":
        form.based_on.data = service.version_of_answer(form.published_text.data, form.answer.data)
        form.based_on.raw_data = None
        numbers = service.publish_clarifications(
            tender, [waiting.token], by=signed_in_user(), arrived_at=clock.arrived_at()
        )
        flash(_published_in_words(numbers))
    else:
        flash("The answer is saved. Nothing is published yet")
    return redirect(url_for(".clarifications", tender=tender.token))


@pages.route(ONE + "/decline", methods=["GET", "POST"])
@requires(Permission.CLARIFICATION_ANSWER)
def decline_clarification(tender: str, clarification: str) -> ResponseReturnValue:
    found = _answerable(tender)
    waiting = in_inbox(found, clarification)
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            service.decline_clarification(
                found, waiting.token, form.reason.data or "", by=signed_in_user()
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The question is declined, and whoever asked it is told why")
            return redirect(url_for(".clarifications", tender=tender))
    page = render_template(
        "tenders/clarification_decline.html", tender=found, waiting=waiting, form=form
    )
    return page, 422 if form.errors else 200


@pages.post(ONE + "/change")
@requires(Permission.TENDER_AMEND)
def change_what_is_asked(tender: str, clarification: str) -> ResponseReturnValue:
    """This question changes what is asked: begin an amendment, with the question noted."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_AMEND)
    begin_change(found, clarification, by=signed_in_user(), arrived_at=clock.arrived_at())
    flash("An amendment is in preparation, with the question noted. Nothing is published yet")
    return redirect(url_for(AMENDMENT, tender=tender))


@pages.route(ONE + "/merge", methods=["GET", "POST"])
@requires(Permission.CLARIFICATION_ANSWER)
def merge_clarification(tender: str, clarification: str) -> ResponseReturnValue:
    """The same was asked before: a published answer answers this question as well."""
    found = _answerable(tender)
    waiting = in_inbox(found, clarification)
    form = MergeForm.of(published_in(found))
    if form.validate_on_submit():
        try:
            number = int(form.number.data or 0)
            merging.merge_clarification(found, waiting.token, number, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Answered by number {number}, and whoever asked it is told")
            return redirect(url_for(".clarifications", tender=tender))
    page = render_template(
        "tenders/clarification_merge.html", tender=found, waiting=waiting, form=form
    )
    return page, 422 if form.errors else 200


def inbox_page(tender: Tender, form: ConfirmForm) -> str:
    may_answer = signed_in_user().may(Permission.CLARIFICATION_ANSWER, tender_id=tender.id)
    inbox = inbox_of(tender, *INBOX) if may_answer else []
    questionnaire, until = queries.questionnaire_of(tender), questions_end(tender)
    return render_template(
        "tenders/clarifications.html",
        tender=tender,
        form=form,
        may_answer=may_answer,
        waiting=[entry for entry in inbox if entry.state is ClarificationState.ASKED],
        declined=[entry for entry in inbox if entry.state is ClarificationState.DECLINED],
        merged=[entry for entry in inbox if entry.state is ClarificationState.MERGED],
        published=published_in(tender),
        titles={asked.id: asked.question.title for asked in questionnaire.questions},
        until=until,
        asking_is_over=until is not None and until <= clock.arrived_at(),
        closed=why_closed(tender),
        may_amend=may_amend(tender),
    )


@pages.context_processor
def what_waits() -> dict[str, object]:
    return {"questions_waiting": questions_waiting}


def questions_waiting(tender: Tender) -> str:
    """Return "2 waiting for an answer" to who may answer; empty where none waits.

    How many questions wait is not how many companies take an interest, and still less bid.
    """
    if not signed_in_user().may(Permission.CLARIFICATION_ANSWER, tender_id=tender.id):
        return ""
    waiting = len(inbox_of(tender, ClarificationState.ASKED))
    return f"{waiting} waiting for an answer" if waiting else ""


def why_closed(tender: Tender) -> str:
    """Return why no answer can be published now; empty while one can."""
    try:
        must_take_answers(asking_window(tender), clock.arrived_at())
    except NoMoreQuestions as error:
        return str(error)
    return ""


def _answerable(token: str) -> Tender:
    return queries.tender_for(signed_in_user(), token, to=Permission.CLARIFICATION_ANSWER)


def _as_prepared(waiting: Waiting) -> Mapping[str, str]:
    return {
        "published_text": waiting.published_text or waiting.text,
        "answer": waiting.answer,
        "based_on": service.version_of_answer(waiting.published_text, waiting.answer),
    }


def _published_in_words(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"Number {numbers[0]} is published to everybody"
    return f"Numbers {numbers[0]} to {numbers[-1]} are published to everybody"


def may_amend(tender: Tender) -> bool:
    """Return whether the person who looks at the page may change what is asked."""
    is_open = queries.effective_stage(tender, clock.arrived_at()) is Stage.OPEN
    return is_open and signed_in_user().may(Permission.TENDER_AMEND, tender_id=tender.id)
