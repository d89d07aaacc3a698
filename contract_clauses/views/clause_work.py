"""What people do about a clause on its page: comment, ask a colleague, approve, send back."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.again import asks_again
from accounts.rules.roles import Permission
from contract_clauses import queries
from contract_clauses.clause_forms import APPROVE, AssignForm, CommentForm, VerdictForm
from contract_clauses.queries import ScheduledBid
from contract_clauses.queries.clause_work import clause_work, who_can_look
from contract_clauses.service.clause_work import (
    approve_as_library,
    approve_clause,
    assign_clause,
    comment_on,
    send_back,
    settle_comment,
)
from contract_clauses.views.base import pages
from contract_clauses.views.clauses import ADDRESS, Forms, clause_page, printed_in
from foundation.errors import DomainError
from foundation.forms import Form


@pages.post(ADDRESS + "/comments")
@requires(Permission.SCHEDULE_EDIT)
def comment(bid: str, clause: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_EDIT)
    form = CommentForm()

    def save() -> str:
        comment_on(found, clause, form.comment.data or "", by=viewer)
        return "Your comment is saved"

    return _done(found, clause, form, Forms(comment=form), save, "comment")


@pages.post(ADDRESS + "/comments/settled")
@requires(Permission.SCHEDULE_EDIT)
def settle(bid: str, clause: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_EDIT)
    form = CommentForm(formdata=None)
    number = request.form.get("number", "")

    def save() -> str:
        known = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0
        settle_comment(found, clause, known, "", by=viewer)
        return "The comment is settled"

    return _done(found, clause, form, Forms(comment=form), save, "comment", is_valid=True)


@pages.route(ADDRESS + "/assigned", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EDIT)
def assign(bid: str, clause: str) -> ResponseReturnValue:
    """Ask a colleague to look at a clause, or nobody any more."""
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.SCHEDULE_EDIT)
    stands, printed = clause_work(found).of(clause), printed_in(found, clause)
    if stands is None or printed is None:
        abort(404)
    assigned = stands.assigned.assigned_id if stands.assigned else None
    form = AssignForm.among(who_can_look(found), assigned)
    if form.validate_on_submit():
        try:
            assign_clause(found, clause, form.person.data or "", form.asked.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), {"words": "asked"}.get(error.field or "", error.field))
        else:
            flash("Asked; they were told" if form.person.data else "Nobody is asked any more")
            return redirect(url_for(".clause", bid=bid, clause=clause))
    return render_template(
        "contract_clauses/assign.html", bid=found, clause=printed, form=form
    ), 422 if form.errors else 200


@pages.post(ADDRESS + "/verdict")
@requires(Permission.CLAUSE_APPROVE)
@asks_again
def judge(bid: str, clause: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.CLAUSE_APPROVE)
    form = VerdictForm()

    def save() -> str:
        shown, words = form.sha256.data or "", form.verdict.data or ""
        if form.decision.data == APPROVE:
            approve_clause(found, clause, shown, words, by=viewer)
            return f"{clause} is approved as it stands"
        send_back(found, clause, shown, words, by=viewer)
        return f"{clause} is sent back"

    return _done(found, clause, form, Forms(verdict=form), save, "verdict")


@pages.post("/schedules/<token:bid>/approvals")
@requires(Permission.CLAUSE_APPROVE)
@asks_again
def approve_the_rest(bid: str) -> ResponseReturnValue:
    """Approve in one step what stands as in the library."""
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=Permission.CLAUSE_APPROVE)
    number = approve_as_library(found, by=viewer)
    what = "1 clause is" if number == 1 else f"{number} clauses are"
    flash(f"{what} approved as in the library" if number else "No clause was left to approve")
    return redirect(url_for(".schedule", bid=bid))


def _done(
    found: ScheduledBid,
    clause: str,
    form: Form,
    forms: Forms,
    save: Callable[[], str],
    field: str,
    *,
    is_valid: bool = False,
) -> ResponseReturnValue:
    """Do what was asked and lead back to the clause; else show it again with what was typed."""
    if is_valid or form.validate_on_submit():
        try:
            words = save()
        except DomainError as error:
            form.add_error(str(error), {"words": field}.get(error.field or "", error.field))
        else:
            flash(words)
            return redirect(url_for(".clause", bid=found.token, clause=clause) + "#work")
    viewer = signed_in_user()
    # What a colleague did meanwhile is shown with it.
    now = queries.scheduled_bid(viewer, found.token, to=Permission.SCHEDULE_READ)
    return clause_page(now, clause, forms), 422
