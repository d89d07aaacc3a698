"""The page on which the panel agrees one mark for one question of one bid, and its chair signs."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries, service
from scoring.agreeing_forms import AgreeForm, as_agreed, points_sent
from scoring.queries import EvaluatedBid, may_see_marks
from scoring.queries.evaluators import who_may
from scoring.queries.moderation import Table, table_of
from scoring.shown import question_flags, shown_parts
from scoring.views.blueprint import pages
from tenders.rules.questionnaire import AskedQuestion


@pages.route("/bids/<token:bid>/questions/<string:question>/agree", methods=["GET", "POST"])
@requires(Permission.MARK_AGREE)
def agree(bid: str, question: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_AGREE)
    asked = found.questionnaire.question(question) or abort(404)
    if not asked.is_marked:
        abort(404)
    if not may_see_marks(viewer, found.tender):
        return render_template("scoring/agree_closed.html", bid=found, question=asked.question)
    table = table_of(found, question)
    form = _form(found, question)
    if form.is_submitted() and _save(form, found, asked, table):
        flash(f"The agreed mark for {question} of {found.name} is signed")
        return redirect(url_for("scoring.bid", bid=bid))
    page = render_template(
        "scoring/agree.html",
        bid=found,
        asked=asked,
        question=asked.question,
        table=table,
        form=form,
        stands=found.marks.get(question),
        judged=_judged(form, found, asked, table),
        level=found.evaluation.levels[question],
        parts=shown_parts(found, asked.question),
        flags=question_flags(found, asked.question),
        scale=found.questionnaire.bank.scale,
    )
    return page, 422 if form.errors else 200


def _form(bid: EvaluatedBid, question_id: str) -> AgreeForm:
    form = AgreeForm(data=as_agreed(bid.marks.get(question_id)))
    panel = {one.person_id: one for one in who_may(bid.tender, Permission.MARK_WRITE)}
    panel |= {one.person_id: one for one in who_may(bid.tender, Permission.MARK_AGREE)}
    form.offer(sorted(panel.values(), key=lambda one: one.name.casefold()))
    return form


def _save(form: AgreeForm, bid: EvaluatedBid, asked: AskedQuestion, table: Table) -> bool:
    if not form.validate():
        return False
    try:
        service.agree_mark(
            bid, asked.id, form.given(table.all_points, request.form), by=signed_in_user()
        )
    except service.AgreementOvertaken as error:
        if error.field == "mark":
            fresh = queries.bid_in_evaluation(
                signed_in_user(), bid.token, to=Permission.MARK_AGREE
            ).marks.get(asked.id)
            form.rebase(0 if fresh is None else fresh.number)
        form.add_error(str(error), error.field)
        return False
    except service.NotInEvaluation:
        raise
    except DomainError as error:
        form.add_error(str(error), error.field)
        return False
    return True


def _judged(
    form: AgreeForm, bid: EvaluatedBid, asked: AskedQuestion, table: Table
) -> dict[str, bool]:
    """Return what the points say in the form: as sent, as agreed before, or as everybody ticked."""
    if form.is_submitted():
        return points_sent(table.all_points, request.form)
    stands = bid.marks.get(asked.id)
    if stands is not None:
        return dict(stands.points)
    given = [mark.points for mark in table.marks.values()]
    return {
        point.key: given[0][point.key]
        for point in table.all_points
        if given
        and len({str(points.get(point.key)) for points in given}) == 1
        and point.key in given[0]
    }
