"""A forgotten password: one answer for every address, and a link that works once."""

from __future__ import annotations

from flask import current_app, flash, make_response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from accounts import service
from accounts.access import public
from accounts.account_forms import ForgottenForm, NewPasswordForm
from accounts.queries.resets import open_reset
from accounts.views.base import cookie_name, here, keep_marks, pages
from foundation import clock
from foundation.errors import DomainError


@pages.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten_password() -> ResponseReturnValue:
    """Take an address. Whatever address it is, the answer is the same, and so is the work."""
    form = ForgottenForm()
    if form.validate_on_submit():
        try:
            service.ask_for_link(form.email.data or "", here=here())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return redirect(url_for(".link_sent"))
    page = render_template("accounts/forgotten_password.html", form=form)
    return page, 422 if form.errors else 200


@pages.get("/forgotten-password/sent")
@public
def link_sent() -> ResponseReturnValue:
    return render_template("accounts/link_sent.html")


@pages.route("/forgotten-password/<string:secret>", methods=["GET", "POST"])
@public
def new_password(secret: str) -> ResponseReturnValue:
    """Take a new password. Nobody is signed in by a link: the sign-in asks for all it asks for."""
    person = open_reset(secret, clock.now())
    if person is None:
        return over()
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            person = service.set_password_by_link(secret, form.new_password.data or "")
        except service.LinkOver:
            return over()
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            return on_to_sign_in(person.id)
    page = render_template("accounts/new_password.html", form=form, email=person.email)
    return page, 422 if form.errors else 200


def on_to_sign_in(person_id: int) -> ResponseReturnValue:
    """Sign out whoever was signed in here, and let guesses from elsewhere not slow this browser."""
    session.clear()
    flash("Your password is changed, and every browser is signed out. Sign in with it")
    response = make_response(redirect(url_for(".sign_in")))
    response.delete_cookie(
        cookie_name(), secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, path="/"
    )
    keep_marks(response, service.remember_browser(person_id, here().marks))
    return response


def over() -> ResponseReturnValue:
    return render_template("accounts/link_over.html", what="password"), 404
