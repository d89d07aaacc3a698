"""The pages of a schedule, for officers and reviewers after the opening."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import queries, service
from contract_clauses.forms import FillForm, ReleaseForm
from contract_clauses.queries.clause_work import clause_work
from contract_clauses.rules.depths import advised, depth_of
from contract_clauses.rules.redrafts_shown import depth_exceptions
from contract_clauses.rules.selection import Ground, Wish
from contract_clauses.service.clause_work import standing_as_library
from contract_clauses.service.drawing import draw_up
from contract_clauses.views.base import as_word, pages, shown_beside
from contract_clauses.views.clauses import may_read_answers
from contract_clauses.views.spoiling import flash_saved
from foundation.errors import DomainError
from scoring.queries import to_ask

# Where an officer sets the facts of a tender, it says what they speak for.
pages.add_app_template_global(advised, "depth_advice")


@pages.get("/schedules/<token:bid>")
@requires(Permission.SCHEDULE_READ)
def schedule(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_READ)
    work = clause_work(found)
    return render_template(
        "contract_clauses/schedule.html",
        bid=found,
        schedule=found.schedule,
        work=work,
        as_library=standing_as_library(work),
        may_approve=viewer.may(Permission.CLAUSE_APPROVE, tender_id=found.tender.id)
        and found.tender.stage in service.DRAFTED_AT,
        may_edit=viewer.may(Permission.SCHEDULE_EDIT, tender_id=found.tender.id),
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.tender.id),
        may_read_answers=may_read_answers(found),
        unsettled=Ground.NOT_KNOWN,
        depth=depth_of(found.evaluated.evaluation.situation.facts),
        other_depths=depth_exceptions(found.schedule),
        advised=advised(found.evaluated.evaluation.situation.facts),
    )


@pages.route(
    "/schedules/<token:bid>/clauses/<string:clause>/values/<string:variable>",
    methods=["GET", "POST"],
)
@requires(Permission.SCHEDULE_EDIT)
def fill(bid: str, clause: str, variable: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_EDIT)
    topic = found.library.topics.get(clause)
    if topic is None or variable not in topic.variables:
        abort(404)
    wanted = topic.variables[variable]
    entered = found.values.get((clause, variable))
    number = entered.number if entered else 0
    form = FillForm.for_variable(wanted, entered.value if entered else None, number)
    if form.validate_on_submit():
        try:
            service.fill_variable(
                found,
                clause,
                variable,
                form.stored(wanted),
                form["reason"].data,
                based_on=form.number,
                by=viewer,
            )
        except service.Overtaken as error:
            form.rebase(number)
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash_saved(found, f"Your value in {clause} is saved")
            return redirect(url_for("contract_clauses.clause", bid=bid, clause=clause))
    printed = found.schedule.clause(clause)
    values = printed.variables if printed else ()
    return render_template(
        "contract_clauses/fill.html",
        bid=found,
        topic=topic,
        variable=wanted,
        stands=next((value for value in values if value.name == variable), None),
        form=form,
    )


@pages.route("/schedules/<token:bid>/checks/<string:check>", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EDIT)
def release(bid: str, check: str) -> ResponseReturnValue:
    """Decide whether a schedule that a check stops may go out all the same."""
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_EDIT)
    hold = next((hold for hold in found.holds if hold.check == check), None) or abort(404)
    stands = found.decisions.get(check)
    number = stands.number if stands else 0
    form = ReleaseForm(data={"based_on": str(number)})
    if form.validate_on_submit():
        try:
            service.release_schedule(
                found,
                check,
                released=form.wish.data == Wish.INCLUDE,
                reason=form.reason.data,
                based_on=form.number,
                by=viewer,
            )
        except service.Overtaken as error:
            form.rebase(number)
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Your decision on the schedule is saved")
            return redirect(url_for("contract_clauses.schedule", bid=bid))
    return render_template(
        "contract_clauses/release.html",
        bid=found,
        hold=hold,
        asked=[entry for entry in to_ask(found.evaluated) if entry.case.rule.startswith(check)],
        decision=stands,
        form=form,
    )


@pages.get("/schedules/<token:bid>/schedule.docx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def document(bid: str) -> ResponseReturnValue:
    found = queries.scheduled_bid(signed_in_user(), bid, to=Permission.DOCUMENT_DOWNLOAD)
    service.refuse_held(found)
    ours, beside = found.tender.authority_id, shown_beside()
    drawn = draw_up(found.schedule, None, authority_id=ours, bid=found.token, **beside)
    return as_word(drawn.document, found.evaluated.name, "schedule")
