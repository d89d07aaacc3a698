"""A supplier's side of sharing: who asked to read its answers, what they would read, its word."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import requires, signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import my_contract
from foundation.errors import DomainError
from records.queries.consents import Request, request_in, requests_of, what_is_read
from records.rules.sharing import Consent
from records.service import sharing as service
from records.sharing_forms import GIVE, BackForm, WordForm
from records.views.blueprint import pages

ADDRESS = "/my-contracts/<token:contract>/sharing"


@pages.get(ADDRESS)
@requires(Permission.BID_READ)
def my_sharing(contract: str) -> ResponseReturnValue:
    """Who asked, what was said, and whether anybody reads now."""
    seen = my_contract(signed_in_user(), contract)
    return render_template(
        "records/my_sharing.html", seen=seen, listed=requests_of([seen]), states=Consent
    )


@pages.route(ADDRESS + "/<token:consent>", methods=["GET", "POST"])
@requires(Permission.ANSWERS_SHARE)
def my_consent(contract: str, consent: str) -> ResponseReturnValue:
    """Show just what would be read, and take the company's word."""
    viewer = signed_in_user()
    seen = my_contract(viewer, contract, to=Permission.ANSWERS_SHARE)
    asked = request_in(seen, consent)
    form = _form(asked)
    if form is not None and form.validate_on_submit():
        try:
            _decide(contract, asked, form)
        except DomainError as error:
            form.number.data = str(asked.number)
            form.add_error(str(error), error.field)
        else:
            flash("Recorded; the authority was told to look")
            return redirect(url_for(".my_sharing", contract=contract))
    page = render_template(
        "records/my_consent.html",
        seen=seen,
        asked=asked,
        form=form,
        states=Consent,
        questions=what_is_read(seen),
    )
    return page, 422 if form is not None and form.errors else 200


def _form(asked: Request) -> WordForm | BackForm | None:
    data = {"number": str(asked.number)}
    if asked.consent is Consent.ASKED:
        return WordForm(data=data)
    return BackForm(data=data) if asked.consent is Consent.GIVEN else None


def _decide(contract: str, asked: Request, form: Any) -> None:
    viewer, words, seen_as = signed_in_user(), form.words.data or "", form.based_on
    if isinstance(form, WordForm) and form.decision.data == GIVE:
        service.give(contract, asked.token, form.until.data, words, based_on=seen_as, by=viewer)
    else:
        service.refuse(contract, asked.token, words, based_on=seen_as, by=viewer)
