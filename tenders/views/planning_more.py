"""Taking over what a plan worked out, and the whole plan on one page."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from tenders import planning, queries
from tenders.forms import ConfirmForm
from tenders.planning import Topic
from tenders.planning_forms import TakeForm
from tenders.planning_summary import summary_of
from tenders.service.taking_over import (
    take_dates_into_tender,
    take_dates_into_timetable,
    take_recovery_targets,
)
from tenders.timetabled import differences
from tenders.views.base import pages

PLAN = "/<token:tender>/planning"


@pages.route(PLAN + "/timetable/take", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def planning_take_dates(tender: str) -> ResponseReturnValue:
    """Let the timetable say what the tender says, or the tender what the timetable says."""
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    form = TakeForm.of(found)
    differ = differences(found, planning.sheet(found, Topic.TIMETABLE) or {})
    if form.is_submitted() and not differ:
        flash("Timetable and tender say the same: there is nothing to take over")
        return redirect(url_for(".planning_sheet", tender=tender, topic=Topic.TIMETABLE))
    if form.validate_on_submit():
        try:
            if form.into.data == "tender":
                take_dates_into_tender(found, by=viewer, moment=clock.arrived_at())
            else:
                take_dates_into_timetable(found, by=viewer)
        except DomainError as error:
            form.add_error(str(error), "into")
        else:
            flash("The dates are taken over")
            return redirect(url_for(".planning_sheet", tender=tender, topic=Topic.TIMETABLE))
    page = render_template(
        "tenders/planning_take.html", tender=found, form=form, differences=differ
    )
    return page, 422 if form.errors else 200


@pages.post(PLAN + "/failure/take")
@requires(Permission.TENDER_EDIT)
def planning_take_targets(tender: str) -> ResponseReturnValue:
    """Make the proposed recovery time and point the targets bids are compared with."""
    viewer = signed_in_user()
    found = queries.tender_for(viewer, tender, to=Permission.TENDER_EDIT)
    if ConfirmForm().validate_on_submit():
        take_recovery_targets(found, by=viewer)
        flash("The targets are among the facts now: bids will be compared with them")
    return redirect(url_for(".planning_sheet", tender=tender, topic=Topic.FAILURE))


@pages.get(PLAN + "/summary")
@requires(Permission.TENDER_EDIT)
def planning_summary(tender: str) -> ResponseReturnValue:
    """The whole plan, to read and to print."""
    found = queries.tender_for(signed_in_user(), tender, to=Permission.TENDER_EDIT)
    return render_template("tenders/planning_summary.html", tender=found, plan=summary_of(found))
