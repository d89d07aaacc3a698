"""The page “Your account”: password, address, and the browsers one is signed in with."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from accounts import service
from accounts.access import requires, signed_in_user
from accounts.account_forms import ChangeAddressForm, ChangePasswordForm
from accounts.again import asks_again, asks_before
from accounts.forms import ButtonForm
from accounts.queries.passkeys import passkeys_of
from accounts.queries.resets import open_change
from accounts.queries.sign_ins import sign_ins_of
from accounts.rules.passkeys import MOST
from accounts.rules.roles import Permission
from accounts.views.base import here, pages, signed_in
from foundation import clock
from foundation.errors import DomainError


@pages.get("/account")
@requires(Permission.ACCOUNT_USE)
def account() -> ResponseReturnValue:
    viewer = signed_in_user()
    return render_template(
        "accounts/account.html",
        sign_ins=sign_ins_of(viewer.person_id, clock.now(), this=viewer.session_id),
        form=ButtonForm(formdata=None),
        passkeys=len(passkeys_of(viewer.person_id)),
        most_passkeys=MOST,
    )


@pages.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@asks_before
def change_password() -> ResponseReturnValue:
    if signed_in_user().provider_id is not None:
        flash("You sign in with your council’s own account: no password of this service counts")
        return redirect(url_for(".account"))
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            token = service.change_password(
                signed_in_user(),
                form.password.data or "",
                form.new_password.data or "",
                here=here(),
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            answer = signed_in(token, None, url_for(".account"))
            flash("Your password is changed. Every other browser was signed out")
            return answer
    page = render_template("accounts/change_password.html", form=form)
    return page, 422 if request.method == "POST" else 200


@pages.route("/account/email", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@asks_before
def change_address() -> ResponseReturnValue:
    form = ChangeAddressForm()
    if signed_in_user().provider_id is not None:
        # Shown a moment ago that it is he, else this page would not have opened.
        del form.password
    if form.validate_on_submit():
        try:
            service.ask_to_change_address(
                signed_in_user(),
                form.email.data or "",
                (form.password.data or "") if "password" in form else "",
            )
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Look in the mail of your new address: the link there confirms it")
            return redirect(url_for(".account"))
    page = render_template("accounts/change_address.html", form=form)
    return page, 422 if request.method == "POST" else 200


@pages.route("/account/email/<string:secret>", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_USE)
@asks_again
def confirm_address(secret: str) -> ResponseReturnValue:
    """Confirm the new address by the link sent to it; one of somebody else is no link at all."""
    viewer, form = signed_in_user(), ButtonForm()
    change = open_change(secret, viewer.person_id, clock.now())
    if change is not None and form.validate_on_submit():
        try:
            address = service.change_address(viewer, secret)
        except service.LinkOver:
            change = None
        else:
            flash(f"From now on you sign in with {address}")
            return redirect(url_for(".account"))
    if change is None:
        return render_template("accounts/link_over.html", what="address"), 404
    return render_template("accounts/confirm_address.html", form=form, change=change)


@pages.post("/account/sign-ins/<token:sign_in>/end")
@requires(Permission.ACCOUNT_USE)
def end_sign_in(sign_in: str) -> ResponseReturnValue:
    service.end_sign_in(sign_in, by=signed_in_user())
    flash("That browser is signed out")
    return redirect(url_for(".account"))


@pages.post("/account/sign-ins/end-others")
@requires(Permission.ACCOUNT_USE)
def end_other_sign_ins() -> ResponseReturnValue:
    service.end_other_sign_ins(by=signed_in_user())
    flash("Every other browser is signed out")
    return redirect(url_for(".account"))
