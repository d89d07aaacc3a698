"""The officer's pages about tenders. Nothing here knows whether there are bids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Asked
from tenders import cards, days_off, overview, queries, service
from tenders.bidding import bidding_in_words
from tenders.forms import ConfirmForm, DetailsForm, facts_form
from tenders.models import Tender
from tenders.planning_pages import is_reserved_wrongly
from tenders.progress import steps
from tenders.rules.dates import day_of
from tenders.rules.lifecycle import Stage
from tenders.rules.planning.findings import RESERVED
from tenders.shown_tenders import MOST_TASKS, Filters, timetables
from tenders.today import tasks_for
from tenders.views.base import pages
from tenders.views.draft_clash import Clash, clashing_details, clashing_facts

# The facts that are days on which somebody has to do something.
WORKING_DAYS = ("award_date", "contract_start")


@pages.get("/")
@requires(Permission.TENDER_READ)
def index() -> ResponseReturnValue:
    """The start page: what needs the viewer today, and the tenders with their dates."""
    viewer, moment = signed_in_user(), clock.arrived_at()
    tenders = queries.tenders_of(viewer)
    tasks = tasks_for(viewer, tenders, moment)
    filters = Filters.of(request.args)
    needed = {task.tender.id for task in tasks}
    wanted = [tender for tender in tenders if filters.lets(tender, moment, needed)]
    shown = cards.cards(wanted, viewer, moment, tasks)
    every = request.args.get("tasks") == "all"
    return render_template(
        "tenders/index.html",
        cards=shown,
        listed=len(tenders),
        tasks=tasks,
        most=len(tasks) if every else MOST_TASKS,
        moment=moment,
        filters=filters,
        stages=list(Stage),
        timetables=timetables(shown, moment),
        shown_again={
            name: request.args[name] for name in ("q", "stage", "needed") if name in request.args
        },
    )


@pages.route("/new", methods=["GET", "POST"])
@requires(Permission.TENDER_CREATE)
def new() -> ResponseReturnValue:
    form = DetailsForm(authority_id=signed_in_user().organisation_id)
    if not form.is_submitted() and request.args.get("pack") in form.offered:
        form.pack_id.data = request.args["pack"]
    if form.validate_on_submit():
        try:
            details = form.details()
            tender = service.create_tender(details, by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            if hint := days_off.after_saving(tender.closes_at):
                flash(f"The tender is a draft{hint}")
            return redirect(url_for("tenders.show", tender=tender.token))
    return render_template("tenders/details.html", form=form, tender=None, clash={})


@pages.get("/<token:tender>")
@requires(Permission.TENDER_READ)
def show(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender)
    moment = clock.arrived_at()
    is_draft = found.stage is Stage.DRAFT
    return render_template(
        "tenders/show.html",
        tender=found,
        stage=queries.effective_stage(found, moment),
        state=overview.state_in_words(found, moment),
        checklist=overview.checklist(found, moment) if is_draft else [],
        steps=steps(found, viewer, moment),
        action=overview.main_action(found, viewer, moment),
        questionnaire=queries.questionnaire_of(found),
        bidding=bidding_in_words(found),
        facts=facts_in_words(found),
        may_edit=viewer.may(Permission.TENDER_EDIT, tender_id=found.id),
        form=ConfirmForm(),
    )


@pages.route("/<token:tender>/edit", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def edit(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    form = DetailsForm(found, authority_id=found.authority_id)
    based_on = request.form.get("based_on") or service.version_of_details(found)
    clash: Mapping[str, Clash] = {}
    if form.validate_on_submit():
        try:
            details = form.details()
            service.edit_tender(found, details, by=signed_in_user(), based_on=based_on)
        except service.TenderPublished:
            raise
        except service.DraftChanged as changed:
            form.add_error(str(changed))
            clash = clashing_details(form, details, found)
            based_on = service.version_of_details(found)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(f"The details are saved{days_off.after_saving(details.closes_at)}")
            return redirect(url_for("tenders.show", tender=tender))
    elif found.stage is not Stage.DRAFT:
        return redirect(url_for("tenders.show", tender=tender))
    days_off.hint_at(form, ["closes_at"])
    page = render_template(
        "tenders/details.html", form=form, tender=found, based_on=based_on, clash=clash
    )
    return page, 422 if form.errors else 200


@pages.route("/<token:tender>/facts", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def facts(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    form = facts_form(found.facts, queries.questionnaire_of(found).bank.facts)
    based_on = request.form.get("based_on") or service.version_of_facts(found)
    clash: Mapping[str, Clash] = {}
    if form.validate_on_submit():
        try:
            service.set_facts(found, form.stored, by=signed_in_user(), based_on=based_on)
        except service.DraftChanged as changed:
            form.add_error(str(changed))
            clash = clashing_facts(form, found)
            based_on = service.version_of_facts(found)
        else:
            days = [day_of(form.stored.get(name)) for name in WORKING_DAYS]
            flash(f"The facts are saved{days_off.after_saving(*days)}")
            if is_reserved_wrongly(found):
                flash(f"{RESERVED}: take the reservation out of the plan, or correct the facts")
            return redirect(url_for("tenders.show", tender=tender))
    if found.stage is not Stage.DRAFT and not form.is_submitted():
        return redirect(url_for("tenders.show", tender=tender))
    days_off.hint_at(form, WORKING_DAYS)
    page = render_template(
        "tenders/facts.html",
        form=form,
        tender=found,
        based_on=based_on,
        clash=clash,
        reserved_wrongly=is_reserved_wrongly(found),
    )
    return page, 422 if form.errors else 200


@pages.get("/<token:tender>/questions")
@requires(Permission.TENDER_READ)
def questions(tender: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender)
    return render_template(
        "tenders/questions.html", tender=found, questionnaire=queries.questionnaire_of(found)
    )


@pages.get("/<token:tender>/questionnaire.json")
@requires(Permission.TENDER_READ)
def frozen(tender: str) -> ResponseReturnValue:
    """Hand out the frozen text, so that anybody can compute its fingerprint himself."""
    text = queries.frozen_text(queries.tender_for(signed_in_user(), tender))
    if text is None:
        raise NoResultFound
    headers = {"Content-Disposition": "attachment; filename=questionnaire.json"}
    return Response(text, mimetype="application/json", headers=headers)


def facts_in_words(tender: Tender) -> list[tuple[str, str]]:
    """Return label and value of each fact entered, in the order of the bank."""
    specs: Mapping[str, Asked] = queries.questionnaire_of(tender).fact_specs
    known: Mapping[str, Any] = queries.facts_of(tender)
    return [
        (spec.label, show_answer(spec, known[name]))
        for name, spec in specs.items()
        if not is_empty(known.get(name)) and name != "closes_at"
    ]
