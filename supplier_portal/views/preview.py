"""What a supplier will see, for the officers of the authority: nothing on these pages is saved."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from supplier_portal import overview
from supplier_portal.forms import QuestionForm
from supplier_portal.previewing import Preview, PreviewWorkspace
from supplier_portal.rules.progress import about, counted
from supplier_portal.views.base import pages
from supplier_portal.views.questions import question_page
from tenders.libraries import frozen_libraries, loaded
from tenders.queries import tender_for


def preview_of(token: str) -> Preview:
    """Return the preview of a tender of the viewer's authority. Raises NoResultFound."""
    tender = tender_for(signed_in_user(), token, to=Permission.TENDER_READ)
    return Preview(PreviewWorkspace(tender, loaded(frozen_libraries(tender))))


@pages.get("/tenders/<token:tender>/preview")
@requires(Permission.TENDER_READ)
def preview(tender: str) -> ResponseReturnValue:
    shown = preview_of(tender)
    found, moment = shown.tender, clock.arrived_at()
    return render_template(
        "supplier_portal/task_list.html",
        workspace=shown.workspace,
        bid=shown.workspace.bid,
        preview=shown,
        submission=None,
        state="Not submitted",
        closed="",
        closing=overview.closing_of(found, moment) or "Closing time not set",
        commitments=None,
        may_submit=True,
        unsent=False,
        about=about,
        counted=counted,
    )


@pages.get("/tenders/<token:tender>/preview/<string:question>")
@requires(Permission.TENDER_READ)
def preview_question(tender: str, question: str) -> ResponseReturnValue:
    shown = preview_of(tender)
    asked = shown.workspace.question(question).question
    form = QuestionForm(asked, shown.workspace.parts_shown(asked), {})
    return question_page(shown.workspace, question, form, shown)


@pages.post("/tenders/<token:tender>/preview/<string:question>")
@requires(Permission.TENDER_READ)
def move_on(tender: str, question: str) -> ResponseReturnValue:
    """Lead on as the supplier's buttons do; whatever was typed is forgotten."""
    shown = preview_of(tender)
    shown.workspace.question(question)
    then = request.form.get("then", "next")
    if then == "list":
        return redirect(shown.task_list)
    if then != "next":
        flash("A supplier would go on from here. Nothing is saved in the preview")
        return redirect(shown.question(question))
    following = shown.workspace.question_after(question)
    return redirect(shown.task_list if following is None else shown.question(following))
