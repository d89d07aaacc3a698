"""A few questions about what is bought, and the questionnaire they propose."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from foundation.errors import DomainError
from tenders import planned, proposing, queries, service
from tenders.forms import ConfirmForm
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.views.base import pages


@pages.route("/new/triage", methods=["GET", "POST"])
@requires(Permission.TENDER_CREATE)
def new_triage() -> ResponseReturnValue:
    form = proposing.triage_form(request.args)
    if form.validate_on_submit():
        return redirect(url_for(".new_proposal", **proposing.answers_in(form)))
    return render_template("tenders/triage.html", form=form, tender=None)


@pages.route("/new/proposal", methods=["GET", "POST"])
@requires(Permission.TENDER_CREATE)
def new_proposal() -> ResponseReturnValue:
    """The answers stand in the address, so that the page can be kept, sent on and reloaded."""
    answers = proposing.complete_answers(request.args)
    if answers is None:
        return redirect(url_for(".new_triage", **proposing.known_answers(request.args)))
    viewer = signed_in_user()
    proposed = proposing.proposed_to(viewer.organisation_id, answers)
    form = proposing.details_form(proposed)
    if form.validate_on_submit():
        try:
            details = form.details()
            tender = proposing.start_tender(details, proposed, by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The tender is a draft with the questions proposed. Change anything you like")
            return redirect(url_for(".show", tender=tender.token))
    return render_template(
        "tenders/proposal.html",
        form=form,
        tender=None,
        proposed=proposed,
        answered=proposing.answers_in_words(answers),
    )


@pages.route("/<token:tender>/triage", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def triage(tender: str) -> ResponseReturnValue:
    found = _editable(tender)
    if found.stage is not Stage.DRAFT:
        return redirect(url_for(".questions", tender=tender))
    earlier = planned.plan_of_draft(found)["triage"] or {}
    form = proposing.triage_form(request.args or earlier)
    if form.validate_on_submit():
        return redirect(url_for(".proposal", tender=tender, **proposing.answers_in(form)))
    return render_template("tenders/triage.html", form=form, tender=found)


@pages.route("/<token:tender>/proposal", methods=["GET", "POST"])
@requires(Permission.TENDER_EDIT)
def proposal(tender: str) -> ResponseReturnValue:
    """Show what the answers would change in a draft, and change it on request."""
    found = _editable(tender)
    if found.stage is not Stage.DRAFT:
        return redirect(url_for(".questions", tender=tender))
    answers = proposing.complete_answers(request.args)
    if answers is None:
        return redirect(url_for(".triage", tender=tender, **proposing.known_answers(request.args)))
    proposed = proposing.proposed_for(found, answers)
    form = ConfirmForm()
    if form.validate_on_submit():
        based_on = request.form.get("based_on", "")
        try:
            proposing.use_in_draft(found, proposed, based_on=based_on, by=signed_in_user())
        except service.TenderPublished:
            raise
        except DomainError as error:
            form.add_error(str(error))
        else:
            flash("The questionnaire is the one proposed. Change anything you like")
            return redirect(url_for(".build", tender=tender))
    return render_template(
        "tenders/proposal.html",
        form=form,
        tender=found,
        based_on=found.plan_sha256 or "",
        proposed=proposed,
        answered=proposing.answers_in_words(answers),
    )


def _editable(token: str) -> Tender:
    return queries.tender_for(signed_in_user(), token, to=Permission.TENDER_EDIT)
