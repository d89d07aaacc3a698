"""Where a bid falls short of minimum positions, and deciding what becomes of each."""

from __future__ import annotations

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import queries, service
from contract_clauses.deviation_forms import DeviationForm
from contract_clauses.queries import ScheduledBid
from contract_clauses.queries.deviations import put_to_compliance, raised_deviations
from contract_clauses.rules.deviations import (
    IN_WORDS,
    Raised,
    cautions,
    compliance_question,
    negotiation_note,
    why_not_negotiated,
)
from contract_clauses.rules.editing import DeviationOutcome
from contract_clauses.service.deviations import decide_deviation
from contract_clauses.views.base import pages
from contract_clauses.views.spoiling import flash_saved
from foundation.errors import DomainError

ADDRESS = "/schedules/<token:bid>/deviations"


@pages.get(ADDRESS)
@requires(Permission.SCHEDULE_READ)
def deviations(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_READ)
    raised = raised_deviations(found)
    return render_template(
        "contract_clauses/deviations.html",
        bid=found,
        raised=[(one, _answer_of(found, one)) for one in raised],
        open=sum(not one.is_decided for one in raised),
        barred=why_not_negotiated(_facts(found)),
    )


@pages.route(ADDRESS + "/<string:clause>/<string:variable>", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_READ)
def deviation(bid: str, clause: str, variable: str) -> ResponseReturnValue:
    """Show one deviation; who may edit the schedule decides here what becomes of it."""
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_READ)
    one = _one(found, f"{clause}:{variable}")
    may_edit = viewer.may(Permission.SCHEDULE_EDIT, tender_id=found.tender.id)
    number = one.steps[-1].number if one.steps else 0
    form = DeviationForm(data={"based_on": str(number)})
    if form.is_submitted() and not may_edit:
        refuse(viewer, Permission.SCHEDULE_EDIT)
    if form.validate_on_submit():
        try:
            outcome = DeviationOutcome(form.outcome.data)
            reason = form.reason.data or ""
            decide_deviation(found, one, outcome, reason, based_on=form.number, by=viewer)
        except service.Overtaken as error:
            form.rebase(number)
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash_saved(found, "Your decision on the deviation is saved")
            return redirect(url_for(".deviations", bid=bid))
    barred = why_not_negotiated(_facts(found))
    if barred:
        # After validation: who sends it all the same is told why it cannot be.
        form.leave_out_negotiating()
    page = render_template(
        "contract_clauses/deviation.html",
        bid=found,
        one=one,
        steps=[(step, IN_WORDS[step.outcome]) for step in reversed(one.steps)],
        answer=_answer_of(found, one),
        cautions=cautions(one.minimum),
        barred=barred,
        note=negotiation_note(one),
        question=compliance_question(one),
        compliance=_compliance_page(found, one),
        form=form,
        may_edit=may_edit and found.tender.stage in service.DRAFTED_AT,
    )
    return page, 422 if form.errors else 200


def _one(found: ScheduledBid, target: str) -> Raised:
    return next((one for one in raised_deviations(found) if one.target == target), None) or abort(
        404
    )


def _facts(found: ScheduledBid) -> dict[str, object]:
    return dict(found.evaluated.evaluation.situation.facts)


def _answer_of(found: ScheduledBid, one: Raised) -> str:
    """Return the page of the answer that falls short, for those to whom it opens."""
    asked = found.evaluated.questionnaire.question_of_part(one.value.source_id)
    viewer = signed_in_user()
    if asked is None or not viewer.may(Permission.MARK_READ, tender_id=found.tender.id):
        return ""
    part = f"part-{one.value.source_id}"
    return url_for("scoring.mark", bid=found.token, question=asked.id, _anchor=part)


def _compliance_page(found: ScheduledBid, one: Raised) -> str:
    """Return the page on which compliance is decided: of the requirement, or of the whole bid."""
    viewer = signed_in_user()
    if not viewer.may(Permission.MARK_READ, tender_id=found.tender.id):
        return ""
    asked = found.evaluated.questionnaire.question_of_part(one.value.source_id)
    required = {entry.question_id for entry in found.evaluated.evaluation.requirements}
    may_decide = viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=found.tender.id)
    if asked is not None and asked.id in required and may_decide:
        return url_for("scoring.requirement", bid=found.token, question=asked.id)
    return url_for("scoring.bid", bid=found.token, _anchor="requirements")


@pages.app_context_processor
def deviations_put_to_compliance() -> dict[str, object]:
    return {"put_to_compliance": put_to_compliance}
