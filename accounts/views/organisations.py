"""Choosing for which organisation to act, for people who belong to several."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts import queries, service
from accounts.access import requires, signed_in_user
from accounts.forms import ButtonForm
from accounts.rules.roles import Permission
from accounts.views.base import pages


@pages.get("/organisations")
@requires(Permission.ACCOUNT_USE)
def organisations() -> ResponseReturnValue:
    return render_template(
        "accounts/organisations.html",
        organisations=queries.organisations_of_person(signed_in_user().person_id),
        form=ButtonForm(formdata=None),
    )


@pages.post("/organisations/<token:organisation>")
@requires(Permission.ACCOUNT_USE)
def switch_organisation(organisation: str) -> ResponseReturnValue:
    try:
        service.switch_organisation(signed_in_user(), organisation)
    except service.OtherSignInNeeded as error:
        flash(str(error))
        return redirect(url_for(".organisations"))
    return redirect(url_for(".home"))
