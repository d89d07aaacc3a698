"""The panel's queue, marks of one evaluator adopted together, quality agreed, and the minutes."""

from __future__ import annotations

from functools import cache

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries, service
from scoring.agreeing_forms import AdoptForm, QualityForm
from scoring.forms import READ_BY
from scoring.queries import EvaluatedBid, may_see_marks
from scoring.queries.minutes import minutes_of
from scoring.queries.moderation import of_one
from scoring.queries.queue import queue_of
from scoring.queries.settled import bids_undecided
from scoring.queries.standings import quality_is_agreed
from scoring.rules.disagreement import CellState
from scoring.rules.guards import IN_WORDS
from scoring.service.evaluating import EVALUATED_AT
from scoring.service.quality import last_said
from scoring.views.blueprint import pages
from supplier_portal.queries import must_see_all

ON_A_PAGE = 100
WHY = "why-"


@pages.get("/tenders/<token:tender>/moderation")
@requires(Permission.MARK_AGREE)
def moderation(tender: str) -> ResponseReturnValue:
    """List what the panel agrees, the widest disagreement first."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_AGREE)
    if not may_see_marks(viewer, found):
        return render_template("scoring/agree_closed.html", tender=found)
    queue = queue_of(viewer, found, request.args.get("question", ""))
    state = _state(request.args.get("state", ""))
    listed = queue.in_order(state)
    last = max(1, -(-len(listed) // ON_A_PAGE))
    page = min(_number(request.args.get("page", "")), last)
    return render_template(
        "scoring/moderation.html",
        tender=found,
        queue=queue,
        state=state,
        states=list(CellState),
        shown=listed[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        page=page,
        last=last,
        quality=last_said(found.id),
        is_agreed=quality_is_agreed(found),
    )


def _state(text: str) -> CellState:
    return CellState(text) if text in {str(state) for state in CellState} else CellState.READY


def _number(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1


@pages.route("/bids/<token:bid>/adopt", methods=["GET", "POST"])
@requires(Permission.MARK_AGREE)
def adopt(bid: str) -> ResponseReturnValue:
    """Take marks that one evaluator gave alone as agreed, several at once, each signed."""
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_AGREE)
    if not may_see_marks(viewer, found.tender):
        return render_template("scoring/agree_closed.html", tender=found.tender)
    ready = of_one(found)
    form = AdoptForm(data={"questions": [*ready]})
    form.offer(ready)
    why = {
        question: request.form.get(WHY + question, mark.feedback)
        for question, mark in ready.items()
    }
    if form.validate_on_submit():
        try:
            count = service.adopt_marks(
                found, {one: why[one] for one in form.questions.data}, by=viewer
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"{count} {'mark is' if count == 1 else 'marks are'} signed as agreed")
            return redirect(url_for("scoring.moderation", tender=found.tender.token))
    page = render_template(
        "scoring/moderation_adopt.html",
        bid=found,
        ready=ready,
        why=why,
        read_by=READ_BY,
        form=form,
        warned_in_words=IN_WORDS,
    )
    return page, 422 if form.errors else 200


@pages.route("/tenders/<token:tender>/quality", methods=["GET", "POST"])
@requires(Permission.MARK_AGREE)
def quality(tender: str) -> ResponseReturnValue:
    """Say that the quality of every bid is agreed: from here on prices are seen."""
    viewer = signed_in_user()
    found = queries.opened_tender(viewer, tender, to=Permission.MARK_AGREE)
    must_see_all(viewer, found)
    if not may_see_marks(viewer, found):
        return render_template("scoring/agree_closed.html", tender=found)
    form = QualityForm()
    if form.validate_on_submit():
        try:
            service.agree_quality(found, by=viewer)
        except service.NotInEvaluation:
            raise
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Quality is agreed. Prices can be seen")
            return redirect(url_for("scoring.quality", tender=tender))
    queue = queue_of(viewer, found)
    page = render_template(
        "scoring/moderation_quality.html",
        tender=found,
        queue=queue,
        form=form,
        undecided=bids_undecided(found),
        said=last_said(found.id),
        is_agreed=quality_is_agreed(found),
        is_open=found.stage in EVALUATED_AT,
    )
    return page, 422 if form.errors else 200


@pages.get("/bids/<token:bid>/minutes")
@requires(Permission.MARK_READ)
def minutes(bid: str) -> ResponseReturnValue:
    """Show what the panel agreed about a bid, or about ?question=, to print."""
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_READ)
    if not may_see_marks(viewer, found.tender):
        return render_template("scoring/agree_closed.html", tender=found.tender)
    question = request.args.get("question", "")
    if question and question not in found.to_mark:
        abort(404)
    return render_template(
        "scoring/moderation_minutes.html",
        bid=found,
        question=question,
        meetings=minutes_of(found, question),
        titles=_titles(found),
        warned_in_words=IN_WORDS,
    )


def _titles(bid: EvaluatedBid) -> dict[str, str]:
    return {asked.id: asked.question.title for asked in bid.questionnaire.questions}


@pages.context_processor
def whether_quality_is_agreed() -> dict[str, object]:
    """Let a list of steps ask once a page whether quality is agreed."""
    return {"quality_agreed": cache(quality_is_agreed)}
