"""Plan the procurement: its sheets, what the law says about each, their versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from tenders import days_off, queries, sheet_forms
from tenders import planning as plan
from tenders.forms import ConfirmForm
from tenders.models import Tender
from tenders.outcome_forms import OutcomeForm
from tenders.planning import Sheet, Topic
from tenders.planning_guide import shipped_sheets
from tenders.planning_pages import (
    begun_with,
    fields_that_apply,
    parts_of_plan,
    problems_in,
    shown_beside,
)
from tenders.rules.outcome import with_page
from tenders.rules.planning.sheets import SheetForm, in_words
from tenders.service.planning import SheetChanged, save_sheet
from tenders.timetabled import setting_for
from tenders.views.base import pages

PLAN = "/<token:tender>/planning"
SHEET = PLAN + "/<any(timetable, duties, conflicts, failure):topic>"


@pages.get(PLAN)
@requires(Permission.TENDER_EDIT)
def planning(tender: str) -> ResponseReturnValue:
    """Everything there is to plan, with its state and what the law says of it."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    return render_template("tenders/planning.html", tender=found, parts=parts_of_plan(found))


@pages.route(SHEET, methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def planning_sheet(tender: str, topic: str) -> ResponseReturnValue:
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    sheet = shipped_sheets()[topic]
    kept = plan.sheets(found)
    latest = kept.get(topic, Sheet(topic))
    begins = begun_with(found, latest, kept)
    values, from_form = proposed_from(found, topic, begins, kept)
    asked = fields_that_apply(
        sheet_forms.asked_of(sheet, values, request.form), setting_for(found, kept)
    )
    form = sheet_forms.sheet_form(sheet, asked, values, latest.version)
    typed: Mapping[str, Any] = form.values() if form.is_submitted() else {}
    unsaved = typed if form.is_submitted() else values
    is_timetable = topic == Topic.TIMETABLE
    beside = shown_beside(found, topic, kept, unsaved if is_timetable else None)
    sheet_forms.name_rules(form, beside["rules"])
    is_checked = is_timetable and sheet_forms.CHECK in request.form
    clash: Mapping[str, Any] | None = {}
    if form.is_submitted() and form.validate():
        value = sheet_forms.renumbered(sheet, with_page(form.page, latest.value, form.values()))
        note_problems(form, found, topic, value, kept)
        if not form.errors and not is_checked:
            clash = saved_or_clash(form, sheet, found, value)
            if clash is None:
                return redirect(url_for(".planning_sheet", tender=tender, topic=topic))
    if is_timetable:
        days_off.hint_at(form, sheet_forms.WORKING_DAYS)
    page = render_template(
        "tenders/planning_sheet.html",
        tender=found,
        sheet=sheet,
        asked=asked,
        form=form,
        from_form=from_form,
        latest=latest,
        clash=clash,
        typed=typed,
        is_proposed=values is not begins and not form.is_submitted(),
        is_checked=is_checked and not form.errors,
        is_saved=not form.is_submitted() and values is latest.value,
        beside=beside,
        take=ConfirmForm(formdata=None),
    )
    return page, 422 if form.errors else 200


def saved_or_clash(
    form: OutcomeForm, sheet: SheetForm, tender: Tender, value: Mapping[str, Any]
) -> dict[str, tuple[str, ...]] | None:
    """Save a sheet and return None; where a colleague was faster, what he saved."""
    version = sheet_forms.version_in(form)
    try:
        save_sheet(tender, sheet.id, value, version=version, by=signed_in_user())
    except SheetChanged as changed:
        return note_clash(form, sheet, changed.saved)
    flash(f"{sheet.title}: saved")
    return None


def proposed_from(
    tender: Tender, topic: str, values: Mapping[str, Any], kept: Mapping[str, Sheet]
) -> tuple[Mapping[str, Any], sheet_forms.FromForm | None]:
    """Return the values of the form, worked out from one date where that was asked for."""
    if topic != Topic.TIMETABLE:
        return values, None
    asks = "begin" in request.args or "day-day" in request.args
    form = sheet_forms.FromForm.of(request.args if asks else None)
    if not asks or request.method == "POST":
        return values, form
    return sheet_forms.worked_out(form, tender, values, kept) or values, form


def note_problems(
    form: OutcomeForm,
    tender: Tender,
    topic: str,
    value: Mapping[str, Any],
    kept: Mapping[str, Sheet],
) -> None:
    """Say at its field what cannot be saved as it stands."""
    sheet_forms.refuse_unclear_times(form)
    if form.errors:
        return
    wall = clock.london(clock.arrived_at()).replace(tzinfo=None)
    for problem in problems_in(tender, topic, value, kept, wall):
        form.add_error(problem.says, problem.field)


def note_clash(form: OutcomeForm, sheet: SheetForm, saved: Sheet) -> dict[str, tuple[str, ...]]:
    """Say that a colleague was faster; return what he saved where it differs.

    A box left empty takes what the colleague saved. The form then names the colleague's version:
    saving it again is a choice made knowingly.
    """
    form.add_error(str(SheetChanged(saved)))
    form.based_on.data = str(saved.version)
    form.based_on.raw_data = None
    typed = form.values()
    form.fill_empty(saved.value)
    theirs = {row.id: row.words for row in in_words(sheet, saved.value)}
    return {
        field.id: theirs.get(field.id, ("Nothing",))
        for field in form.page.fields
        if typed.get(field.id) != saved.value.get(field.id)
    }


@pages.get(SHEET + "/versions")
@requires(Permission.TENDER_EDIT)
def planning_versions(tender: str, topic: str) -> ResponseReturnValue:
    """How a sheet was kept under review: every version, the newest first."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    sheet = shipped_sheets()[topic]
    versions = [(one, in_words(sheet, one.value)) for one in plan.history(found, topic)]
    return render_template(
        "tenders/planning_versions.html", tender=found, sheet=sheet, versions=versions
    )
