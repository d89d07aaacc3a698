"""How suppliers stand under contracts of boroughs that agree to share, and asking for answers."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import contract_seen
from foundation.errors import DomainError
from records.queries.consents import own_request, requests_of
from records.queries.sharing import (
    choices_of,
    others_sharing_with,
    shared_contract,
    statuses_for,
    those_who_share,
)
from records.rules.sharing import Age, Consent, may_ask
from records.service import sharing as service
from records.sharing_forms import YES, AskForm, ChoiceForm
from records.views.blueprint import pages

ADDRESS = "/sharing/<token:contract>"


@pages.get("/sharing")
@requires(Permission.CONTRACT_READ)
def sharing() -> ResponseReturnValue:
    """What others share of their suppliers; nothing while one's own authority does not share."""
    viewer = signed_in_user()
    return render_template(
        "records/sharing.html",
        is_sharing=viewer.organisation_id in those_who_share(),
        others=others_sharing_with(viewer),
        statuses=statuses_for(viewer),
        ages=Age,
        may_choose=viewer.may_everywhere(Permission.ASSURANCE_SHARE),
        may_read_all=viewer.may_everywhere(Permission.CONTRACT_READ),
    )


@pages.get("/contracts/<token:contract>/sharing")
@requires(Permission.CONTRACT_READ)
def contract_sharing(contract: str) -> ResponseReturnValue:
    """Which authorities asked for the answers behind a contract of one's own, and what came of it.

    What they wrote to the supplier, and it to them, is between the two.
    """
    seen = contract_seen(signed_in_user(), contract)
    return render_template(
        "records/contract_sharing.html",
        seen=seen,
        listed=requests_of([seen]),
        states=Consent,
        is_sharing=seen.contract.authority_id in those_who_share(),
    )


@pages.route("/sharing/choice", methods=["GET", "POST"])
@requires(Permission.ASSURANCE_SHARE)
def sharing_choice() -> ResponseReturnValue:
    """Share how suppliers stand, or do so no longer."""
    viewer = signed_in_user()
    choices = choices_of(viewer.organisation_id)
    form = ChoiceForm(data={"number": str(len(choices))})
    if form.validate_on_submit():
        shares = form.shares.data == YES
        try:
            service.choose(shares, form.words.data or "", based_on=form.based_on, by=viewer)
        except DomainError as error:
            form.number.data = str(len(choices))
            form.add_error(str(error), error.field)
        else:
            flash("Your authority shares now" if shares else "Your authority no longer shares")
            return redirect(url_for(".sharing_choice"))
    page = render_template("records/sharing_choice.html", choices=choices, form=form)
    return page, 422 if form.errors else 200


@pages.get(ADDRESS)
@requires(Permission.CONTRACT_READ)
def shared_contract_page(contract: str) -> ResponseReturnValue:
    """What is asked and said about the answers behind another authority's contract."""
    viewer = signed_in_user()
    seen = shared_contract(viewer, contract)
    status = next(one for one in statuses_for(viewer) if one.contract == contract)
    request = own_request(viewer, seen)
    consent = request.consent if request else Consent.NONE
    return render_template(
        "records/shared_contract.html",
        seen=seen,
        status=status,
        ages=Age,
        asked=request,
        consent=consent,
        given=Consent.GIVEN,
        may_ask=may_ask(consent) and viewer.may_everywhere(Permission.CONTRACT_KEEP),
    )


@pages.route(ADDRESS + "/ask", methods=["GET", "POST"])
@requires(Permission.CONTRACT_KEEP)
def ask_for_answers(contract: str) -> ResponseReturnValue:
    """Ask the supplier to let its answers be read."""
    viewer = signed_in_user()
    seen = shared_contract(viewer, contract)
    form = AskForm()
    if form.validate_on_submit():
        try:
            service.ask(contract, form.words.data or "", by=viewer)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("The supplier was asked")
            return redirect(url_for(".shared_contract_page", contract=contract))
    page = render_template("records/ask_for_answers.html", seen=seen, form=form)
    return page, 422 if form.errors else 200


@pages.get(ADDRESS + "/answers")
@requires(Permission.CONTRACT_READ)
def shared_answers(contract: str) -> ResponseReturnValue:
    """The answers, while the supplier lets them be read; each look is written down."""
    seen, asked, questions = service.read(contract, by=signed_in_user())
    return render_template(
        "records/shared_answers.html", seen=seen, asked=asked, questions=questions
    )
