"""Marking one question of one bid, alone."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from accounts.access import refuse, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from scoring import queries, service
from scoring.forms import MarkForm
from scoring.models import Mark
from scoring.queries import EvaluatedBid, allocation_of, marks_given, may_see_marks
from scoring.shown import next_unmarked, question_flags, shown_parts
from scoring.views.blueprint import pages
from tenders.rules.questionnaire import AskedQuestion


@pages.route("/bids/<token:bid>/questions/<string:question>", methods=["GET", "POST"])
@requires(Permission.MARK_READ)
def mark(bid: str, question: str) -> ResponseReturnValue:
    """Show an answer beside its descriptors; who may mark gives the mark here."""
    viewer = signed_in_user()
    found = queries.bid_in_evaluation(viewer, bid, to=Permission.MARK_READ)
    asked = found.questionnaire.question(question) or abort(404)
    own = _own(found, question, viewer)
    form = MarkForm(data=_as_given(own))
    may_mark = viewer.may(Permission.MARK_WRITE, tender_id=found.tender.id) and allocation_of(
        found.tender
    ).marks(viewer.person_id, question, found.opened.bid.id)
    if form.is_submitted():
        if not may_mark:
            refuse(viewer, Permission.MARK_WRITE)
        answer = _save(form, found, asked, viewer)
        if answer is not None:
            return answer
    return render_template(
        "scoring/mark.html",
        bid=found,
        asked=asked,
        question=asked.question,
        section=found.questionnaire.section_of(question),
        parts=shown_parts(found, asked.question),
        flags=question_flags(found, asked.question),
        level=found.evaluation.levels[question],
        own=own,
        agreed=found.marks.get(question) if may_see_marks(viewer, found.tender) else None,
        form=form,
        may_mark=may_mark and asked.is_marked,
        around=_around(found, question),
        next=next_unmarked(found, question),
        scale=found.questionnaire.bank.scale,
    )


def _save(
    form: MarkForm, bid: EvaluatedBid, asked: AskedQuestion, viewer: Viewer
) -> Response | None:
    if not form.validate():
        return None
    try:
        service.save_mark(bid, asked.id, form.given, by=viewer)
    except service.MarkOvertaken as error:
        stands = _own(bid, asked.id, viewer)
        form.rebase(0 if stands is None else stands.number)
        form.add_error(str(error), error.field)
        return None
    except service.NotInEvaluation:
        raise
    except DomainError as error:
        form.add_error(str(error), error.field)
        return None
    flash(f"Your mark for {asked.id} is saved")
    following = next_unmarked(bid, asked.id)
    if following is None:
        return redirect(url_for("scoring.bid", bid=bid.token))
    return redirect(url_for("scoring.mark", bid=following.bid, question=following.question_id))


def _own(bid: EvaluatedBid, question_id: str, viewer: Viewer) -> Mark | None:
    bid_id = bid.opened.bid.id
    given = marks_given([bid_id], by=viewer.person_id, question_id=question_id)
    return given.get((bid_id, question_id), {}).get(viewer.person_id)


def _as_given(stands: Mark | None) -> dict[str, Any]:
    if stands is None:
        return {"based_on": "0"}
    return {
        "based_on": str(stands.number),
        "mark": str(stands.mark),
        "reason": stands.reason,
        "feedback": stands.feedback,
        "internal_comment": stands.internal_comment,
    }


def _around(bid: EvaluatedBid, question_id: str) -> dict[str, str]:
    """Return the questions before and after this one, for the two links."""
    order = [asked.id for asked in bid.questionnaire.questions]
    place = order.index(question_id)
    around = {}
    if place > 0:
        around["previous"] = order[place - 1]
    if place + 1 < len(order):
        around["next"] = order[place + 1]
    return around
