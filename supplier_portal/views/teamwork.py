"""Sharing the work on a bid: who answers, what is complete, comments, signing off."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.errors import DomainError
from foundation.fields import Choice
from supplier_portal import queries, service, sharing
from supplier_portal.forms import CommentForm, ConfirmForm, GiveForm, SignOffForm, whole_number
from supplier_portal.overview import Workspace
from supplier_portal.rules.teamwork import is_signed_off, state_of_work
from supplier_portal.views.base import may, may_write, pages, workspace_for
from supplier_portal.views.typed import Typing, typing_on

QUESTION = "/bids/<token:bid>/questions/<string:question>/work"
SIGN_OFF = "/bids/<token:bid>/sign-off"


@pages.get(QUESTION)
@requires(Permission.BID_READ)
def work(bid: str, question: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    typing = typing_on(workspace.bid, f"work/{workspace.question(question).id}")
    return work_page(workspace, question, CommentForm(formdata=typing.fields), typing)


@pages.post(QUESTION + "/give")
@requires(Permission.ANSWER_WRITE)
def give(bid: str, question: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked = workspace.question(question)
    service.give_question(
        workspace.bid,
        asked.id,
        request.form.get("person", ""),
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash("Saved who answers this question")
    return redirect(url_for(".work", bid=bid, question=question))


@pages.post(QUESTION + "/complete")
@requires(Permission.ANSWER_WRITE)
def complete(bid: str, question: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.ANSWER_WRITE)
    asked = workspace.question(question)
    is_complete = request.form.get("complete") == "yes"
    service.mark_complete(
        workspace.bid,
        asked.id,
        is_complete,
        by=signed_in_user(),
        arrived_at=clock.arrived_at(),
    )
    flash("Marked as complete" if is_complete else "No longer marked as complete")
    return redirect(url_for(".work", bid=bid, question=question))


@pages.post(QUESTION + "/comments")
@requires(Permission.BID_READ)
def comment(bid: str, question: str) -> ResponseReturnValue:
    """Anybody of the company may comment, also who only reads, and also after closing."""
    workspace = workspace_for(bid)
    asked = workspace.question(question)
    form = CommentForm()
    if not form.validate_on_submit():
        typing = typing_on(workspace.bid, f"work/{asked.id}")
        return work_page(workspace, question, form, typing), 422
    service.add_comment(workspace.bid, asked.id, form.text.data or "", by=signed_in_user())
    flash("Comment added")
    return redirect(url_for(".work", bid=bid, question=question) + "#comments")


def work_page(workspace: Workspace, question: str, form: CommentForm, typing: Typing) -> str:
    asked, bid = workspace.question(question), workspace.bid
    shared = queries.work_on(bid).get(asked.id, queries.Work())
    give_form = GiveForm(formdata=None, person=shared.given_to_token)
    give_form.person.choices = [Choice("", "Nobody in particular")] + [
        Choice(colleague.token, colleague.name) for colleague in queries.colleagues_of(bid)
    ]
    return render_template(
        "supplier_portal/work.html",
        bid=bid,
        asked=asked,
        shared=shared,
        state=state_of_work(
            shared.complete_at, workspace.last_saved_of(asked.question), shared.complete_by
        ),
        missing=workspace.progress[asked.id].missing,
        give_form=give_form,
        form=form,
        typing=typing,
        confirm=ConfirmForm(formdata=None),
        comments=queries.comments_on(bid, asked.id),
        here=sharing.here_at(workspace, asked.id, signed_in_user()),
        writable=may_write(bid),
    )


@pages.get(SIGN_OFF)
@requires(Permission.BID_READ)
def sign_off(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid)
    typing = typing_on(workspace.bid, "sign-off")
    form = SignOffForm(formdata=typing.fields, revision=workspace.bid.revision)
    # What is decided on is what stands now, not what stood when the words were typed.
    form.revision.data = str(workspace.bid.revision)
    return sign_off_page(workspace, form, typing)


@pages.post(SIGN_OFF)
@requires(Permission.BID_CERTIFY)
def decide_sign_off(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.BID_CERTIFY)
    form = SignOffForm()
    if form.validate_on_submit():
        try:
            service.sign_off(
                workspace.bid,
                agreed=form.decision.data == "yes",
                reason=form.text.data or "",
                revision=whole_number(form.revision.data or ""),
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
            form.revision.data = str(workspace_for(bid).bid.revision)
        else:
            flash("Signed off" if form.decision.data == "yes" else "Not signed off")
            return redirect(url_for(".sign_off", bid=bid))
    return sign_off_page(workspace, form, typing_on(workspace.bid, "sign-off")), 422


@pages.post(SIGN_OFF + "/needed")
@requires(Permission.BID_SUBMIT)
def need_sign_off(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.BID_SUBMIT)
    needed = request.form.get("needed") == "yes"
    service.require_sign_off(
        workspace.bid, needed, by=signed_in_user(), arrived_at=clock.arrived_at()
    )
    flash("A certifier must sign the bid off" if needed else "The bid needs no sign-off")
    return redirect(url_for(".sign_off", bid=bid))


def sign_off_page(workspace: Workspace, form: SignOffForm, typing: Typing) -> str:
    bid, last = workspace.bid, queries.last_sign_off(workspace.bid)
    return render_template(
        "supplier_portal/sign_off.html",
        workspace=workspace,
        bid=bid,
        form=form,
        typing=typing,
        confirm=ConfirmForm(formdata=None),
        last=last,
        asked_at=queries.sign_off_asked_at(bid),
        certifiers=queries.certifiers_of(bid),
        stands=is_signed_off(bid.revision, last),
        may_certify=may(bid, Permission.BID_CERTIFY),
        may_submit=may(bid, Permission.BID_SUBMIT),
        open=not workspace.is_closed(clock.arrived_at()),
    )
