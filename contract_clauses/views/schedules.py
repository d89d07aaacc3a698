"""The pages of a schedule, for officers and reviewers after the opening."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses import queries, service
from contract_clauses.forms import DecideForm, FillForm, ReleaseForm
from contract_clauses.queries import ScheduledBid
from contract_clauses.rules.parts import ExcludedTopic, ScheduledClause
from contract_clauses.rules.selection import Ground, Wish
from contract_clauses.views.base import pages
from contract_clauses.word import schedule_document
from foundation.errors import DomainError
from scoring.queries import to_ask
from tenders.rules.questionnaire import Questionnaire

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pages.get("/schedules/<token:bid>")
@requires(Permission.SCHEDULE_READ)
def schedule(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_READ)
    return render_template(
        "contract_clauses/schedule.html",
        bid=found,
        schedule=found.schedule,
        may_edit=viewer.may(Permission.SCHEDULE_EDIT, tender_id=found.tender.id),
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=found.tender.id),
        may_read_answers=_may_read_answers(found),
        unsettled=Ground.NOT_KNOWN,
    )


@pages.route("/schedules/<token:bid>/clauses/<string:clause>", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_READ)
def clause(bid: str, clause: str) -> ResponseReturnValue:
    """Show one clause as it will print, with why; who may edit decides here whether it is in."""
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_READ)
    printed = _printed(found, clause)
    left_out = next((topic for topic in found.schedule.excluded if topic.id == clause), None)
    if printed is None and left_out is None:
        abort(404)
    may_edit = viewer.may(Permission.SCHEDULE_EDIT, tender_id=found.tender.id)
    place = Places(found.evaluated.questionnaire, shown=_may_read_answers(found))
    stands = found.decisions.get(clause)
    form = DecideForm(data={"based_on": str(stands.number if stands else 0)})
    if form.is_submitted() and not may_edit:
        refuse(viewer, Permission.SCHEDULE_EDIT)
    if form.validate_on_submit():
        try:
            wish = Wish(form.wish.data)
            service.decide_clause(
                found, clause, wish, form.reason.data, based_on=form.number, by=viewer
            )
        except service.Overtaken as error:
            form.rebase(stands.number if stands else 0)
            form.add_error(str(error))
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"Your decision on {clause} is saved")
            return redirect(url_for("contract_clauses.clause", bid=bid, clause=clause))
    return render_template(
        "contract_clauses/clause.html",
        bid=found,
        schedule=found.schedule,
        clause=printed,
        left_out=left_out,
        topic=found.library.topics.get(clause),
        decision=stands,
        form=form,
        may_edit=may_edit,
        sources=_where_to_look(found, (printed or left_out), place),
        place=place,
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
            flash(f"Your value in {clause} is saved")
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
    response = Response(schedule_document(found.schedule), mimetype=DOCX)
    name = re.sub(r"[^a-z0-9]+", "-", found.evaluated.name.casefold()).strip("-") or "supplier"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}-schedule.docx")
    return response


def _printed(bid: ScheduledBid, name: str) -> ScheduledClause | None:
    """Return a clause by id; interpretation and defined terms have none, so by number."""
    for entry in bid.schedule.clauses:
        if name == (entry.id or str(entry.number)):
            return entry
    return None


def _may_read_answers(bid: ScheduledBid) -> bool:
    """Return whether the pages of the evaluation, where the answers are, open to this person."""
    return signed_in_user().may(Permission.MARK_READ, tender_id=bid.tender.id)


class Places:
    """Where the page of an answer is: (question, anchor); None for what has no page to show."""

    def __init__(self, questionnaire: Questionnaire, *, shown: bool) -> None:
        self._questionnaire, self._shown = questionnaire, shown

    def __call__(self, source: str) -> tuple[str, str] | None:
        asked = self._questionnaire.question_of_part(source) if self._shown else None
        return (asked.id, f"part-{source}") if asked else None


@dataclass(frozen=True)
class Source:
    """Something that put a clause in or left it out, with the page that shows it."""

    words: str
    address: str
    state: str = ""


def _where_to_look(
    bid: ScheduledBid, stated: ScheduledClause | ExcludedTopic | None, place: Places
) -> list[Source]:
    """Return the answers and risks a clause rests on, for those to whom their pages open."""
    if stated is None or not _may_read_answers(bid):
        return []
    risks = {risk.risk_id: risk for risk in bid.evaluated.risks}
    may_read_risks = signed_in_user().may(Permission.RISK_READ, tender_id=bid.tender.id)
    found = []
    for source in stated.sources:
        if at := place(source):
            address = url_for("scoring.mark", bid=bid.token, question=at[0], _anchor=at[1])
            found.append(Source(f"Answer {source}", address))
        elif source in risks and may_read_risks:
            address = url_for("scoring.risk", risk=risks[source].row.token)
            found.append(Source(f"Risk {source}", address, risks[source].state))
    return found
