"""The evaluation workbook of a tender with very many marks: asked for here, then taken away."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.downloads import to_be_saved
from records import evaluation_workbooks as workbooks
from records.record_forms import AskForm
from records.views.blueprint import pages
from scoring.evaluation_file import is_made_at_once
from scoring.queries import opened_tender
from scoring.queries.ranked import must_be_shown_ranking

ADDRESS = "/tenders/<token:tender>/evaluation-workbooks"


@pages.route(ADDRESS, methods=["GET", "POST"], endpoint="evaluation_workbooks")
@requires(Permission.MARK_READ)
def evaluation_workbooks(tender: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = opened_tender(viewer, tender, to=Permission.MARK_READ)
    must_be_shown_ranking(viewer, found)
    form = AskForm()
    if form.validate_on_submit():
        workbooks.ask_for_workbook(found, by=viewer)
        flash("The workbook is being made: it appears below in a minute or so")
        return redirect(url_for(".evaluation_workbooks", tender=tender))
    page = render_template(
        "records/evaluation_workbooks.html",
        tender=found,
        form=form,
        made=workbooks.workbooks_of(found, viewer),
        at_once=is_made_at_once(found),
    )
    return page, 422 if form.errors else 200


@pages.get(ADDRESS + "/<token:record>")
@requires(Permission.MARK_READ)
def evaluation_workbook_file(tender: str, record: str) -> ResponseReturnValue:
    """Send a workbook that was made to be saved."""
    viewer = signed_in_user()
    found = opened_tender(viewer, tender, to=Permission.MARK_READ)
    made, stored = workbooks.workbook_file(found, viewer, record)
    return to_be_saved(stored, made.name)
