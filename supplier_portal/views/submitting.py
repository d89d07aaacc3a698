"""Checking a bid, handing it in, its receipt, and taking it back."""

from __future__ import annotations

import json
from pathlib import Path

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import public, requires, signed_in_user
from accounts.rules.roles import Permission
from foundation import clock
from foundation.canonical import canonical_json
from foundation.errors import DomainError
from foundation.tokens import new_token
from supplier_portal import overview, queries, service, sharing
from supplier_portal.disagreements import disagreements
from supplier_portal.forms import ConfirmForm, SubmitForm
from supplier_portal.models import Bid, Submission
from supplier_portal.overview import Workspace
from supplier_portal.queries.terms import terms_handed_in
from supplier_portal.rules.evidence_gaps import evidence_gaps
from supplier_portal.rules.progress import about, counted
from supplier_portal.rules.stages import BidStage
from supplier_portal.views.base import commitments_link, download, may, pages, workspace_for
from supplier_portal.views.terms import asked_of, offer, said_in, say_what_else

CHECK = "/bids/<token:bid>/check"
SUBMISSION = "/bids/<token:bid>/submissions/<int:number>"


@pages.get(CHECK)
@requires(Permission.BID_READ)
def check(bid: str) -> ResponseReturnValue:
    form = SubmitForm(formdata=None)
    form.declared_by.data = signed_in_user().name
    form.form_key.data = new_token()
    return check_page(workspace_for(bid), form)


@pages.post(CHECK)
@requires(Permission.BID_SUBMIT)
def submit(bid: str) -> ResponseReturnValue:
    workspace = workspace_for(bid, to=Permission.BID_SUBMIT)
    form, refused = SubmitForm(), None
    if form.validate_on_submit():
        try:
            submission = service.submit_bid(
                workspace.bid,
                by=signed_in_user(),
                arrived_at=clock.arrived_at(),
                declared_by=form.declared_by.data or "",
                agreed=bool(form.agreed.data),
                knows_missing=bool(form.knows_missing.data),
                form_key=form.form_key.data or "",
                terms=said_in(form),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
            refused = error
        else:
            tell_if_sent_before(workspace.bid, submission)
            return redirect(url_for(".receipt", bid=bid, number=submission.number))
    form.form_key.data = form.form_key.data or new_token()
    return check_page(workspace_for(bid), form, refused), 422


def tell_if_sent_before(found: Bid, submission: Submission) -> None:
    """Say so where a form sent again made nothing new and the bid is elsewhere by now."""
    stands = found.stage is BidStage.SUBMITTED and submission.revision == found.revision
    if not stands and not overview.is_closed(found, clock.arrived_at()):
        flash(
            f"That page was sent before and is version {submission.number}: nothing was handed in "
            "again. To hand in the bid as it is now, check and submit it afresh"
        )


@pages.get(SUBMISSION)
@requires(Permission.BID_READ)
def receipt(bid: str, number: int) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid)
    submission, moment = queries.submission_of(found, number), clock.arrived_at()
    content = json.loads(queries.submitted_text(found, submission))
    last = queries.last_submissions([found]).get(found.id)
    return render_template(
        "supplier_portal/receipt.html",
        bid=found,
        submission=submission,
        receipt=queries.receipt_of(found, submission),
        missing=queries.missing_when_handed_in(found, content),
        content=content,
        said=terms_handed_in(content),
        others=[other for other in queries.submissions_of(found) if other.number != number],
        state=overview.state_of(found, last, moment),
        changeable=found.stage is BidStage.SUBMITTED
        and submission == last
        and not overview.has_unsent_changes(found, submission)
        and not overview.is_closed(found, moment),
    )


@pages.get(SUBMISSION + "/receipt.json")
@requires(Permission.BID_READ)
def receipt_file(bid: str, number: int) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid)
    receipt = queries.receipt_of(found, queries.submission_of(found, number))
    return download(canonical_json(receipt.as_json()), f"receipt-{number}.json")


@pages.get("/verify_receipt.py")
@public
def verifier() -> ResponseReturnValue:
    """The program that checks a receipt, for whoever was handed one; it says nothing of any bid."""
    program = Path(current_app.root_path) / "tools" / "verify_receipt.py"
    return download(program.read_text(encoding="utf-8"), program.name, "text/x-python")


@pages.get(SUBMISSION + "/bid.json")
@requires(Permission.BID_READ)
def submitted_file(bid: str, number: int) -> ResponseReturnValue:
    """The very text the receipt is about: not a byte may be added to it."""
    found = queries.my_bid(signed_in_user(), bid)
    text = queries.submitted_text(found, queries.submission_of(found, number))
    return download(text, f"bid-{number}.json")


@pages.get("/bids/<token:bid>/withdraw")
@requires(Permission.BID_SUBMIT)
def confirm_withdraw(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    return render_template(
        "supplier_portal/withdraw.html",
        bid=found,
        form=ConfirmForm(),
        closed=overview.why_closed(found, clock.arrived_at()),
    )


@pages.post("/bids/<token:bid>/withdraw")
@requires(Permission.BID_SUBMIT)
def withdraw(bid: str) -> ResponseReturnValue:
    found = queries.my_bid(signed_in_user(), bid, to=Permission.BID_SUBMIT)
    service.withdraw_bid(found, by=signed_in_user(), arrived_at=clock.arrived_at())
    flash("Your bid is withdrawn. You can submit it again until the tender closes")
    return redirect(url_for(".task_list", bid=bid))


def check_page(workspace: Workspace, form: SubmitForm, refused: DomainError | None = None) -> str:
    found, moment = workspace.bid, clock.arrived_at()
    submission = queries.last_submissions([found]).get(found.id)
    disagree, asked = disagreements(workspace), asked_of(workspace)
    if asked is not None:
        offer(form, asked)
    say_what_else(form, refused, missing=len(workspace.missing), asked=asked)
    return render_template(
        "supplier_portal/check.html",
        workspace=workspace,
        bid=found,
        form=form,
        submission=submission,
        disagreements=[entry for entry in disagree if not entry.is_promise],
        promises=[entry for entry in disagree if entry.is_promise],
        state=overview.state_of(
            found, submission, moment, reasons=overview.closing_reasons(workspace)
        ),
        closed=overview.why_closed(found, moment),
        closing=overview.closing_of(found.tender, moment),
        unsent=overview.has_unsent_changes(found, submission),
        may_submit=may(found, Permission.BID_SUBMIT),
        commitments=commitments_link(found),
        asked=asked,
        gaps=evidence_gaps(
            workspace.questionnaire.bare_questions,
            workspace.situation.parts,
            workspace.answers,
            workspace.findings,
        ),
        may_add=may(found, Permission.EVIDENCE_WRITE) and not workspace.is_closed(moment),
        signing=sharing.sign_off_of(found),
        about=about,
        counted=counted,
        sent_again=request.method == "POST",
    )
